"""Mail addresses: what a slip of the finger was meant to be."""

import pytest

from mailing.addresses import COMMON, likely_meant, tidy

SLIPS = [
    ("ana@gmail.con", "ana@gmail.com"),
    ("ana@gmail.comm", "ana@gmail.com"),
    ("ana@gmail.cmo", "ana@gmail.com"),
    ("ana@gmail.co", "ana@gmail.com"),
    ("ana@gmai.com", "ana@gmail.com"),
    ("ana@gmial.com", "ana@gmail.com"),
    ("ana@gnail.com", "ana@gmail.com"),
    ("ana@gmaill.com", "ana@gmail.com"),
    ("ana@GMAIL.CON", "ana@gmail.com"),
    ("ana@hotmial.com", "ana@hotmail.com"),
    ("ana@hotmai.com", "ana@hotmail.com"),
    ("ana@hotmial.con", "ana@hotmail.com"),
    ("ana@otmail.com", "ana@hotmail.com"),
    ("ana@outlok.com", "ana@outlook.com"),
    ("ana@yaho.com", "ana@yahoo.com"),
    ("ana@yahoo.com.m", "ana@yahoo.com.mx"),
    ("ana@iclod.com", "ana@icloud.com"),
    ("ana@panaderia.con", "ana@panaderia.com"),
    ("ana@panaderia.con.mx", "ana@panaderia.com.mx"),
    ("ana@yahoo.con.mx", "ana@yahoo.com.mx"),
    ("ana@gmail.com.mx", "ana@gmail.com"),
    ("ana@gmail.con.mx", "ana@gmail.com"),
    ("ana@hotmail.com.mx", "ana@hotmail.com"),
]
MEANT_SO = [
    *(f"ana@{domain}" for domain in COMMON),
    "ana@ymail.com",
    "ana@mail.com",
    "ana@email.com",
    "ana@yahoo.es",
    "ana@hotmail.es",
    "ana@live.com.mx",
    "ana@outlook.es",
    "ana@gmx.com",
    "ana@panaderia.mx",
    "ana@panaderia.com.mx",
    "ana@con.mx",
    "ana@gmailperez.com",
    "ana@ñandú.mx",
    "ana",
    "@gmial.com",
    "",
]


@pytest.mark.parametrize(("typed", "meant"), SLIPS)
def test_a_slip_of_the_finger_is_guessed(typed: str, meant: str) -> None:
    assert likely_meant(typed) == meant


@pytest.mark.parametrize("address", MEANT_SO)
def test_what_is_somebodys_address_is_not_doubted(address: str) -> None:
    assert likely_meant(address) == ""


@pytest.mark.parametrize(
    "pasted",
    [
        "ana@panaderia.mx",
        "mailto:ana@panaderia.mx",
        "MAILTO:ana@panaderia.mx?subject=Hola",
        "Correo electrónico: ana@panaderia.mx",
        "<ana@panaderia.mx>",
        "Ana Ñandú <ana@panaderia.mx>",
        "Ana <mailto:ana@panaderia.mx>;",
        "«ana@panaderia.mx»",
        '"ana@panaderia.mx"',
        "(ana@panaderia.mx)",
        "ana@panaderia.mx.",
        "ana@panaderia.mx,",
        "ana\uff20panaderia.mx",
        "ａｎａ＠ｐａｎａｄｅｒｉａ．ｍｘ",
    ],
)
def test_an_address_is_taken_out_of_what_stands_around_it(pasted: str) -> None:
    assert tidy(pasted) == "ana@panaderia.mx"


@pytest.mark.parametrize(
    "text",
    ["ana@panaderia.mx, luis@panaderia.mx", "ana panaderia.mx", "o'hara@panaderia.mx", '"a b"@x.mx', ""],
)
def test_what_is_not_one_address_with_something_around_stays(text: str) -> None:
    assert tidy(text) == text
