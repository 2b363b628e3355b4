"""`doctor rfc`: whether it is one, whose, and its check digit; asks no database."""

import pytest

from tests.onboarding.backoffice.doctor.command import doctor


@pytest.mark.parametrize(
    ("text", "persona", "digit"),
    [
        ("EKU9003173C9", "moral", True),
        ("cacx-760510-1p8", "fisica", True),
        ("RTO840921RE4", "moral", False),
        ("ＥＫＵ９００３１７３Ｃ９", "moral", True),
        ("\u202aEKU9003173C9\u202c", "moral", True),
    ],
)
def test_an_rfc_as_json(text: str, persona: str, digit: bool) -> None:
    ran = doctor("rfc", text, "--json")

    assert ran.status == 0
    assert list(ran.report) == ["ok", "persona", "check_digit_ok", "message"]
    assert (ran.report["ok"], ran.report["persona"], ran.report["check_digit_ok"]) == (True, persona, digit)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EKU", "12 caracteres"),
        ("EKU9013173C9", "fecha"),
        ("XAXX010101000", "genérico"),
        ("", "12 caracteres"),
    ],
)
def test_what_is_none_is_status_1_with_a_sentence(text: str, words: str) -> None:
    ran = doctor("rfc", text, "--json")

    assert (ran.status, ran.report["ok"]) == (1, False)
    assert words in ran.report["message"]
    assert doctor("rfc", text).said.strip() == ran.report["message"]
