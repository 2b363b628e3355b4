"""Builds the sample invoice out of what the company has told so far; gaps get gentle placeholders."""

from base64 import b64encode
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from companies.documents import sample_contents
from companies.documents.sample import Entry, FinePrint, Party, SampleInvoice
from companies.documents.sample_parts import SAMPLE_UUID, Issuer
from companies.logo.preparing import LogoPicture
from companies.models import Address, Company, DocumentType, Logo
from companies.sat import tax_regimes

# Where the QR of every CFDI leads (Anexo 20, «código de barras bidimensional»).
VERIFICATION_URL = "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"
TYPE_NAMES = {"I": "Ingreso", "E": "Egreso", "T": "Traslado", "P": "Pago", "N": "Nómina"}
SAMPLE_CERTIFICATE = "00001000000000000000"
# As long as a real seal (256 bytes in base64), and says what it is to whoever decodes it.
SAMPLE_SEAL = b64encode((b"SIN VALIDEZ FISCAL. MUESTRA. " * 9)[:256]).decode()
ADDRESS_PLACEHOLDER = "Su calle y número, su colonia, su código postal, su municipio y su estado"


def sample_for(company: Company, *, position: str, kind: str) -> SampleInvoice:
    """The company's own data on a made-up document.

    `position` is a value of Logo.Position, `kind` one of DocumentType.Kind. Three queries at most.
    """
    addresses = {address.kind: address for address in company.addresses.all()}
    fiscal = addresses.get(Address.Kind.FISCAL)
    now = timezone.localtime()
    content = sample_contents.content(kind, _issuer(company, fiscal, now))
    return SampleInvoice(
        position=position,
        logo=_logo(company),
        title=_title(kind),
        document=_document(company, kind, now),
        issuer=Party(company.name, _issuer_entries(company, fiscal, addresses.get(Address.Kind.ISSUING))),
        receiver=content.receiver,
        conditions=content.conditions,
        stamp=_stamp(now),
        tables=content.tables,
        complement=content.complement,
        totals=content.totals,
        in_words=content.in_words,
        verification_url=_verification_url(company.rfc, content.receiver_rfc, content.total),
        fine_print=_fine_print(now),
        made_at=now,
    )


def _issuer(company: Company, fiscal: Address | None, now: datetime) -> Issuer:
    return Issuer(
        rfc=company.rfc,
        name=company.name,
        postal_code=fiscal.postal_code if fiscal else "00000",
        tax_regime=company.tax_regime,
        moment=_moment(now),
    )


def _logo(company: Company) -> LogoPicture | None:
    logo: Logo | None = getattr(company, "logo", None)
    if logo is None:
        return None
    try:
        with logo.image.open("rb") as file:
            return LogoPicture(file.read(), logo.width, logo.height)
    except FileNotFoundError:  # a restored database without its files still shows its pages
        return None


def _title(kind: str) -> str:
    return DocumentType.Kind(kind).label if kind in DocumentType.Kind else DocumentType.Kind.INVOICE.label


def _document(company: Company, kind: str, now: datetime) -> tuple[Entry, ...]:
    chosen = company.document_types.filter(kind=kind).first()
    row = chosen or DocumentType(kind=kind if kind in DocumentType.Kind else DocumentType.Kind.INVOICE)
    folio = f"{row.series} {row.first_folio}".strip()
    cfdi_type = row.cfdi_type
    return (
        Entry("Serie y folio" if row.series else "Folio", folio, given=chosen is not None),
        Entry("Fecha y hora de emisión", _moment(now)),
        _entry("Lugar de expedición", company.expedition_place, "Su código postal"),
        Entry("Tipo de comprobante", f"{cfdi_type} · {TYPE_NAMES[cfdi_type]}"),
    )


def _moment(when: datetime) -> str:
    """As a CFDI writes it: local time, no zone."""
    return f"{when:%Y-%m-%dT%H:%M:%S}"


def _entry(label: str, text: str, placeholder: str) -> Entry:
    return Entry(label, text or placeholder, given=bool(text))


def _issuer_entries(company: Company, fiscal: Address | None, issuing: Address | None) -> tuple[Entry, ...]:
    regime = tax_regimes.label(company.tax_regime) if company.tax_regime else ""
    fiscal_text, issuing_text = _address(fiscal), _address(issuing)
    entries = [
        Entry("RFC", company.rfc),
        _entry("Régimen fiscal", regime, "Su régimen fiscal"),
        _entry("Domicilio fiscal", fiscal_text, ADDRESS_PLACEHOLDER),
    ]
    if issuing_text and issuing_text != fiscal_text:
        entries.append(Entry("Expedido en", issuing_text))
    if company.phone:
        entries.append(Entry("Teléfono", company.phone))
    return tuple(entries)


def _address(address: Address | None) -> str:
    if address is None:
        return ""
    interior = f" Int. {address.interior_number}" if address.interior_number else ""
    parts = (
        f"{address.street} {address.exterior_number}{interior}",
        f"Col. {address.neighborhood}",
        f"C.P.\N{NO-BREAK SPACE}{address.postal_code}",
        address.locality if address.locality != address.municipality else "",
        address.municipality,
        address.state,
        address.country,
    )
    return ", ".join(part for part in parts if part)


def _stamp(now: datetime) -> tuple[Entry, ...]:
    return (
        Entry("Folio fiscal (UUID)", SAMPLE_UUID),
        Entry("Fecha de certificación", _moment(now)),
        Entry("No. de CSD del emisor", SAMPLE_CERTIFICATE),
        Entry("No. de CSD del SAT", SAMPLE_CERTIFICATE),
    )


def _verification_url(issuer: str, receiver: str, total: Decimal) -> str:
    query = {"id": SAMPLE_UUID, "re": issuer, "rr": receiver, "tt": f"{total:.2f}", "fe": SAMPLE_SEAL[-8:]}
    return f"{VERIFICATION_URL}?{urlencode(query)}"


def _fine_print(now: datetime) -> tuple[FinePrint, ...]:
    fields = ("1.1", SAMPLE_UUID, _moment(now), settings.PAC["rfc"], SAMPLE_SEAL, SAMPLE_CERTIFICATE)
    chain = "|".join(fields)
    return (
        FinePrint("Sello digital del CFDI", SAMPLE_SEAL),
        FinePrint("Sello digital del SAT", SAMPLE_SEAL),
        FinePrint("Cadena original del complemento de certificación digital del SAT", f"||{chain}||"),
    )
