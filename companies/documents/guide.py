"""The user guide on paper: a chapter a step, with the page's own words and its picture."""

from dataclasses import dataclass
from datetime import datetime

from companies.documents import typesetting

TEMPLATE = "guide.typ"


@dataclass(frozen=True)
class GuideField:
    """A field of a page: its label, its help, whether it may stay empty."""

    label: str
    help: str
    optional: bool


@dataclass(frozen=True)
class GuideNote:
    """Where one gets what the step asks for, and the address where that is."""

    text: str
    url: str


@dataclass(frozen=True)
class GuideStep:
    """One step, in the words of its page, in the page's order; the notes are the guide's own."""

    number: int
    slug: str
    title: str
    heading: str
    lead: str
    fields: tuple[GuideField, ...]
    buttons: tuple[str, ...]
    optional: bool
    notes: tuple[GuideNote, ...] = ()
    # That somebody else may do it; empty where only the issuer does.
    asking: str = ""


@dataclass(frozen=True)
class Guide:
    site: str
    steps: tuple[GuideStep, ...]
    made_at: datetime


def guide_pdf(guide: Guide, pictures: dict[str, bytes]) -> bytes:
    """The guide as PDF, Letter size, tagged; `pictures` are PNGs by the steps' slugs."""
    images = {slug: typesetting.picture(png, "png", *size_of(png)) for slug, png in pictures.items()}
    return typesetting.pdf(TEMPLATE, guide, images, guide.made_at)


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height in pixels, which a PNG's first chunk holds."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
