"""Typst's SVG made light enough for a telephone: half a megabyte becomes 190 KB, packed 40 instead of 70.

Typst names each outline by a hash of 32 digits, says what is usual anyway, and gives coordinates in
billionths of a point. What is left out of them is less than a hundredth of a point. The PDF keeps all.

Three thousand letters are most of it. They are written by columns, because a call for each takes three times
as long. A letter that is told in another way (a gradient, a stroke) is shortened like everything else.
"""

import re
from functools import lru_cache
from itertools import compress, count, pairwise

# Of which outline, where in its line (a tenth of a point will do) and in which colour.
_LETTER = re.compile(
    rb'<use xlink:href="#(g[^"]*)" x="(\d+\.?\d?)\d*" y="0" fill="(#[^"]*)" fill-rule="nonzero"/>'
)
# Splitting gives so many parts a letter: what is before it, and these three.
_COLUMNS = 4
_LINE_BEGINS = re.compile(rb'<g(?: transform="[^"]*")?>')
_LINE_ENDS = b"</g>"
# A hash that begins with zeros is written without them. What is before the g is asked after the g was found:
# asked first, it is asked of every byte.
_NAME = re.compile(rb"g(?<=\bg)[0-9A-F]{24,32}\b")
_USUAL = (b' fill-rule="nonzero"', b' y="0"')
# A link says twice where it leads, and an attribute must not be there twice.
_LINK = re.compile(rb' href="[^"]*"(?= xlink:href=)')
_COORDINATE = re.compile(rb"(\.\d\d)\d+")
_BLANK_AFTER_COMMAND = re.compile(rb" ?\b([a-zA-Z]) (?=[-\d])")
_BLANK_BEFORE_MINUS = re.compile(rb" (?=-\d)")
_ZERO_BEFORE_POINT = re.compile(rb"(?<![\d.])0(?=\.\d)")
# What is drawn: letters' outlines, the same in every company's document, and lines. Pictures inside are data,
# in which digits mean something else.
_DRAWN_OR_PICTURE = re.compile(rb'( (?:d|transform)="[^"]*"|"data:[^"]*")')
_DRAWN_KEPT = 4_000
# Where something was taken out of a text while the rest is shortened. XML has neither.
_LETTER_MARK, _DRAWN_MARK = b"\0", b"\1"


def lightened(svg: bytes) -> bytes:
    """The same drawing, a whole document, in fewer bytes."""
    parts = _LETTER.split(svg)
    befores, outlines, _, colors = (parts[column::_COLUMNS] for column in range(_COLUMNS))
    names: dict[bytes, bytes] = {}
    begins = {each: b'<use href="#%b" x="' % _renamed(each, names) for each in dict.fromkeys(outlines)}
    parts[3::_COLUMNS] = _ends(befores, colors)
    parts[1::_COLUMNS] = map(begins.__getitem__, outlines)
    parts[::_COLUMNS] = _shortened(_LETTER_MARK.join(befores), names).split(_LETTER_MARK)
    return b"".join(parts)


def _ends(befores: list[bytes], colors: list[bytes]) -> list[bytes]:
    """How each letter's tag ends. A line of one colour says it once, where the line begins."""
    ends = [b'"/>'] * len(colors)
    # From one letter to the next of its line there is nothing.
    for first, after in pairwise(compress(count(), befores)):
        line, before = colors[first:after], befores[first]
        if (
            line.count(line[0]) == len(line)
            and _LINE_BEGINS.fullmatch(before, before.rfind(b"<"))
            and befores[after].startswith(_LINE_ENDS)
        ):
            befores[first] = b'%b fill="%b">' % (before[:-1], line[0])
        else:
            ends[first:after] = [b'" fill="%b"/>' % color for color in line]
    return ends


def _shortened(text: bytes, names: dict[bytes, bytes]) -> bytes:
    parts = _DRAWN_OR_PICTURE.split(text)
    parts[1::2] = [part if part.startswith(b'"') else _thinned(part) for part in parts[1::2]]
    parts[::2] = _said_shortly(_DRAWN_MARK.join(parts[::2]), names).split(_DRAWN_MARK)
    return b"".join(parts)


def _said_shortly(text: bytes, names: dict[bytes, bytes]) -> bytes:
    for usual in _USUAL:
        text = text.replace(usual, b"")
    text = _LINK.sub(b"", text).replace(b"xlink:href=", b"href=")
    return _COORDINATE.sub(rb"\1", _renamed(text, names))


def _renamed(text: bytes, names: dict[bytes, bytes]) -> bytes:
    """With short names, given in the order in which they are come upon."""
    return _NAME.sub(lambda found: names.setdefault(found[0], b"g%x" % len(names)), text)


@lru_cache(_DRAWN_KEPT)
def _thinned(drawn: bytes) -> bytes:
    """In fewer digits and blanks; made once, for documents have the same letters."""
    drawn = _COORDINATE.sub(rb"\1", drawn)
    drawn = _BLANK_AFTER_COMMAND.sub(rb"\1", drawn)
    drawn = _BLANK_BEFORE_MINUS.sub(b"", drawn)
    return _ZERO_BEFORE_POINT.sub(b"", drawn)
