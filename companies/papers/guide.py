"""The user guide on paper: a chapter a step, with the page's own words and its picture."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from companies.papers import typesetting

TEMPLATE = "guide.typ"


@dataclass(frozen=True)
class GuideField:
    """A field of a page: its label, its help, whether it may stay empty."""

    label: str
    help: str
    optional: bool


@dataclass(frozen=True)
class GuideStep:
    """One step, in the words of its page."""

    number: int
    slug: str
    title: str
    heading: str
    lead: str
    fields: tuple[GuideField, ...]
    buttons: tuple[str, ...]
    optional: bool


@dataclass(frozen=True)
class Guide:
    """The whole guide."""

    site: str
    steps: tuple[GuideStep, ...]
    made_at: datetime


def guide_pdf(guide: Guide, pictures: dict[str, bytes]) -> bytes:
    """The guide as PDF, Letter size, tagged; `pictures` are PNGs by the steps' slugs."""
    images = {slug: _wrapped(png) for slug, png in pictures.items()}
    return typesetting.pdf(TEMPLATE, guide, images, guide.made_at)


def _wrapped(png: bytes) -> bytes:
    """A PNG wrapped in SVG, for typst takes no bytes but text."""
    width, height = (int.from_bytes(png[start : start + 4]) for start in (16, 20))
    size = f'width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">'
        f'<image {size} href="data:image/png;base64,{b64encode(png).decode()}"/></svg>'
    ).encode()
