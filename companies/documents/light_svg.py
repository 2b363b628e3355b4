"""Typst's SVG made light enough for a telephone: half a megabyte becomes 190 KB, packed 40 instead of 70.

Typst names each outline by a hash of 32 digits, says what is usual anyway, and gives coordinates in
billionths of a point. What is left out of them is less than a hundredth of a point. The PDF keeps all.
"""

import re
from functools import lru_cache

# A hash that begins with zeros is written without them.
_NAME = re.compile(rb"\bg[0-9A-F]{24,32}\b")
_USUAL = (b' fill-rule="nonzero"', b' y="0"')
# Where a letter stands, and where its outline goes.
_PLACE = re.compile(rb'( x="\d+\.\d)\d+')
_COORDINATE = re.compile(rb"(\.\d\d)\d+")
_BLANK_AFTER_COMMAND = re.compile(rb" ?\b([a-zA-Z]) (?=[-\d])")
_BLANK_BEFORE_MINUS = re.compile(rb" (?=-\d)")
_ZERO_BEFORE_POINT = re.compile(rb"(?<![\d.])0(?=\.\d)")
# A line of text: many letters of one colour.
_LINE = re.compile(rb"(<g [^>]*)>((?:<use [^>]*/>)+)</g>")
_COLOR = re.compile(rb' fill="#[0-9a-f]+"')
# What is drawn: letters' outlines, the same in every company's document, and lines.
_DRAWN = re.compile(rb' (?:d|transform)="[^"]*"')
_DRAWN_KEPT = 4_000
# Pictures inside are data, in which digits mean something else.
_PICTURE = re.compile(rb'("data:[^"]*")')


def lightened(svg: bytes) -> bytes:
    """The same drawing in fewer bytes."""
    names: dict[bytes, bytes] = {}
    parts = _PICTURE.split(svg)
    # Every second part is a picture.
    parts[::2] = [_short(part, names) for part in parts[::2]]
    return b"".join(parts)


def _short(text: bytes, names: dict[bytes, bytes]) -> bytes:
    text = _NAME.sub(lambda found: names.setdefault(found[0], b"g%x" % len(names)), text)
    for usual in _USUAL:
        text = text.replace(usual, b"")
    text = _PLACE.sub(rb"\1", text)
    text = _DRAWN.sub(lambda found: _thinned(found[0]), text)
    text = _COORDINATE.sub(rb"\1", text)
    return _LINE.sub(_colored_once, text.replace(b"xlink:href=", b"href="))


@lru_cache(_DRAWN_KEPT)
def _thinned(drawn: bytes) -> bytes:
    """In fewer digits and blanks; made once, for documents have the same letters."""
    drawn = _COORDINATE.sub(rb"\1", drawn)
    drawn = _BLANK_AFTER_COMMAND.sub(rb"\1", drawn)
    drawn = _BLANK_BEFORE_MINUS.sub(b"", drawn)
    return _ZERO_BEFORE_POINT.sub(b"", drawn)


def _colored_once(line: re.Match[bytes]) -> bytes:
    colors = set(_COLOR.findall(line[2]))
    if len(colors) != 1:
        return line[0]
    color = colors.pop()
    return b"%b%b>%b</g>" % (line[1], color, line[2].replace(color, b""))
