"""Telephone numbers as people write them."""

import pytest

from companies.phones import MAX_LENGTH, MESSAGES, InvalidPhone, tidy

AS_WRITTEN = [
    "5512345678",
    "55 1234 5678",
    "(55) 1234-5678",
    "477.123.4567",
    "+52 55 1234 5678",
    "+52 (477) 123-4567",
    "52 477 123 4567",
    "0052 55 1234 5678",
    "+1 415 555 2671",
    "+34 912 345 678",
    "0034 912 345 678",
    "55 1234 5678 ext. 12",
    "(55) 1234-5678 ext. 123456",
]
TIDIED = [
    (" 55\u00a01234\u20095678 ", "55 1234 5678"),
    ("\u202a+52 55 1234 5678\u202c", "+52 55 1234 5678"),
    ("\u206655 1234 5678\u2069", "55 1234 5678"),
    ("55\u20131234\u20145678", "55-1234-5678"),
    ("55‑1234−5678", "55-1234-5678"),
    ("\ufeff5512345678\u200b", "5512345678"),
    ("01 55 1234 5678", "55 1234 5678"),
    ("01 (477) 123 4567", "477 123 4567"),
    ("044 55 1234 5678", "55 1234 5678"),
    ("045-477-123-4567", "477 123 4567"),
    ("+52 1 55 1234 5678", "55 1234 5678"),
    ("5215512345678", "55 1234 5678"),
    ("+52 01 81 1234 5678", "81 1234 5678"),
    ("+52 044 33 1234 5678", "33 1234 5678"),
    ("011 52 55 1234 5678", "011 52 55 1234 5678"),
    ("55 1234 5678 EXT 12", "55 1234 5678 ext. 12"),
    ("55 1234 5678, extensión: 12", "55 1234 5678 ext. 12"),
    ("55 1234 5678 x12", "55 1234 5678 ext. 12"),
    ("55 1234 5678 #12", "55 1234 5678 ext. 12"),
    ("01 55 1234 5678 - Ext. 104", "55 1234 5678 ext. 104"),
    ("Tel. 55 1234 5678", "55 1234 5678"),
    ("Tel: 55 1234 5678", "55 1234 5678"),
    ("tel:+525512345678", "+525512345678"),
    ("Cel. 55 1234 5678", "55 1234 5678"),
    ("WhatsApp 55 1234 5678", "55 1234 5678"),
    ("", ""),
    ("\u200b", ""),
]
REFUSED = [
    ("123 4567", "too_short"),
    ("1234 5678", "too_short"),
    ("+52 1234 5678", "too_short"),
    ("+1 415", "too_short"),
    ("55 1234 56789", "too_long"),
    ("1 415 555 2671", "too_long"),
    ("5512345678 5587654321", "too_long"),
    ("+1234567890123456", "too_long"),
    ("+52 55 1234 56789", "too_long"),
    ("0000000000", "same_digit"),
    ("+52 00 0000 0000", "same_digit"),
    ("1111111111", "same_digit"),
    ("+1 111 111 1111", "same_digit"),
    ("0123456789", "area_code"),
    ("1234567890", "area_code"),
    ("cinco cinco", "characters"),
    ("55 1234 ABCD", "characters"),
    ("٥٥١٢٣٤٥٦٧٨", "characters"),
    ("55 1234 5678 ext.", "characters"),
    ("ana@empresa.mx", "characters"),
    ("55 1234 5678 / 55 8765 4321", "several"),
    ("55 1234 5678 y 79", "several"),
    ("55 1234 5678, 55 8765 4321", "several"),
    ("55 1234 5678 o 55 8765 4321", "several"),
]


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_a_number_stays_as_it_was_written(text: str) -> None:
    assert tidy(text) == text


@pytest.mark.parametrize(("text", "kept"), TIDIED)
def test_what_only_disturbs_goes(text: str, kept: str) -> None:
    assert tidy(text) == kept == tidy(kept)
    assert len(kept) <= MAX_LENGTH


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_what_is_no_number_is_refused_with_its_own_sentence(text: str, code: str) -> None:
    with pytest.raises(InvalidPhone) as refused:
        tidy(text)

    assert refused.value.code == code
    assert "10 dígitos" in MESSAGES[code]
