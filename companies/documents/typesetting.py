"""Typst: what the documents are drawn with. Nothing of the machine's fonts, files or network is used.

Every string of a person reaches a template as data (JSON, or an SVG that wraps a picture, each in a string
literal), never as markup, so nothing that a company is called can be read as a command.
"""

import json
import re
import threading
from base64 import b64encode
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typst
from django.utils import timezone

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

type Images = dict[str, bytes]

TEMPLATES = Path(__file__).parent / "templates"
# Ours, beside those that typst brings: Source Sans 3, under the licence that lies with it.
FONTS = typst.Fonts(include_system_fonts=False, font_paths=[Path(__file__).parent / "fonts"])
# Control characters, bidirectional overrides, halves of surrogate pairs and non-characters: typst or a
# reader of its output chokes on them, and no document needs them. A line break stays.
UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
# A template is a function of its data and pictures. They reach it as literals of a file of two lines and
# not as `sys.inputs`: those belong to typst's library, and with another library it lays out everything again,
# even what all documents share.
MAIN = '#import "/{template}": draw\n#draw(json(bytes({data})), ({images}))'

# A compiler refuses to be used by two threads at once; it costs a millisecond, and keeps its fonts.
_local = threading.local()


def svg(template: str, data: "DataclassInstance", images: Images) -> bytes:
    """The document's first page as an SVG that needs nothing else."""
    pages = _compile(template, data, images, "svg")
    return pages if isinstance(pages, bytes) else pages[0]


def pdf(
    template: str, data: "DataclassInstance", images: Images | None = None, when: datetime | None = None
) -> bytes:
    """All pages as PDF, Letter size, fonts embedded, readable aloud (PDF/UA-1).

    `template` is the name of a file in templates/, `when` the date of creation: now, unless the data say
    another.
    """
    timestamp = int((when or timezone.now()).timestamp())
    try:
        made = _compile(template, data, images or {}, "pdf", timestamp, "ua-1")
    except typst.TypstError:
        # The standard forbids a character that no font has (an emoji in a street's name); we do not.
        made = _compile(template, data, images or {}, "pdf", timestamp)
    assert isinstance(made, bytes)  # noqa: S101 (only pictures come page by page)
    return made


def _compile(
    template: str,
    data: "DataclassInstance",
    images: Images,
    kind: Literal["svg", "pdf"],
    timestamp: int | None = None,
    standard: Literal["ua-1"] | None = None,
) -> bytes | list[bytes]:
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(root=TEMPLATES, font_paths=FONTS, ignore_system_fonts=True)
    pictures = [
        f"{literal(name)}: bytes({literal(image.decode())})" for name, image in (images or {}).items()
    ]
    main = MAIN.format(
        template=template,
        data=literal(json.dumps(printable(asdict(data)), ensure_ascii=False)),
        images=", ".join(pictures) or ":",
    )
    compiler: typst.Compiler = _local.compiler
    made = compiler.compile(main.encode(), format=kind, timestamp=timestamp, pdf_standards=standard)
    assert made is not None  # noqa: S101 (None is for output to a file)
    return made


def literal(text: str) -> str:
    """The text as typst writes a string: between quotes only these two characters mean anything."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def printable(value: object) -> object:
    """The same value with every string in it fit to be printed; pictures travel by another way."""
    match value:
        case str():
            return UNPRINTABLE.sub("", value)
        case dict():
            return {key: printable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [printable(inner) for inner in value]
        case bytes() | datetime():
            return None
        case _:
            return value


def picture(data: bytes, kind: Literal["jpeg", "png"], width: int, height: int) -> bytes:
    """A picture wrapped in SVG, for typst takes no bytes but text; a broken one draws nothing.

    Single quotes, because a literal without anything escaped is read ten times as fast.
    """
    size = f"width='{width}' height='{height}'"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' {size} viewBox='0 0 {width} {height}'>"
        f"<image {size} href='data:image/{kind};base64,{b64encode(data).decode()}'/></svg>"
    ).encode()
