"""Telephone numbers as people write them. Pure.

Mexico dials ten digits, area code included, since 3 August 2019 (IFT, Plan Técnico Fundamental de
Numeración); the prefixes 01, 044 and 045 of before, and the 1 behind +52, no longer connect. A number from
abroad begins with + and is of at most fifteen digits (ITU-T E.164).
"""

import re

from facturamos.text import clean, plain_dashes, plain_letters

MAX_LENGTH = 40

_TEN = "Escriba el teléfono con sus 10 dígitos, por ejemplo 55 1234 5678"
MESSAGES = {
    "characters": f"{_TEN}. Si tiene extensión, agregue al final «ext.» y su número.",
    "several": f"{_TEN}. Si tiene varios, escriba solo uno.",
    "too_short": f"{_TEN}. Faltan dígitos: recuerde la clave lada.",
    "too_long": f"{_TEN}. Tiene dígitos de más; si es de otro país, escriba antes + y la clave del país.",
    "area_code": f"{_TEN}. Ninguna clave lada empieza con 0 ni con 1.",
    "same_digit": f"{_TEN}. Un teléfono no lleva diez veces el mismo dígito.",
}

_LABEL = re.compile(r"\A(?:tel(?:[eé]fono)?|cel(?:ular)?|m[oó]vil|whats ?app)\b[.:]* *", re.IGNORECASE)
_EXTENSION = re.compile(r"[ ,;/-]*(?:ext(?:ensi[oó]n)?|int(?:erno)?|x|#)[.:# ]*([0-9]{1,6})\Z", re.IGNORECASE)
# A telephone waits at a comma before it dials on: «4771234567,12».
_DIALLED_ON = re.compile(r"(?<=[0-9])[,;]([0-9]{1,6})\Z")
_SEVERAL = re.compile(r"[0-9)].*?(?:/|,|;| [yoe] ).*?[0-9]")
_NUMBER = re.compile(r"[(]?\+?[0-9(). -]+")
# What some write between the groups, and others between two numbers.
_ODD_SEPARATORS = re.compile(r" ?[_·•,/] ?")
# Behind «52», and without it.
_MEXICAN = re.compile(r"(?P<obsolete>01|044|045|1|)(?P<number>[0-9]{10})")
_NATIONAL = re.compile(r"(?:52(?=[0-9]{10}))?(?P<obsolete>01|044|045|(?<=52)1|)(?P<number>[0-9]{10})")
# What is dialled before the country's code: 00 nearly everywhere, 011 in North America.
_FROM_ABROAD = re.compile(r"\A(?:00|011(?=52))(?=[1-9])")
# The cities whose area code has two digits.
_SHORT_AREA_CODES = ("33", "55", "56", "81")


class InvalidPhone(Exception):
    """No telephone number. `code` is one of MESSAGES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def tidy(text: str) -> str:
    """The number as it was written, with plain dashes and «ext. 12», and without what no longer connects.

    Empty stays empty. Raises InvalidPhone.
    """
    written = _LABEL.sub("", plain_dashes(plain_letters(clean(text))))
    if not written:
        return ""
    extension = _EXTENSION.search(written) or _dialled_on(written)
    main = (written[: extension.start()] if extension else written).strip(" .")
    return _checked(main) + (f" ext. {extension[1]}" if extension else "")


def dialled(text: str) -> str:
    """The number as it is dialled from anywhere (E.164), without its extension; "" where it is none."""
    try:
        written = _EXTENSION.sub("", tidy(text))
    except InvalidPhone:
        return ""
    digits = "".join(filter(str.isdecimal, written))
    abroad = _FROM_ABROAD.sub("", digits)
    if "+" in written or abroad != digits or len(digits) == 12:
        return f"+{abroad}"
    return f"+52{digits}" if digits else ""


def _dialled_on(written: str) -> re.Match[str] | None:
    found = _DIALLED_ON.search(written)
    digits = sum(map(str.isdecimal, written[: found.start()])) if found else 0
    return found if digits >= 10 else None


def _checked(main: str) -> str:
    if not _NUMBER.fullmatch(main):
        return _with_odd_separators(main)
    digits = "".join(filter(str.isdecimal, main))
    dialled = _FROM_ABROAD.sub("", digits)
    abroad = "+" in main or dialled != digits
    digits = dialled
    if abroad and not digits.startswith("52"):
        return _from_abroad(main, digits)
    national = digits.removeprefix("52") if abroad else digits
    mexican = (_MEXICAN if abroad else _NATIONAL).fullmatch(national)
    if mexican is None:
        raise InvalidPhone("too_short" if len(national) < 10 else "too_long")
    number = mexican["number"]
    if len(set(number)) == 1:
        raise InvalidPhone("same_digit")
    if number[0] in "01":
        raise InvalidPhone("area_code")
    return _grouped(number) if mexican["obsolete"] else main


def _with_odd_separators(main: str) -> str:
    """«477/123/4567» as «477-123-4567», where that is one number."""
    one = _ODD_SEPARATORS.sub("-", main)
    if not _NUMBER.fullmatch(one):
        raise InvalidPhone("several" if _SEVERAL.search(main) else "characters")
    try:
        return _checked(one)
    except InvalidPhone as error:
        several = error.code == "too_long" and _SEVERAL.search(main)
        raise InvalidPhone("several" if several else error.code) from None


def _from_abroad(main: str, digits: str) -> str:
    if len(set(digits)) == 1:
        raise InvalidPhone("same_digit")
    if digits.startswith("0") or len(digits) < 8:
        raise InvalidPhone("too_short")
    if len(digits) > 15:
        raise InvalidPhone("too_long")
    return main


def _grouped(number: str) -> str:
    """«55 1234 5678», «477 123 4567»."""
    area = 2 if number.startswith(_SHORT_AREA_CODES) else 3
    return f"{number[:area]} {number[area:6]} {number[6:]}"
