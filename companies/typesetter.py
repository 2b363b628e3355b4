"""Typst itself, in a helper of its own (facturamos/sandbox.py): what it remembers is left in no web process.

Only the helper imports this; companies/documents/typesetting.py names it. The helper opens no file once it is
shut in: it has read its fonts by then, and is sent all others with each document.
"""

import json
from pathlib import Path
from typing import Literal, cast

import typst

from facturamos.sandbox import Refused

type Files = dict[str, bytes]

HERE = Path(__file__).parent
# Ours, beside those that typst brings: Source Sans 3, under the licence that lies with it.
FONTS = typst.Fonts(include_system_fonts=False, font_paths=[HERE / "documents" / "fonts"])
# A font is read when it is first drawn with; upright and slanted letters are two files.
EACH_FONT = b'#set text(font: "Source Sans 3")\na _a_'

# It remembers what it has laid out, and keeps its fonts.
compiler = typst.Compiler(EACH_FONT, root=HERE, font_paths=FONTS, ignore_system_fonts=True)
compiler.compile(format="svg")


def typeset(order: bytes) -> bytes:
    """The SVG, or the PDF of a moment, that a line of JSON and what follows it order.

    The line has the moment and the templates. Raises Refused with what typst has to say; not where, for there
    it quotes what the document says of somebody.
    """
    told, _, main = order.partition(b"\n")
    timestamp, templates = json.loads(told)
    files = {name: text.encode() for name, text in templates.items()} | {"main.typ": main}
    try:
        return _svg(files) if timestamp is None else _pdf(files, timestamp)
    except typst.TypstError as error:
        raise Refused(error.message) from None


def _svg(files: Files) -> bytes:
    """The first page of the document."""
    pages = _compiled(files, "svg")
    return pages if isinstance(pages, bytes) else pages[0]


def _pdf(files: Files, timestamp: int) -> bytes:
    """All pages, readable aloud (PDF/UA-1)."""
    try:
        made = _compiled(files, "pdf", timestamp, "ua-1")
    except typst.TypstError:
        # The standard forbids a character that no font has (an emoji in a street's name); we do not.
        made = _compiled(files, "pdf", timestamp)
    assert isinstance(made, bytes)  # noqa: S101 (only pictures come page by page)
    return made


def _compiled(
    files: Files,
    kind: Literal["svg", "pdf"],
    timestamp: int | None = None,
    standard: Literal["ua-1"] | None = None,
) -> bytes | list[bytes]:
    # Its stubs do not know that an input may be several files.
    made = compiler.compile(cast("bytes", files), format=kind, timestamp=timestamp, pdf_standards=standard)
    assert made is not None  # noqa: S101 (None is for output to a file)
    return made
