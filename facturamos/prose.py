"""Dates and small numbers inside Spanish sentences. Pure, for rules say them too.

Django's formats ask settings and the language of the request, and its Mexican Spanish writes months with a
capital.
"""

import datetime as dt
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from facturamos.marks import lies_ahead

_ZONE = ZoneInfo("America/Mexico_City")
_MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)


def date(on: dt.date) -> str:
    """«18 de mayo de 2023»."""
    return f"{on.day} de {_MONTHS[on.month - 1]} de {on.year}"


def day(moment: datetime) -> str:
    """«18 de mayo de 2023», in the time of Mexico City."""
    return date(moment.astimezone(_ZONE))


def hour(moment: datetime) -> str:
    """«18 de mayo a las 05:43», in the time of Mexico City."""
    local = moment.astimezone(_ZONE)
    return f"{local.day} de {_MONTHS[local.month - 1]} a las {local:%H:%M}"


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago: «hace 40 s», «hace 12 min», «hace 3 h», «hace 5 días»; «nunca» without a moment.

    «En el futuro» where a clock was wrong.
    """
    if moment is None:
        return "nunca"
    if lies_ahead(moment, now):
        return f"en el futuro ({day(moment)}, {moment.astimezone(_ZONE):%H:%M})"
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 120:
        return f"hace {seconds} s"
    if seconds < 7200:
        return f"hace {seconds // 60} min"
    return f"hace {seconds // 3600} h" if seconds < 172_800 else f"hace {seconds // 86_400} días"


_NUMBERS = (
    *("ninguno", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez"),
    *("once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve"),
    "veinte",
)


def in_words(number: int) -> str:
    """A count: «doce»; in digits where prose would not write a word either."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def listed(words: Iterable[str]) -> str:
    """Words as prose lists them: «a, b y c»."""
    *some, last = [*words] or [""]
    return f"{', '.join(some)} y {last}" if some else last
