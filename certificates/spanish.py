"""Dates and small numbers as a person in Mexico reads them. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

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


def day(moment: datetime) -> str:
    """«18 de mayo de 2023», in the time of Mexico City."""
    local = moment.astimezone(_ZONE)
    return f"{local.day} de {_MONTHS[local.month - 1]} de {local.year}"


def hour(moment: datetime) -> str:
    """«18 de mayo a las 05:43», in the time of Mexico City."""
    local = moment.astimezone(_ZONE)
    return f"{local.day} de {_MONTHS[local.month - 1]} a las {local:%H:%M}"


_NUMBERS = (
    "ninguno",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
)


def count(number: int) -> str:
    """A small number in words: «diez»."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
