"""The sample invoice: what a CFDI 4.0 of this company will look like, without being one."""

from dataclasses import dataclass
from datetime import datetime

from companies.documents import typesetting
from companies.logo.preparing import LogoPicture
from facturamos.qr import qr_svg

TEMPLATE = "invoice.typ"


@dataclass(frozen=True)
class Entry:
    """A value with its label; not `given`, it stands in for what the company has not told yet."""

    label: str
    text: str
    given: bool = True


@dataclass(frozen=True)
class Party:
    """The issuer or the receiver."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, its width in centimetres (0: what the others leave), its side.

    Widths are given because finding them out would cost typst several passes.
    """

    title: str
    width: float = 0
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """Concepts, payments, wages. Lines of a cell after the first are small print."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Complement:
    """What a complement says of the whole document; with an address, a second QR code that leads there."""

    title: str
    entries: tuple[Entry, ...]
    verification_url: str = ""


@dataclass(frozen=True)
class FinePrint:
    """Small type at the foot: a seal, or the cadena original."""

    title: str
    text: str


@dataclass(frozen=True)
class SampleInvoice:
    """All that the page shows, ready to print: the template only arranges it."""

    position: str  # of the logo: left, center or right
    logo: LogoPicture | None
    title: str
    document: tuple[Entry, ...]
    issuer: Party
    receiver: Party
    conditions: tuple[Entry, ...]
    stamp: tuple[Entry, ...]
    tables: tuple[Table, ...]
    complement: Complement | None
    totals: tuple[Entry, ...]
    in_words: str
    verification_url: str
    fine_print: tuple[FinePrint, ...]
    made_at: datetime


def sample_invoice_svg(invoice: SampleInvoice) -> bytes:
    """The first page as SVG, to be shown through `<img>`."""
    return typesetting.svg(TEMPLATE, invoice, _images(invoice))


def sample_invoice_pdf(invoice: SampleInvoice) -> bytes:
    """All pages as PDF, Letter size, tagged, fonts embedded."""
    return typesetting.pdf(TEMPLATE, invoice, _images(invoice), invoice.made_at)


def _images(invoice: SampleInvoice) -> typesetting.Images:
    images = {"qr": qr_svg(invoice.verification_url)}
    if invoice.complement and invoice.complement.verification_url:
        images["complement_qr"] = qr_svg(invoice.complement.verification_url)
    if invoice.logo is not None:
        logo = invoice.logo
        images["logo"] = typesetting.picture(logo.jpeg, "jpeg", logo.width, logo.height)
    return images
