"""What a Constancia de Situación Fiscal says, from the text of its PDF.

Labels as the SAT prints them. Two fields may share a line, a space may be missing, values may wrap and
pages break anywhere; anyone can edit a PDF, so whatever comes out of here is only a proposal.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlsplit

from companies import rfc
from companies.csf import regimes
from companies.rfc import InvalidRFC, Persona

SAT_HOST = "siat.sat.gob.mx"
ACTIVE = frozenset({"ACTIVO", "REACTIVADO"})
# After this many days the SAT's offices and most customers ask for a new one.
FRESH_DAYS = 92
# The SAT's has about ten thousand.
MAX_CHARACTERS = 40_000

LABELS = {
    "rfc": "RFC",
    "curp": "CURP",
    "given_names": "Nombre (s)",
    "first_surname": "Primer Apellido",
    "second_surname": "Segundo Apellido",
    "business_name": "Denominación/Razón Social",
    "capital": "Régimen Capital",
    "trade_name": "Nombre Comercial",
    "started_on": "Fecha inicio de operaciones",
    "status": "Estatus en el padrón",
    "status_since": "Fecha de último cambio de estado",
    "postal_code": "Código Postal",
    "street_type": "Tipo de Vialidad",
    "street": "Nombre de Vialidad",
    "exterior_number": "Número Exterior",
    "interior_number": "Número Interior",
    "neighborhood": "Nombre de la Colonia",
    "locality": "Nombre de la Localidad",
    "municipality": "Nombre del Municipio o Demarcación Territorial",
    "state": "Nombre de la Entidad Federativa",
    "between": "Entre Calle",
    "and_between": "Y Calle",
}
# Where a value ends although no label follows.
HEADINGS = (
    "Datos de Identificación del Contribuyente",
    "Datos del domicilio registrado",
    "Datos de Ubicación",
    "Actividades Económicas",
    "Regímenes",
    "Obligaciones",
    "Sus datos personales",
    "Cadena Original Sello",
    "Sello Digital",
)
NO_STREET_TYPE = frozenset({"", "OTRO", "OTROS", "NINGUNO", "NO ESPECIFICADO"})
NO_NUMBER = "S/N"


def _spaced(label: str) -> str:
    """A label as a pattern: any of its spaces may be missing, or be a line's end."""
    return r"\s?".join(re.escape(word) for word in label.replace("(", " (").split())


_LABEL = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{name}>{_spaced(text)})" for name, text in LABELS.items()) + r")\s?:",
)
_HEADING = re.compile(r"^(?:" + "|".join(map(_spaced, HEADINGS)) + r")\b", re.MULTILINE)
# A line with a label that we do not know.
_OTHER_LABEL = re.compile(r"\n[^\n:]{1,60}:")
_PAGE = re.compile(r"P[áa]gina ?\[? ?\d{1,3} ?\]? ?de ?\[? ?\d{1,3} ?\]?")
_CHAIN = re.compile(
    r"\|\|\s*(\d{4})/(\d{2})/(\d{2})\s*\|\s*([^|\s]{12,13})\s*\|\s*CONSTANCIA\s+DE\s+SITUACI", re.IGNORECASE
)
_HEAD_RFC = re.compile(r"(?<!\w)([A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3})\s+Registro\s+Federal\s+de\s+Contribuyentes")
_TITLE = re.compile(r"CONSTANCIA\s+DE\s+SITUACI[ÓO]N\s+FISCAL", re.IGNORECASE)


class NotUnderstood(Exception):
    """The text is no sound CSF. `code`: other_pdf, or rfc_disagrees."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Constancia:
    """What a CSF says, in the words of our forms. What it leaves out is empty."""

    rfc: str
    persona: Persona
    name: str
    status: str
    issued_on: date | None
    # Keys of the current régimenes that we know, and the names of those that we do not.
    regimes: tuple[str, ...]
    unknown_regimes: tuple[str, ...]
    street: str
    exterior_number: str
    interior_number: str
    neighborhood: str
    postal_code: str
    reference: str
    locality: str
    municipality: str
    state: str

    @property
    def is_active(self) -> bool:
        """Whether the taxpayer may issue invoices."""
        return self.status in ACTIVE

    def is_fresh(self, today: date) -> bool:
        """Whether it is at most three months old; one without a date is not."""
        return self.issued_on is not None and (today - self.issued_on).days <= FRESH_DAYS


def understand(text: str, qr: Iterable[str] = ()) -> Constancia:
    """Reads the text of a CSF, and the contents of its QR codes as a second witness. Raises NotUnderstood."""
    text = _tidy(text)
    values = _values(text)
    if not (_TITLE.search(text) and values.get("rfc")):
        raise NotUnderstood("other_pdf")
    owner = _owner(text, values["rfc"], qr)
    current, unknown = regimes.current(_section(text, "Regímenes"))
    return Constancia(
        rfc=owner.value,
        persona=owner.persona,
        name=_name(values, owner.persona),
        status=values.get("status", "").upper(),
        issued_on=_issued_on(text),
        regimes=current,
        unknown_regimes=unknown,
        street=_street(values),
        exterior_number=values.get("exterior_number") or NO_NUMBER,
        interior_number=values.get("interior_number", ""),
        neighborhood=values.get("neighborhood", ""),
        postal_code=values.get("postal_code", ""),
        reference=_reference(values),
        locality=values.get("locality", ""),
        municipality=values.get("municipality", ""),
        state=values.get("state", ""),
    )


def _tidy(text: str) -> str:
    """One space between words, no empty lines, no page numbers: patterns then need not look far.

    Nor characters that nobody sees: some of them no form and no database would take.
    """
    composed = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
    composed = "".join(char for char in composed if char.isprintable() or char.isspace())
    lines = (" ".join(line.split()) for line in composed.splitlines())
    return _PAGE.sub("", "\n".join(filter(None, lines)))


# --- values


def _values(text: str) -> dict[str, str]:
    """The first value of each label."""
    found: dict[str, str] = {}
    end = len(text)
    for match in reversed(list(_LABEL.finditer(text))):
        found[str(match.lastgroup)] = _cut(text[match.end() : end])
        end = match.start()
    return found


def _cut(value: str) -> str:
    for pattern in (_HEADING, _OTHER_LABEL):
        if match := pattern.search(value):
            value = value[: match.start()]
    return " ".join(value.split())


def _section(text: str, heading: str) -> str:
    match = re.search(rf"^{_spaced(heading)}\s?:", text, re.MULTILINE)
    if match is None:
        return ""
    rest = text[match.end() :]
    end = _HEADING.search(rest)
    return rest[: end.start()] if end else rest


def _name(values: dict[str, str], persona: Persona) -> str:
    if persona is Persona.MORAL:
        return values.get("business_name", "")
    parts = (values.get(part, "") for part in ("given_names", "first_surname", "second_surname"))
    return " ".join(filter(None, parts))


def _street(values: dict[str, str]) -> str:
    kind, name = values.get("street_type", ""), values.get("street", "")
    if kind.upper().rstrip(".") in NO_STREET_TYPE or name.upper().startswith(f"{kind} ".upper()):
        return name
    return f"{kind} {name}".strip()


def _reference(values: dict[str, str]) -> str:
    between = [street for name in ("between", "and_between") if (street := values.get(name, ""))]
    return f"Entre {' y '.join(between)}" if between else ""


def _issued_on(text: str) -> date | None:
    match = _CHAIN.search(text)
    try:
        return date(*map(int, match.groups()[:3])) if match else None
    except ValueError:
        return None


# --- whose it is


def _owner(text: str, stated: str, qr: Iterable[str]) -> rfc.RFC:
    """The RFC, which stands in several places. Raises NotUnderstood where they disagree."""
    witnesses = {rfc.normalize(stated)}
    if match := _CHAIN.search(text):
        witnesses.add(rfc.normalize(match[4]))
    if match := _HEAD_RFC.search(text):
        witnesses.add(match[1])
    witnesses |= {witness for content in qr if (witness := rfc_of_qr(content))}
    if len(witnesses) > 1:
        raise NotUnderstood("rfc_disagrees")
    try:
        return rfc.parse(stated)
    except InvalidRFC:
        raise NotUnderstood("other_pdf") from None


def rfc_of_qr(content: str) -> str:
    """The RFC in the SAT's own QR code; empty for any other. Nothing is fetched."""
    try:
        address = urlsplit(content)
    except ValueError:
        return ""
    if address.scheme != "https" or address.hostname != SAT_HOST:
        return ""
    _, _, owner = parse_qs(address.query).get("D3", [""])[0].partition("_")
    return rfc.normalize(owner)
