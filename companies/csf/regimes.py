"""The régimenes as a CSF spells them: not quite as the catalogue does."""

import re
import unicodedata

from companies.tax_regimes import TAX_REGIMES

# What the two spellings differ in, most of the time.
FILLERS = frozenset(
    ("REGIMEN", "DE", "DEL", "EL", "LA", "LAS", "LO", "LOS", "Y", "E", "CON", "POR", "A", "O", "EN")
)
# What is left over: spellings whose words differ too.
ALIASES = {
    "Régimen General de las Personas Morales": "601",
    "Personas Morales del Régimen General": "601",
    "Régimen de Sueldos y Salarios": "605",
    "Régimen de Arrendamiento de Bienes Inmuebles": "606",
    "Régimen de Ingresos por Dividendos": "611",
    "Régimen de Actividades Empresariales y Profesionales": "612",
    "Régimen de las Personas Físicas con Actividades Empresariales": "612",
    "Régimen de Ingresos por Premios": "615",
    "Régimen de Incorporación Fiscal (RIF)": "621",
    "Régimen de los Coordinados": "624",
    "Régimen de Actividades Empresariales a través de Plataformas Tecnológicas": "625",
    "Régimen Simplificado de Confianza (RESICO)": "626",
    "Régimen Simplificado de Confianza de Personas Físicas": "626",
    "Régimen Simplificado de Confianza de Personas Morales": "626",
}
_DATE = r"\d{2}/\d{2}/\d{4}"
_DATES = re.compile(rf"({_DATE})(?:\s+({_DATE}))?")
_HEAD = re.compile(r"R[ée]gimen\s+Fecha\s+(?:de\s+)?Inicio\s+Fecha\s+(?:de\s+)?Fin", re.IGNORECASE)
# How many words of a name may have slipped behind its date.
SLIPPED = 8


def _key(name: str) -> tuple[str, ...]:
    plain = "".join(
        char for char in unicodedata.normalize("NFD", name.upper()) if char.isalpha() or char in " \n"
    )
    return tuple(word for word in plain.split() if word not in FILLERS)


_CODES = {_key(regime.name): regime.code for regime in TAX_REGIMES} | {
    _key(name): code for name, code in ALIASES.items()
}


def code_of(name: str) -> str:
    """The catalogue's key of a régimen as a CSF names it; empty when unknown."""
    return _CODES.get(_key(name), "")


def current(table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of the régimenes without an end date, and the names of those that are not known."""
    table = _HEAD.sub("", table)
    # Name, start, end, name, start, end … and what follows the last.
    parts = _DATES.split(table)
    names = [" ".join(name.split()) for name in parts[::3]]
    codes, unknown = [], []
    for index, ended in enumerate(parts[2::3]):
        name, names[index + 1] = _complete(names[index], names[index + 1])
        if ended:
            continue
        if code := code_of(name):
            codes.append(code)
        elif name:
            unknown.append(name)
    return tuple(dict.fromkeys(codes)), tuple(unknown)


def _complete(name: str, following: str) -> tuple[str, str]:
    """A name whose last words slipped behind its date, into the next row; and what is left of that."""
    words = following.split() if name else []
    for count in range(min(SLIPPED, len(words)), 0, -1):
        longer = " ".join([name, *words[:count]])
        if code_of(longer) and _stands_alone(words[count:]):
            return longer, " ".join(words[count:])
    return name, following


def _stands_alone(words: list[str]) -> bool:
    """Whether what is left is nothing, or begins as a name does."""
    return not words or words[0].upper().startswith(("RÉGIMEN", "REGIMEN", "SIN"))
