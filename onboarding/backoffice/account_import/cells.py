"""What spreadsheets make of a value on its way: what can be undone is undone, the rest is named.

All by the text that a cell shows, so that a workbook, a CSV and our own file of rows to correct are
judged alike.
"""

import re
from datetime import date

from django import forms

from companies.csf import regimes
from companies.forms.company import TaxRegimeField
from companies.forms.fields import EmailField, PhoneField, PostalCodeField, RFCField
from companies.sat.postal_codes import folded
from facturamos.prose import listed
from onboarding.backoffice.account_import import encodings
from onboarding.backoffice.board.export_file import restored

# House numbers: «1-2» is one, and a date to Excel.
HOUSE_NUMBERS = ("exterior_number", "interior_number")
# Whose values have letters: a number there is another column's, or a date that lost its format.
NAMES = ("name", "full_name")
MONTHS = (
    *("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "sept", "oct", "nov", "dic"),
    *("jan", "apr", "aug", "dec"),
)
_MONTH = rf"(?:{'|'.join(MONTHS)})\.?"
_DAY_AND_MONTH = re.compile(rf"\d{{1,2}}[-/]{_MONTH}(?:[-/]\d{{2,4}})?|{_MONTH}[-/]\d{{2,4}}", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?)?")
_SLASHED = re.compile(r"(\d{1,2})[/](\d{1,2})[/](\d{4}|\d{2})")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
# Excel in Spanish, Excel in English, LibreOffice.
_ERROR = re.compile(r"#[¡¿]?[A-ZÁÉÍÓÚÑ/0_ ]{3,20}[!?]|#N/[ADd]|#N/DISP|#GETTING_DATA|Err:\d{3}")
_TOO_NARROW = re.compile("#{3,}")
# Excel in Spanish, and what everybody else writes for the two.
_BOOLEAN = re.compile("VERDADERO|FALSO|TRUE|FALSE", re.IGNORECASE)
_NUMBER = re.compile(r"[-+$]?\d[\d.,]*%?")
_SHORTENED = re.compile(r"(\d)(?:[.,](\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?E[+]\d{1,3}", re.IGNORECASE)
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_FRACTION = re.compile(r"\d+[.,]\d+")
# Nobody puts a point behind so many digits of a telephone.
_LONG_FRACTION = re.compile(r"\d{6,}[.,]\d+")
_NO_NAME = re.compile(
    r"[\W\d_]+|N/?[AD]|S/?[ND]|X{2,}|NO TIENE|NINGUN[OA]|PENDIENTE|POR (DEFINIR|CONFIRMAR)", re.IGNORECASE
)
_DECIMALS = re.compile(r"(\d+)[.,]0{1,2}")
_THOUSANDS = re.compile(r"\d{1,3}(?:[,.]\d{3})+(?:[.,]0{1,2})?")
_REGIME = re.compile(r"(?<!\d)6\d\d(?!\d)")
_ADDRESS = re.compile(r"[^\s<>,;:|]+@[^\s<>,;:|]+")
_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]")

# What people call a régimen besides its name.
NICKNAMES = {
    **{"RESICO": "626", "RIF": "621", "GENERAL DE LEY": "601", "SUELDOS": "605", "ASALARIADOS": "605"},
    **{"PERSONA FISICA CON ACTIVIDAD EMPRESARIAL": "612", "ACTIVIDAD EMPRESARIAL": "612"},
    **{"ACTIVIDAD EMPRESARIAL Y PROFESIONAL": "612", "PLATAFORMAS TECNOLOGICAS": "625"},
}

LOST = "Aquí se perdió una letra («\ufffd»). Escríbala otra vez."
ERROR = "La celda tiene un error («{text}»). Escriba el dato o corrija la fórmula."
NO_RESULT = "Tiene fórmulas sin resultado: péguelas como valores, o escriba el dato."
TOO_NARROW = "La columna era muy angosta y solo se guardaron «###». Ensánchela y guarde el archivo otra vez."
HOUSE_NUMBER = (
    "Excel lo convirtió en una fecha. Dé a la celda formato de texto y escriba otra vez el número; con un "
    "apóstrofo delante, como '1-2, Excel lo deja como está."
)
DATE = "Aquí hay una fecha. Dé a la celda formato de texto y escriba otra vez el dato."
BOOLEAN = "La celda tiene un valor lógico («{text}»), y aquí va un dato. Escríbalo, o revise la columna."
NUMBER = (
    "La celda tiene un número («{text}»), y aquí va un nombre. Escríbalo; si de verdad se llama así, "
    "abra esa cuenta con «Nueva cuenta»."
)
SHORT_PHONE = "Excel acortó el teléfono. Dé a la celda formato de texto y escríbalo con sus 10 dígitos."
SHORT_NUMBER = "Excel acortó el número. Dé a la celda formato de texto y escríbalo otra vez."
FRACTION = "Aquí hay un número con decimales («{text}»). Escriba el dato."
NO_NAME = "¿Se llama así? Aquí va un nombre."
REGIMES = "Aquí hay varios regímenes ({codes}). Deje solo uno, con el que se va a facturar."
ADDRESSES = "Aquí hay varios correos ({addresses}). Deje solo uno."


def as_meant(name: str, field: forms.Field, text: str) -> str:
    """The value behind what spreadsheets and people make of it."""
    text = _without_apostrophe(restored(_out_of_formula(text)))
    match field:
        case TaxRegimeField():
            codes = regimes_in(text)
            return codes[0] if len(codes) == 1 else text
        case PostalCodeField():
            return _whole(re.sub(r"(?i)^C\.? ?P\.?:? *(?=\d)", "", text))
        case PhoneField():
            return _whole(_in_full(text))
        case RFCField():
            return text if fault(name, field, text) else _rfc(text)
        case EmailField():
            return _address(text)
    return _DECIMALS.sub(r"\1", text) if name in HOUSE_NUMBERS and _DECIMALS.fullmatch(text) else text


def _out_of_formula(text: str) -> str:
    """«="06000"» is how programs tell Excel to leave a text alone."""
    found = _TEXT_FORMULA.fullmatch(text)
    return found[1].replace('""', '"') if found else text


def _without_apostrophe(text: str) -> str:
    """«'06000» is how people tell Excel to leave a number alone."""
    return text[1:] if re.match(r"['’‘´`][0-9]", text) else text


def _whole(text: str) -> str:
    """A code that went through a number: «6000.0», «6,000», «5512345678,00»."""
    if found := _DECIMALS.fullmatch(text):
        return found[1]
    return re.sub(r"[.,]", "", re.sub(r"[.,]0{1,2}$", "", text)) if _THOUSANDS.fullmatch(text) else text


def _in_full(text: str) -> str:
    """«5.512345678E+09» has all its digits still; «5.51E+09» has not, and stays."""
    found = _SHORTENED.fullmatch(text)
    if not found:
        return text
    digits, places = found[1] + (found[2] or ""), int(found[3])
    return digits if len(digits) == places + 1 else text


def _rfc(text: str) -> str:
    bare = re.sub(r"(?i)^R\.?F\.?C\.?[: ]+", "", text)
    return re.sub(r"[._/]", "", bare)


def _address(text: str) -> str:
    """The address in «mailto:ana@x.mx», «Ana <ana@x.mx>» and «ana@x.mx;»; several stay as they are."""
    found = addresses_in(text)
    if len(found) != 1:
        return text
    named = re.fullmatch(r"[^<>]*<([^<>]*)>[.,; ]*", text)
    bare = re.sub(r"(?i)^(mailto|correo|e-?mail): *", "", named[1] if named else text)
    return bare.strip(".,; ")


def addresses_in(text: str) -> list[str]:
    """The different addresses in a cell."""
    return list(dict.fromkeys(each.strip(".") for each in _ADDRESS.findall(text)))


def regimes_in(text: str) -> list[str]:
    """The different régimenes in a cell, by key or by name."""
    codes = _REGIME.findall(text)
    for piece in re.split(r"[,;/|·\n]| y (?=\d)", text):
        name = _REGIME.sub("", piece).strip(" .-–—:()")
        if code := _code_of(name) if name else "":
            codes.append(code)
    if not codes and (code := _code_of(text)):
        codes.append(code)
    return list(dict.fromkeys(codes))


def _code_of(name: str) -> str:
    return NICKNAMES.get(folded(name)) or regimes.code_of(name)


# --- what cannot be undone


def fault(name: str, field: forms.Field, text: str) -> str:
    """A sentence about what a spreadsheet has made of a value, with what to do; empty when nothing."""
    if encodings.LOST in text:
        return LOST
    if text.startswith("="):
        return NO_RESULT
    if _ERROR.fullmatch(text):
        return ERROR.format(text=text)
    if _TOO_NARROW.fullmatch(text):
        return TOO_NARROW
    if _BOOLEAN.fullmatch(text):
        return BOOLEAN.format(text=text)
    if _is_date(text):
        return HOUSE_NUMBER if name in HOUSE_NUMBERS else DATE
    if _EXPONENT.fullmatch(text):
        return SHORT_PHONE if isinstance(field, PhoneField) else SHORT_NUMBER
    if name in NAMES and _NUMBER.fullmatch(text):
        return NUMBER.format(text=text)
    if _is_fraction(field, text):
        return FRACTION.format(text=text)
    return _too_many(field, text)


def _is_fraction(field: forms.Field, text: str) -> bool:
    """Whether a code has decimals: its field would take them for more of its digits."""
    if isinstance(field, PostalCodeField):
        return _FRACTION.fullmatch(text) is not None
    return isinstance(field, PhoneField) and _LONG_FRACTION.fullmatch(text) is not None


def _too_many(field: forms.Field, text: str) -> str:
    """A cell with several values where there is room for one."""
    if isinstance(field, TaxRegimeField) and len(codes := regimes_in(text)) > 1:
        return REGIMES.format(codes=listed(codes))
    if isinstance(field, EmailField) and len(found := addresses_in(text)) > 1:
        return ADDRESSES.format(addresses=listed(found[:5]))
    return ""


def _is_date(text: str) -> bool:
    if _DAY_AND_MONTH.fullmatch(text) or _TIME.fullmatch(text):
        return True
    if iso := _ISO.fullmatch(text):
        return _exists(int(iso[1]), int(iso[2]), int(iso[3]))
    if slashed := _SLASHED.fullmatch(text):
        first, second, year = map(int, slashed.groups())
        year += 2000 if year < 100 else 0
        return _exists(year, second, first) or _exists(year, first, second)
    return False


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def doubt(name: str, text: str) -> str:
    """A question about letters that make no word, with the likelier ones, or about a name that is none; empty
    when all are in place.
    """
    if name in NAMES and _NO_NAME.fullmatch(text):
        return NO_NAME
    odd = encodings.looks_odd(text)
    if odd and (likelier := encodings.likelier(text)):
        return f"¿Se lee bien «{text[:60]}»? Parece que dice «{likelier[:60]}»."
    if (odd and encodings.looks_wrong(text)) or _LOST_LETTER.search(text):
        return f"¿Se lee bien «{text[:60]}»?"
    return ""
