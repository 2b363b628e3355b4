"""Text is cleaned of what nobody sees, and of nothing else."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facturamos.text import clean, plain_dashes, whole_number, without_accents

CATEGORIES = {char: unicodedata.category(char) for char in map(chr, range(0x110000))}
INVISIBLE = [char for char, category in CATEGORIES.items() if category == "Cf"]
# Drawn as nothing, though in other categories.
INVISIBLE += ["\u034f", "\u115f", "\u1160", "\u3164", "\uffa0", "\u180b", "\ufe00", "\ufe0f", "\U000e0100"]
BLANKS = [char for char, category in CATEGORIES.items() if category == "Zs"]


@pytest.mark.parametrize("char", INVISIBLE, ids=lambda char: f"U+{ord(char):04X}")
def test_what_nobody_sees_is_dropped_wherever_it_stands(char: str) -> None:
    assert clean(f"{char}Peña{char} & Cía{char}") == "Peña & Cía"
    assert clean(char * 3) == ""


@pytest.mark.parametrize("char", [*BLANKS, "\t", "\u2800"], ids=lambda char: f"U+{ord(char):04X}")
def test_every_blank_becomes_one_space(char: str) -> None:
    assert clean(f"{char}La{char}{char} Ñapa{char}") == "La Ñapa"


def test_letters_in_two_pieces_are_put_together() -> None:
    assert clean("Pen\u0303a y Di\u0301az") == "Peña y Díaz"


def test_a_mark_that_was_parted_from_its_letter_finds_it_again() -> None:
    assert clean("n\u200b\u0303") == "ñ"


@pytest.mark.parametrize("char", ["\n", "\r", "\u2028", "\x85", "\0"])
def test_line_ends_stay_for_those_who_refuse_them(char: str) -> None:
    assert char in clean(f"a{char}b")


@settings(deadline=None)
@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\u2800"), max_size=40))
def test_visible_text_stays(text: str) -> None:
    composed = unicodedata.normalize("NFC", "".join(char for char in text if char not in INVISIBLE))

    assert clean(text) == composed


def test_all_kinds_of_dashes_are_one() -> None:
    assert plain_dashes("55‐1234–5678—9−0－1﹣2‑3―4") == "55-1234-5678-9-0-1-2-3-4"


def test_an_accent_is_none_of_the_letter_and_a_tilde_is() -> None:
    assert without_accents("ÁÉÍÓÚÜ áéíóúü Ññ") == "AEIOUU aeiouu Ññ"
    assert without_accents("n\u0303") == "ñ"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("587", "587"),
        ("\u200b 587", "587"),
        ("\u00a0\u2003465\ufeff", "465"),
        ("５８７", "587"),
        ("Puerto 587", "587"),
        ("Puerto SMTP: 465.", "465"),
        ("port 25", "25"),
        ("Folio inicial: 7", "7"),
        ("No. 7", "7"),
        ("#7", "7"),
        ("7,", "7"),
        ("1,000", "1000"),
        ("1 000", "1000"),
        ("1\u202f000\u202f000", "1000000"),
        ("12'345", "12345"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, number: str) -> None:
    assert whole_number(typed) == number


@pytest.mark.parametrize("text", ["", "A7", "5 87", "1,00", "12,34", "1,000 000", "-7", "siete", "587 o 465"])
def test_what_is_not_certainly_one_number_stays(text: str) -> None:
    assert whole_number(text) == text
