"""The acta de configuración: on paper, all that a company has configured, when, and what still waits."""

from dataclasses import dataclass
from datetime import datetime

from companies.papers import typesetting
from companies.papers.sample import Entry

TEMPLATE = "record.typ"


@dataclass(frozen=True)
class Chapter:
    """One step: its title, its state in words, when it was saved, its data."""

    title: str
    state: str  # done, waiting or problem
    state_label: str
    when: str
    rows: tuple[Entry, ...]


@dataclass(frozen=True)
class Pending:
    """Something that is not ready yet."""

    title: str
    text: str


@dataclass(frozen=True)
class ConfigurationRecord:
    """All that the acta says. Holds no secret: its builder is given none."""

    company: str
    code: str
    rfc: str
    site: str
    finished: str  # when and by whom, or that it is not
    chapters: tuple[Chapter, ...]
    seals: tuple[Entry, ...]
    evidence: tuple[Entry, ...]
    pending: tuple[Pending, ...]
    date: str
    made_at: datetime


def record_pdf(record: ConfigurationRecord) -> bytes:
    """The acta as PDF, Letter size, tagged, fonts embedded."""
    return typesetting.pdf(TEMPLATE, record, {}, record.made_at)
