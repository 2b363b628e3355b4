"""Amounts in words, as Mexican invoices state them: «MIL DOSCIENTOS PESOS 50/100 M.N.»."""

from decimal import ROUND_HALF_UP, Decimal

# fmt: off
UNITS = (
    "CERO", "UNO", "DOS", "TRES", "CUATRO", "CINCO", "SEIS", "SIETE", "OCHO", "NUEVE", "DIEZ", "ONCE", "DOCE",
    "TRECE", "CATORCE", "QUINCE", "DIECISÉIS", "DIECISIETE", "DIECIOCHO", "DIECINUEVE", "VEINTE", "VEINTIUNO",
    "VEINTIDÓS", "VEINTITRÉS", "VEINTICUATRO", "VEINTICINCO", "VEINTISÉIS", "VEINTISIETE", "VEINTIOCHO",
    "VEINTINUEVE",
)
TENS = ("TREINTA", "CUARENTA", "CINCUENTA", "SESENTA", "SETENTA", "OCHENTA", "NOVENTA")
HUNDREDS = (
    "CIENTO", "DOSCIENTOS", "TRESCIENTOS", "CUATROCIENTOS", "QUINIENTOS", "SEISCIENTOS", "SETECIENTOS",
    "OCHOCIENTOS", "NOVECIENTOS",
)
# fmt: on
MILLION = 10**6


def pesos(amount: Decimal) -> str:
    """The amount of Mexican pesos in words, with the cents as a fraction; up to 10¹² − 1 pesos."""
    cents = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    whole, fraction = divmod(cents, 100)
    # «UN MILLÓN DE PESOS», but «UN MILLÓN CIEN PESOS».
    of = "DE " if whole >= MILLION and whole % MILLION == 0 else ""
    noun = "PESO" if whole == 1 else "PESOS"
    return f"{_before_a_noun(whole)} {of}{noun} {fraction:02}/100 M.N."


def cardinal(number: int) -> str:
    """A whole number in words, from zero up to 10¹² − 1."""
    if number >= MILLION:
        millions, rest = divmod(number, MILLION)
        head = "UN MILLÓN" if millions == 1 else f"{_before_a_noun(millions)} MILLONES"
        return _joined(head, rest)
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        return _joined("MIL" if thousands == 1 else f"{_before_a_noun(thousands)} MIL", rest)
    if number == 100:
        return "CIEN"
    if number > 100:
        return _joined(HUNDREDS[number // 100 - 1], number % 100)
    if number >= 30:
        tens, unit = divmod(number, 10)
        return TENS[tens - 3] + (f" Y {UNITS[unit]}" if unit else "")
    return UNITS[number]


def _joined(head: str, rest: int) -> str:
    return f"{head} {cardinal(rest)}" if rest else head


def _before_a_noun(number: int) -> str:
    """«VEINTIÚN MIL», «UN PESO»: the last «UNO» loses its ending."""
    words = cardinal(number)
    if words.endswith("VEINTIUNO"):
        return words.removesuffix("VEINTIUNO") + "VEINTIÚN"
    return words.removesuffix("O") if words.endswith("UNO") else words
