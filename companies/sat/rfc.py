"""The RFC, Mexico's tax identifier: what makes one, and whose it is.

Format: the SAT's `t_RFC` (tdCFDI.xsd): three letters (persona moral) or four (persona física), a date
YYMMDD, and a homoclave of three characters of which the last is the check digit.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from facturamos.text import clean, plain_dashes, plain_letters

# For the public in general and for foreigners: they receive invoices, nobody issues with them.
GENERIC = frozenset({"XAXX010101000", "XEXX010101000"})
LENGTHS = (12, 13)

_SHAPE = re.compile(r"[A-ZÑ&]{3,4}([0-9]{2})([0-9]{2})([0-9]{2})[A-Z0-9]{2}[0-9A]")
_SEPARATORS = re.compile(r"[\s.,:;()/_·-]+")
# «RFC: …» before it. No RFC is that long, so one that begins with these letters itself is not cut.
_LABELLED = re.compile(r"RFC(?=.{12,13}\Z)")
# The order of the characters in the check digit's sum (SAT, «Estructura del RFC», anexo 3).
_ALPHABET = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"

MESSAGES = {
    "length": "El RFC tiene 12 caracteres (persona moral) o 13 (persona física). Cópielo de su Constancia de "
    "Situación Fiscal.",
    "format": "El RFC no tiene la forma correcta: tres o cuatro letras, seis números y tres caracteres más. "
    "Cópielo de su Constancia de Situación Fiscal.",
    "date": "Los seis números del RFC no forman una fecha (año, mes y día). Cópielo de su Constancia de "
    "Situación Fiscal.",
    "generic": "Este es un RFC genérico y con él no se puede facturar. Escriba el RFC de su empresa.",
}
DIGIT_DOUBT = "El último carácter de este RFC no es el usual. Si es igual al de su Constancia, está bien."


class Persona(StrEnum):
    """Whether a taxpayer is a company or a person."""

    MORAL = "moral"
    FISICA = "fisica"

    @property
    def label(self) -> str:
        return {"moral": "persona moral", "fisica": "persona física"}[self.value]


class InvalidRFC(Exception):
    """Not the RFC of an issuer. `code`: length, format, date or generic."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class RFC:
    """A well-formed RFC that is not generic."""

    value: str

    def __str__(self) -> str:
        return self.value

    @property
    def persona(self) -> Persona:
        """12 characters: a company; 13: a person."""
        return Persona.MORAL if len(self.value) == 12 else Persona.FISICA

    @property
    def digit_agrees(self) -> bool:
        """Whether the last character is the check digit. Only a hint: real RFCs fail it (RTO840921RE4)."""
        return self.value[-1] == check_digit(self.value[:-1])


def normalize(text: str) -> str:
    """Upper-case, without what people write between the groups and around: «RFC: PNA-190312-AB1.»."""
    bare = _SEPARATORS.sub("", plain_dashes(plain_letters(clean(text)))).upper()
    return _LABELLED.sub("", bare, count=1) if len(bare) > max(LENGTHS) else bare


def parse(text: str) -> RFC:
    """Reads an RFC as people write it. Raises InvalidRFC."""
    value = normalize(text)
    if len(value) not in LENGTHS:
        raise InvalidRFC("length")
    shape = _SHAPE.fullmatch(value)
    if shape is None:
        raise InvalidRFC("format")
    if not _is_date(*map(int, shape.groups())):
        raise InvalidRFC("date")
    if value in GENERIC:
        raise InvalidRFC("generic")
    return RFC(value)


def persona_of(text: str) -> Persona | None:
    """Whose RFC it is; None when it is not an RFC."""
    # A page asks a dozen times. Whatever else was sent as one is not kept.
    return _persona_of(text) if len(text) <= max(LENGTHS) else _parsed_persona(text)


def _parsed_persona(text: str) -> Persona | None:
    try:
        return parse(text).persona
    except InvalidRFC:
        return None


_persona_of = lru_cache(maxsize=1024)(_parsed_persona)


@dataclass(frozen=True)
class RfcReport:
    """What a text is as an issuer's RFC: whose, and one sentence. Without an RFC there is no digit."""

    ok: bool
    persona: Persona | None
    check_digit_ok: bool | None
    message: str


def examine(text: str) -> RfcReport:
    """Judges an RFC as people write it; raises nothing."""
    try:
        found = parse(text)
    except InvalidRFC as error:
        return RfcReport(False, None, None, MESSAGES[error.code])
    whose = f"Es el RFC de una {found.persona.label}."
    message = whose if found.digit_agrees else f"{whose} {DIGIT_DOUBT}"
    return RfcReport(True, found.persona, found.digit_agrees, message)


def check_digit(body: str) -> str:
    """The digit that belongs to an RFC without its last character (11 or 12 characters)."""
    padded = body.rjust(12)
    remainder = sum(_ALPHABET.index(char) * (13 - place) for place, char in enumerate(padded)) % 11
    return {0: "0", 1: "A"}.get(remainder, str(11 - remainder))


def _is_date(year: int, month: int, day: int) -> bool:
    # The century is not written; 2000–2099 has every date that 1900–1999 has.
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True
