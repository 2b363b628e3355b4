"""Amounts in words, as on Mexican invoices."""

from decimal import Decimal

import pytest

from companies.documents.amounts import pesos


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "CERO PESOS 00/100 M.N."),
        ("0.05", "CERO PESOS 05/100 M.N."),
        ("1", "UN PESO 00/100 M.N."),
        ("16.50", "DIECISÉIS PESOS 50/100 M.N."),
        ("21", "VEINTIÚN PESOS 00/100 M.N."),
        ("22", "VEINTIDÓS PESOS 00/100 M.N."),
        ("31", "TREINTA Y UN PESOS 00/100 M.N."),
        ("100", "CIEN PESOS 00/100 M.N."),
        ("101", "CIENTO UN PESOS 00/100 M.N."),
        ("500", "QUINIENTOS PESOS 00/100 M.N."),
        ("999.995", "MIL PESOS 00/100 M.N."),
        ("1000", "MIL PESOS 00/100 M.N."),
        ("7609.60", "SIETE MIL SEISCIENTOS NUEVE PESOS 60/100 M.N."),
        ("21001", "VEINTIÚN MIL UN PESOS 00/100 M.N."),
        ("100000", "CIEN MIL PESOS 00/100 M.N."),
        ("1000000", "UN MILLÓN DE PESOS 00/100 M.N."),
        ("1000100", "UN MILLÓN CIEN PESOS 00/100 M.N."),
        ("31000000", "TREINTA Y UN MILLONES DE PESOS 00/100 M.N."),
        (
            "999999999999.99",
            "NOVECIENTOS NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE MILLONES NOVECIENTOS NOVENTA Y "
            "NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE PESOS 99/100 M.N.",
        ),
    ],
)
def test_an_amount_is_said_in_words(amount: str, words: str) -> None:
    assert pesos(Decimal(amount)) == words
