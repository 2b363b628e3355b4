"""Typst: what the papers are drawn with. Nothing of the machine's fonts, files or network is used.

Every string of a person reaches a template as data (JSON, or an SVG that wraps a picture), never as
markup, so nothing that a company is called can be read as a command.
"""

import json
import re
import threading
from base64 import b64encode
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import segno
import typst

from companies.images import Prepared

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

type Images = dict[str, bytes]

TEMPLATES = Path(__file__).parent / "templates"
FONTS = typst.Fonts(include_system_fonts=False)
# Control characters, bidirectional overrides, halves of surrogate pairs and non-characters: typst or a
# reader of its output chokes on them, and no paper needs them. A line break stays.
UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
# A longer word gets places where it may break, or it would run off the page. Hyphens are such places, so
# that a UUID stays whole for whoever copies it.
LONG_WORD = re.compile(r"[^\s-]{24}(?=[^\s-])")
ZERO_WIDTH_SPACE = "\u200b"

# A compiler refuses to be used by two threads at once; it costs a millisecond, and keeps its fonts.
_local = threading.local()


def svg(template: str, paper: "DataclassInstance", images: Images) -> bytes:
    """The paper's first page as an SVG that needs nothing else."""
    pages = _compile(template, paper, images, "svg")
    return pages if isinstance(pages, bytes) else pages[0]


def pdf(template: str, paper: "DataclassInstance", images: Images, when: datetime) -> bytes:
    """The whole paper as PDF with its fonts, readable aloud (PDF/UA-1); `when` is its date of creation."""
    timestamp = int(when.timestamp())
    try:
        made = _compile(template, paper, images, "pdf", timestamp=timestamp, pdf_standards="ua-1")
    except typst.TypstError:
        # The standard forbids a character that no font has (an emoji in a street's name); we do not.
        made = _compile(template, paper, images, "pdf", timestamp=timestamp)
    assert isinstance(made, bytes)  # noqa: S101 (only pictures come page by page)
    return made


def _compile(
    template: str,
    paper: "DataclassInstance",
    images: Images,
    kind: Literal["svg", "pdf"],
    **options: Any,
) -> bytes | list[bytes]:
    compilers: dict[str, typst.Compiler] = _local.__dict__
    if template not in compilers:
        compilers[template] = typst.Compiler(
            TEMPLATES / template, root=TEMPLATES, font_paths=FONTS, ignore_system_fonts=True
        )
    inputs = {name: image.decode() for name, image in images.items()}
    inputs["paper"] = json.dumps(printable(asdict(paper)), ensure_ascii=False)
    made = compilers[template].compile(format=kind, sys_inputs=inputs, **options)
    assert made is not None  # noqa: S101 (None is for output to a file)
    return made


def printable(value: Any) -> Any:
    """The same value with every string in it fit to be printed; pictures travel by another way."""
    match value:
        case str():
            return LONG_WORD.sub(rf"\g<0>{ZERO_WIDTH_SPACE}", UNPRINTABLE.sub("", value))
        case dict():
            return {key: printable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [printable(inner) for inner in value]
        case bytes() | datetime():
            return None
        case _:
            return value


def picture(logo: Prepared) -> bytes:
    """A JPEG wrapped in SVG, for typst takes no bytes but text; a broken one draws nothing."""
    size = f'width="{logo.width}" height="{logo.height}"'
    data = b64encode(logo.jpeg).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {logo.width} {logo.height}">'
        f'<image {size} href="data:image/jpeg;base64,{data}"/></svg>'
    ).encode()


@lru_cache(maxsize=256)
def qr(text: str) -> bytes:
    """A QR code as SVG. The mask is fixed: choosing the best of eight takes 6 ms and any is read."""
    out = BytesIO()
    segno.make_qr(text, error="m", mask=3, boost_error=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue()
