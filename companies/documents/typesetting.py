"""What the documents are drawn with: typst, in a helper (companies/typesetter.py) that has our fonts alone.

Every string of a person reaches a template as data (JSON, or an SVG that wraps a picture, each in a string
literal), never as markup, so nothing that a company is called can be read as a command.
"""

import json
import re
from base64 import b64encode
from dataclasses import asdict, fields
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.utils import timezone

from facturamos import sandbox
from facturamos.turns import NoTurn

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

type Images = dict[str, bytes]

TEMPLATES = Path(__file__).parent / "templates"
# What every template may import.
SHARED = "look.typ"
# A page takes 120 MB and ten milliseconds, all that is held about a company up to 950 MB and ten seconds.
LIMITS = sandbox.Limits(memory_mb=1_200, seconds=60)
# Control characters, bidirectional overrides, halves of surrogate pairs and non-characters: typst or a
# reader of its output chokes on them, and no document needs them. A line break stays.
UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
# The same within JSON, as themselves or escaped. A backslash of somebody's own is found, too, which costs
# time and nothing else.
UNPRINTABLE_IN_JSON = re.compile(rf'{UNPRINTABLE.pattern}|\\[^n"\\]')
# A template is a function of its data and pictures. They reach it as literals of a file of two lines and
# not as `sys.inputs`: those belong to typst's library, and with another library it lays out everything again,
# even what all documents share.
MAIN = '#import "/{template}": draw\n#draw(json(bytes({data})), ({images}))'


class NotTypeset(Exception):
    """Typst refuses a template, or what it is given takes it too much; says why."""


def svg(template: str, data: "DataclassInstance", images: Images) -> bytes:
    """The document's first page as an SVG that needs nothing else."""
    return _typeset(template, data, images)


def pdf(
    template: str, data: "DataclassInstance", images: Images | None = None, when: datetime | None = None
) -> bytes:
    """All pages as PDF, Letter size, fonts embedded, readable aloud (PDF/UA-1).

    `template` is the name of a file in templates/, `when` the date of creation: now, unless the data say
    another.
    """
    return _typeset(template, data, images or {}, int((when or timezone.now()).timestamp()))


def _typeset(template: str, data: "DataclassInstance", images: Images, timestamp: int | None = None) -> bytes:
    """A PDF of that moment, or an SVG. Raises NotTypeset; NoTurn when the machine is too busy."""
    paths = {name: TEMPLATES / name for name in (SHARED, template)}
    templates = {name: _text(path, path.stat().st_mtime_ns) for name, path in paths.items()}
    order = f"{json.dumps([timestamp, templates])}\n{_main(template, data, images)}".encode()
    try:
        return sandbox.run_warm("companies.typesetter", "typeset", order, LIMITS)
    except sandbox.Refused as refused:
        if refused.code == sandbox.UNAVAILABLE:
            raise NoTurn("documents") from None
        raise NotTypeset(refused.code, refused.detail) from None


@lru_cache(32)
def _text(path: Path, changed: int) -> str:
    """What a file says since it was changed then, so that who works on a template sees it at once."""
    return path.read_text()


def _main(template: str, data: "DataclassInstance", images: Images) -> str:
    pictures = [f"{literal(name)}: bytes({literal(image.decode())})" for name, image in images.items()]
    return MAIN.format(
        template=template,
        data=literal(as_json(data)),
        images=", ".join(pictures) or ":",
    )


def as_json(data: "DataclassInstance") -> str:
    """With every string in it printable; most are, so that is asked of the whole."""
    text = json.dumps(data, default=_plain, ensure_ascii=False)
    if UNPRINTABLE_IN_JSON.search(text):
        text = json.dumps(printable(asdict(data)), ensure_ascii=False)
    return text


def _plain(value: "bytes | datetime | DataclassInstance") -> dict[str, object] | None:
    """What stands for it in JSON. Raises TypeError where nothing does."""
    if isinstance(value, bytes | datetime):
        return None
    return {name: getattr(value, name) for name in _names(type(value))}


@cache
def _names(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


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
