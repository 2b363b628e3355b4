"""When a new letter is asked for: another PAC, another way to it, another version or text."""

from pathlib import Path
from typing import Any

import pytest

from companies.letter_terms import current_terms


@pytest.mark.parametrize("name", ["rfc", "authorization"])
def test_another_pac_is_another_letter(settings: Any, name: str) -> None:
    before = current_terms()

    settings.PAC = settings.PAC | {name: "OTR010101AA1"}

    assert current_terms() != before


@pytest.mark.parametrize("name", ["name", "rule", "url"])
def test_what_the_pac_is_called_is_not(settings: Any, name: str) -> None:
    before = current_terms()

    settings.PAC = settings.PAC | {name: "Otro"}

    assert current_terms() == before


@pytest.mark.parametrize(("setting", "value"), [("LETTER_VERSION", "2"), ("PAC_ADAPTER", "timbox")])
def test_nor_the_same_letter_under_another_version_or_sent_otherwise(
    settings: Any, setting: str, value: str
) -> None:
    before = current_terms()

    setattr(settings, setting, value)

    assert current_terms() != before


def test_another_text_is_another_letter_unless_the_pac_has_its_own(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "carta.txt").write_text("Otra carta de $name")
    before = current_terms()
    settings.PAC_ADAPTER = "finkok"
    of_finkok = current_terms()

    settings.LETTER_TEXT = tmp_path / "carta.txt"

    assert current_terms() == of_finkok
    settings.PAC_ADAPTER = "none"
    assert current_terms() != before
