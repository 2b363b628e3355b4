"""The initials that step 7 proposes."""

import pytest

from companies.initials import initials


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Íñigo Peña", "ÍP"),
        ("María del Carmen Ñáñez", "MCÑ"),
        ("Juan Carlos de la Torre López Mateos", "JCTL"),
        ("", ""),
        ("123", ""),
    ],
)
def test_it_proposes_initials(name: str, expected: str) -> None:
    assert initials(name) == expected
