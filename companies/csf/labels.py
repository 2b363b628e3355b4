"""The labels of the SAT's documents, found without looking at accents and case.

A label that we do not want is known all the same: it ends the value before it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from companies.csf.folding import fold
from companies.csf.placed_words import PdfLine

# As the CSF prints them first; then as the SAT's validator and the Cédula de Datos Fiscales do.
LABELS = {
    "rfc": ("RFC", "Registro Federal de Contribuyentes", "Clave RFC"),
    "given_names": ("Nombre (s)", "Nombre", "Nombres"),
    "first_surname": ("Primer Apellido", "Apellido Paterno"),
    "second_surname": ("Segundo Apellido", "Apellido Materno"),
    "business_name": (
        "Denominación/Razón Social",
        "Denominación o Razón Social",
        "Nombre, denominación o razón social",
        "Nombre/Denominación/Razón Social",
        "Nombre, denominación/razón social",
        "Nombre o razón social",
        "Razón social",
    ),
    "status": ("Estatus en el padrón", "Situación del contribuyente"),
    "postal_code": ("Código Postal", "CP", "C.P.", "Código postal del domicilio fiscal"),
    "street_type": ("Tipo de Vialidad",),
    "street": ("Nombre de Vialidad", "Nombre de la Vialidad"),
    "exterior_number": ("Número Exterior",),
    "interior_number": ("Número Interior",),
    "neighborhood": ("Nombre de la Colonia", "Colonia"),
    "locality": ("Nombre de la Localidad", "Localidad"),
    "municipality": (
        "Nombre del Municipio o Demarcación Territorial",
        "Nombre del Municipio o Delegación",
        "Municipio o delegación",
        "Municipio o Demarcación Territorial",
        "Municipio",
    ),
    "state": ("Nombre de la Entidad Federativa", "Entidad Federativa"),
    "between": ("Entre Calle",),
    "and_between": ("Y Calle",),
    "id_cif": ("idCIF",),
    "issued_on": ("Fecha de emisión", "Lugar y fecha de emisión"),
    # One pair for each régimen, where there is no table of them.
    "regime": ("Régimen", "Régimen fiscal", "Regímenes fiscales"),
    "regime_since": ("Fecha de alta",),
}
# What is behind these is nobody's business here, or nothing that our forms ask for.
UNWANTED = (
    "CURP",
    "Régimen Capital",
    "Régimen de capital",
    "Nombre Comercial",
    "Fecha inicio de operaciones",
    "Fecha de Inicio de operaciones",
    "Fecha de último cambio de estado",
    "Fecha del último cambio de situación",
    "Fecha de constitución",
    "Fecha Nacimiento",
    "Fecha de nacimiento",
    "Correo Electrónico",
    "Tel. Fijo Lada",
    "Tel. Móvil Lada",
    "Teléfono Fijo Lada",
    "Teléfono Móvil Lada",
    "Número",
    "Lada",
    "Extensión",
    "Fax",
    "Estado del domicilio",
    "Estado del contribuyente en el domicilio",
    "Referencia",
    "Características del domicilio",
    "AL",
)
NO_KEY = ""
# Longer than «Entre Calle», which may be a part of an address.
LONG_LABEL = 12
# On one line. No document of the SAT's has more.
MOST_LABELS = 24


class CsfSection(StrEnum):
    """The parts of a Constancia, by their headings."""

    HEAD = "head"
    IDENTIFICATION = "identification"
    ADDRESS = "address"
    ACTIVITIES = "activities"
    REGIMES = "regimes"
    OBLIGATIONS = "obligations"
    END = "end"


HEADINGS = {
    "Datos de Identificación del Contribuyente": CsfSection.IDENTIFICATION,
    "Datos de Identificación": CsfSection.IDENTIFICATION,
    "Datos del domicilio registrado": CsfSection.ADDRESS,
    "Datos de Ubicación": CsfSection.ADDRESS,
    "Datos de Ubicación (domicilio fiscal, vigente)": CsfSection.ADDRESS,
    "Características fiscales": CsfSection.IDENTIFICATION,
    "Características fiscales (vigente)": CsfSection.IDENTIFICATION,
    "Actividades Económicas": CsfSection.ACTIVITIES,
    "Regímenes": CsfSection.REGIMES,
    "Obligaciones": CsfSection.OBLIGATIONS,
}
# Whatever follows on the line.
ENDINGS = ("Sus datos personales son", "Cadena Original Sello", "Sello Digital")
LABELLED = frozenset({CsfSection.HEAD, CsfSection.IDENTIFICATION, CsfSection.ADDRESS})


def spaced(label: str) -> str:
    """A label as a pattern for folded text: any of its spaces may be missing, or stand beside a sign."""
    pieces = re.findall(r"\w+|[^\w\s]", fold(label))
    return r"\s?".join(map(re.escape, pieces))


_PRINTED = {text: key for key, texts in LABELS.items() for text in texts} | dict.fromkeys(UNWANTED, NO_KEY)
_KEYS = {re.sub(r"\W", "", fold(text)): key for text, key in _PRINTED.items()}
_LONGEST_FIRST = sorted(_PRINTED, key=lambda text: -len(text))
_COLON = r"\s?[:;]"
_WITH_COLON = re.compile(r"(?<!\w)(?:" + "|".join(map(spaced, _LONGEST_FIRST)) + rf"){_COLON}")
# An OCR layer may have lost the colon of a label; these are no words of a value.
_SHORT = {"rfc", "id_cif", "issued_on", "regime", "regime_since"}
_DISTINCT = (
    *(texts[0] for key, texts in LABELS.items() if key not in _SHORT),
    *(text for text in UNWANTED if " " in text),
)
_WITHOUT_COLON = re.compile(
    r"(?<!\w)(?:" + "|".join(map(spaced, sorted(_DISTINCT, key=lambda text: -len(text)))) + r")(?!\w|\s?[:;])"
)
# Where no label has its colon, those at the beginning of a cell: also in capitals, and with the value so near
# that it grew together with them.
_AT_A_CELL = re.compile(r"(?:" + "|".join(map(spaced, sorted(_DISTINCT, key=lambda text: -len(text)))) + r")")
# A label that we have never seen: the SAT writes labels in small letters, and values in capitals.
_STRANGE = re.compile(
    r"(?<![\w/])[A-ZÁÉÍÓÚÑ][a-záéíóúñü0-9]*[a-záéíóúñü][\w.()/]*(?: [\w.()/]{1,20}){0,7}?\s?:(?!\d)"
)
_SECTIONS = "|".join(
    f"(?P<{section}>" + "|".join(spaced(text) for text, each in HEADINGS.items() if each is section) + ")"
    for section in dict.fromkeys(HEADINGS.values())
)
_END = f"(?P<{CsfSection.END}>" + "|".join(map(spaced, ENDINGS)) + ")"
_HEADING = re.compile(rf"\s?(?:(?:{_SECTIONS})\s?(?::|$)|{_END})")
PAGE_NUMBER = re.compile(r"P[AÁ]GINA ?\[? ?(\d{1,3}) ?\]? ?DE ?\[? ?(\d{1,3}) ?\]?")


def _breaks(label: str) -> list[tuple[str, str]]:
    """Every way to part a label between two of its words."""
    words = fold(label).split()
    return [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]


# The labels that are long enough to wrap in a cell of a table, parted: the longest beginnings first.
_BEGINNINGS = frozenset(
    beginning for text in _DISTINCT for beginning, _ in [(fold(text), ""), *_breaks(text)] if " " in beginning
)
_RESTS: dict[str, list[str]] = {}
for _text in sorted(_DISTINCT, key=lambda text: -len(text)):
    for _beginning, _rest in _breaks(_text):
        _RESTS.setdefault(_beginning, []).append(_rest)
# Nobody lives in «NOMBRE DE VIALIDAD».
_LONG = re.compile(
    r"(?<!\w)(?:" + "|".join(spaced(text) for text in _DISTINCT if len(text) > LONG_LABEL) + r")(?!\w)"
)
BREAKABLE = sorted(
    (parts for text in (*_PRINTED, *HEADINGS) for parts in _breaks(text)), key=lambda parts: -len(parts[0])
)


@dataclass(frozen=True)
class PrintedLabel:
    """A label on a line: what it names (nothing, when it is not wanted), and its place in the text."""

    key: str
    start: int
    end: int


def key_of(printed: str) -> str | None:
    """What a label names as the SAT prints it, with or without its colon; None when it is not known.

    Empty for one whose value is not wanted.
    """
    return _KEYS.get(re.sub(r"\W", "", fold(printed)))


def labels_on(line: PdfLine) -> list[PrintedLabel]:
    """The labels of a line, in their order; none of them overlap."""
    found = [_label(match) for match in _WITH_COLON.finditer(line.folded)]
    for match in _WITHOUT_COLON.finditer(line.folded):
        free = all(match.end() <= label.start or label.end <= match.start() for label in found)
        if free and _is_written_as_a_label(line.text[match.start() : match.end()]):
            found.append(_label(match))
    found.sort(key=lambda label: label.start)
    strangers = _strangers(line, found) if ":" in line.text else []
    return sorted([*found, *strangers], key=lambda label: label.start)[:MOST_LABELS]


def _label(match: re.Match[str]) -> PrintedLabel:
    return PrintedLabel(_KEYS[re.sub(r"\W", "", match[0])], match.start(), match.end())


def _is_written_as_a_label(text: str) -> bool:
    """Whether it begins with a capital and goes on in small letters."""
    return text[0].isupper() and not text.isupper()


def _strangers(line: PdfLine, known: list[PrintedLabel]) -> list[PrintedLabel]:
    """Labels that nobody knows, between those that are known."""
    free, at = [], 0
    for label in [*known, PrintedLabel(NO_KEY, len(line.text), len(line.text))]:
        free.append((at, label.start))
        at = label.end
    return [
        PrintedLabel(NO_KEY, match.start(), match.end())
        for start, end in free
        for match in _STRANGE.finditer(line.text, start, end)
    ]


def label_at(line: PdfLine, start: int) -> int | None:
    """Where the label that begins at a place of the line's text ends, without looking for a colon."""
    match = _AT_A_CELL.match(line.folded, start)
    if match is None or not line.text[start].isupper():
        return None
    follows = line.text[match.end() : match.end() + 2]
    return None if follows[:1].islower() or follows.lstrip()[:1] in {":", ";"} else match.end()


def rest_of_label(beginning: str, line: PdfLine, start: int) -> int | None:
    """Where the rest of a label that wraps ends, if it stands at a place of the next line's text."""
    rests = (rest for rest in _RESTS.get(fold(beginning), ()) if line.folded.startswith(rest, start))
    return next((start + len(rest) for rest in rests), None)


def has_a_label(text: str) -> bool:
    """Whether a whole label has got into a text."""
    return bool(_LONG.search(fold(text)))


def is_a_label(text: str) -> bool:
    """Whether a text is nothing but a label, or the beginning of one that wraps."""
    return fold(text).rstrip(" :;") in _BEGINNINGS


def section_of(line: PdfLine) -> tuple[CsfSection, int] | None:
    """The section that begins with this line, and where in its text the heading ends."""
    match = _HEADING.match(line.folded)
    return (CsfSection(str(match.lastgroup)), match.end()) if match else None
