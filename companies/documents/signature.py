"""The «constancia de firma»: on paper, who signed the Carta Manifiesto and how that is verified."""

from dataclasses import dataclass
from datetime import datetime

from companies.documents import typesetting
from companies.documents.sample import Entry

TEMPLATE = "signature.typ"


@dataclass(frozen=True)
class SignedText:
    """One document as it was read, with the digests that name it."""

    title: str
    text: str
    digests: tuple[Entry, ...]


@dataclass(frozen=True)
class SignatureRecord:
    """All that the constancia says."""

    site: str
    company: str
    rfc: str
    facts: tuple[Entry, ...]
    documents: tuple[SignedText, ...]
    # One line each, to be typed where the package lies.
    commands: tuple[str, ...]
    digest_note: str
    date: str
    made_at: datetime


def signature_pdf(record: SignatureRecord) -> bytes:
    """The constancia as PDF, Letter size, tagged, fonts embedded."""
    return typesetting.pdf(TEMPLATE, record, when=record.made_at)
