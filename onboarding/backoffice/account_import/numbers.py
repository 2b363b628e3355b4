"""What a spreadsheet shows of a stored number: a date, a code with its zeros, a fraction.

No Django here: the child that takes sheets apart imports this module.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction

# ECMA-376 part 1, 18.8.30: the built-in formats that are dates and times, those of East Asia too.
DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
FRACTIONS = frozenset((12, 13))
# Day 0 of the two calendars. Excel believes that 1900 was a leap year.
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001
LEAP_DAY = 60
# The first day after the year 9999, and the days between the two.
LAST_DAY, DAYS_BETWEEN = 2_958_466, 1462
# Longer numbers are no telephones, and Decimal would write all their digits.
MAX_DIGITS = 40


@dataclass(frozen=True)
class NumberStyle:
    """How a number is shown: as a date, as a fraction, or with at least so many digits."""

    is_date: bool = False
    is_fraction: bool = False
    digits: int = 0


PLAIN = NumberStyle()


def style_of(number: int, code: str) -> NumberStyle:
    """The style of a format, by its number and, for a format of the book's own, its code."""
    if not code:
        return NumberStyle(is_date=number in DATES, is_fraction=number in FRACTIONS)
    # Text in quotes, a letter behind \ or _, colours and countries in brackets; the first of its sections.
    bare = re.sub(r'(?i)"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', "", code.partition(";")[0])
    zeros = re.fullmatch("0+", bare)
    return NumberStyle(
        is_date=bool(re.search("[dmyhs]", re.sub("(?i)general|standard", "", bare), re.IGNORECASE)),
        is_fraction=bool(re.search(r"[?#0]/[?#0-9]", bare)),
        digits=len(zeros[0]) if zeros else 0,
    )


def shown(text: str, style: NumberStyle, *, since_1904: bool = False) -> str:
    """A stored number as text; what is none stays as it is."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        return text
    if style.is_date and 0 <= number < LAST_DAY - (DAYS_BETWEEN if since_1904 else 0):
        return _date(float(number), since_1904=since_1904)
    if number == number.to_integral_value():
        # Telephones and postal codes come as numbers.
        return str(int(number)).zfill(style.digits)
    if style.is_fraction:
        return _fraction(float(number))
    return str(float(number))


def _date(serial: float, *, since_1904: bool) -> str:
    """A day as ISO 8601 writes it, with its time if there is one; a time alone if that is all."""
    # Day 0 is a day of a Mac's calendar, and none of Windows'.
    if serial < 1 and (serial or not since_1904):
        return (EPOCH + timedelta(seconds=round(serial * 86_400))).time().isoformat()
    epoch = EPOCH_1904 if since_1904 else EPOCH
    days = serial + 1 if serial < LEAP_DAY and not since_1904 else serial
    moment = epoch + timedelta(seconds=round(days * 86_400))
    return moment.date().isoformat() if moment.time() == EPOCH.time() else moment.isoformat()


def _fraction(number: float) -> str:
    """«12 1/2», as a house number is shown that Excel took for a fraction."""
    whole = int(number)
    rest = Fraction(abs(number - whole)).limit_denominator(99)
    return f"{whole} {rest}".removeprefix("0 ") if rest else str(whole)
