"""What stands behind the labels, in the words of our forms: numbers, streets, and what means «nothing»."""

import re
from collections.abc import Iterable, Mapping

from companies.csf import messages
from companies.csf.folding import fold
from companies.csf.labels import has_a_label
from companies.csf.result import ADDRESS_FIELDS, NOT_FOUND, CsfValue, ValueState

NO_NUMBER = "S/N"
# Written into a field that the SAT's programs do not let anybody leave empty.
_NOTHING = re.compile(
    r"[\W_]*|OTR[OA]S?|NINGUN[OA]|NO APLICA|N/?A|SIN (?:REFERENCIAS?|COLONIA|LOCALIDAD|DATOS?)|"
    r"(?:OTR[OA]S?,? ?)?\(?NO ESPECIFICAD[OA]S?\)?(?: EN (?:EL )?CATALOGO)?|OTR[OA]S? \(?ESPECIFI\w*\)?"
)
_NO_NUMBER = re.compile(r"S\.? ?/ ?N\.?|S\.? ?N\.?|SIN N(?:UMERO|UM\.?|O\.?)(?: (?:EXTERIOR|INTERIOR))?")
_POSTAL_CODE = re.compile(r"\d{5}")
_IN_PARENTHESES = re.compile(r"\(([^()]*)\)")
# The longest word of all places in the SAT's catalogue has 19 letters: what is longer was several words
# before an OCR layer lost the blanks. Companies have longer ones, like «ELECTROENCEFALOGRAFÍA».
_GLUED, _GLUED_NAME = re.compile(r"[^\W\d_]{21}"), re.compile(r"[^\W\d_]{25}")
# The longest that our forms take; nothing of the SAT's is longer.
LONGEST = {
    "name": 300,
    "street": 200,
    "exterior_number": 50,
    "interior_number": 50,
    "neighborhood": 150,
    "locality": 120,
    "municipality": 120,
    "state": 60,
    "reference": 250,
}
# «CANCELADO POR DEFUNCIÓN» is among the longest.
LONGEST_STATUS = 60

# What each field of an address is made from: keys of LABELS.
_SOURCES = {
    **{name: (name,) for name in ADDRESS_FIELDS},
    "street": ("street", "street_type"),
    "reference": ("between", "and_between"),
}
_NAME_PARTS = ("business_name", "given_names", "first_surname", "second_surname")
# The other way round: which of our fields a label tells of.
FIELDS_OF = {key: (name,) for name, keys in _SOURCES.items() for key in keys} | dict.fromkeys(
    _NAME_PARTS, ("name",)
)


def address_of(labelled: Mapping[str, str]) -> dict[str, CsfValue]:
    """The fields of an address, from what stands behind the labels that were found (keys of LABELS)."""
    worded = {
        "postal_code": labelled.get("postal_code", "")[:5],
        "street": _street(labelled),
        "exterior_number": _number(labelled.get("exterior_number", "")),
        "interior_number": _number(labelled.get("interior_number", "")),
        "locality": _place(labelled.get("locality", "")),
        "reference": _reference(labelled),
    }
    capitals = in_capitals(labelled.values())
    found = {}
    for name, sources in _SOURCES.items():
        # A kind of street alone is no street.
        present = [labelled[source] for source in sources if source in labelled]
        if not present or (name == "street" and name not in labelled):
            found[name] = NOT_FOUND
            continue
        value = worded.get(name, something(labelled.get(name, "")))
        found[name] = checked(name, value, " ".join(present), capitals=capitals)
    return found


def in_capitals(values: Iterable[str]) -> bool:
    """Whether a document prints its values in capitals, as the SAT's programs do."""
    lettered = [value for value in values if any(char.isalpha() for char in value)]
    return sum(value.isupper() for value in lettered) > len(lettered) / 2


def checked(name: str, value: str, printed: str, *, capitals: bool) -> CsfValue:
    """A value that was found, doubtful where what is printed does not look like one of its field."""
    doubt = _doubt(name, printed, capitals=capitals) if value else ""
    return CsfValue(value, ValueState.DOUBTFUL, doubt) if doubt else CsfValue.of(value)


def _doubt(name: str, printed: str, *, capitals: bool) -> str:
    if name == "postal_code":
        return "" if _POSTAL_CODE.fullmatch(printed) else messages.NOT_FIVE_DIGITS
    if len(printed) > LONGEST[name]:
        return messages.TOO_LONG
    if (_GLUED_NAME if name == "name" else _GLUED).search(printed):
        return messages.GLUED
    if re.search(r"[:|]", printed) or has_a_label(printed) or (name == "state" and re.search(r"\d", printed)):
        return messages.MORE_THAN_THIS
    # A label without its colon has got into this one.
    return messages.MORE_THAN_THIS if capitals and re.search(r"[a-záéíóúñü]{2}", printed) else ""


def something(value: str) -> str:
    """The value, or nothing where it means that."""
    return "" if _NOTHING.fullmatch(fold(value).rstrip(" .")) else value


def _number(value: str) -> str:
    """A house's number; S/N only where that is said, in one of its spellings."""
    return NO_NUMBER if _NO_NUMBER.fullmatch(fold(value)) else something(value)


def _place(value: str) -> str:
    """A locality's name; the SAT's validator and old constancias give some by their number."""
    return "" if re.fullmatch(r"[\d\s.-]*", value) else something(value)


def _reference(labelled: Mapping[str, str]) -> str:
    streets = [street for key in ("between", "and_between") if (street := something(labelled.get(key, "")))]
    return f"Entre {' y '.join(streets)}" if streets else ""


# --- the street


def _street(labelled: Mapping[str, str]) -> str:
    """The street with its kind before it, unless the name begins with that kind itself."""
    name, (kind, *spellings) = something(labelled.get("street", "")), _kinds(labelled.get("street_type", ""))
    begins = any(
        re.match(rf"{re.escape(each)}(?!\w)", fold(name)) for each in (fold(kind), *spellings) if each
    )
    return name if not name or not kind or begins else f"{kind} {name}"


def _kinds(printed: str) -> tuple[str, ...]:
    """A kind of street as we write it, and every word that the name may begin with instead.

    The SAT's catalogue has «CERRADA (CDA) O PRIVADA (PRIV)» and «CARRETERA (CARR.)».
    """
    if not something(printed):
        return ("",)
    short = {fold(each).strip(" .") for each in _IN_PARENTHESES.findall(printed)}
    whole = _IN_PARENTHESES.sub(" ", printed)
    kinds = [" ".join(each.split()) for each in re.split(r"\s[OoYy]\s|/", f" {whole} ")]
    kinds = [kind for kind in kinds if something(kind)]
    if not kinds:
        return ("",)
    spellings = {fold(kind) for kind in kinds} | short
    return (kinds[0], *(spelling for each in spellings for spelling in (each, *COMMON.get(each, ()))))


# What people write for a kind, where the SAT's catalogue does not say so itself.
COMMON = {
    "AVENIDA": ("AV", "AVE"),
    "BOULEVARD": ("BLVD", "BULEVAR"),
    "BULEVAR": ("BLVD", "BOULEVARD"),
    "CALLE": ("C",),
    "CALZADA": ("CALZ", "CZDA"),
    "CARRETERA": ("CARR", "CTRA"),
    "CERRADA": ("CDA", "CERR"),
    "PRIVADA": ("PRIV", "PDA"),
    "PROLONGACION": ("PROL", "PROLONG"),
    "ANDADOR": ("AND",),
    "CIRCUITO": ("CTO", "CIRC"),
    "CALLEJON": ("CJON", "CLLJON"),
    "RETORNO": ("RET", "RTNO"),
    "PERIFERICO": ("PERIF",),
}


def status_of(value: str) -> str:
    """The taxpayer's situation in capitals; empty when what stands there cannot be one."""
    status = something(value).upper().rstrip(" .")
    return status if len(status) <= LONGEST_STATUS and ":" not in status else ""
