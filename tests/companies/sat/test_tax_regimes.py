"""Every régimen with every persona."""

import pytest

from companies.sat.rfc import Persona
from companies.sat.tax_regimes import TAX_REGIMES, for_persona, get, grouped_choices

MORAL = ["601", "603", "620", "622", "623", "624"]
FISICA = ["605", "606", "607", "608", "611", "612", "614", "615", "616", "621", "625"]
BOTH = ["610", "626"]


@pytest.mark.parametrize("code", MORAL + FISICA + BOTH)
@pytest.mark.parametrize("persona", Persona)
def test_each_regime_fits_the_personas_of_the_catalogue(code: str, persona: Persona) -> None:
    regime = get(code)

    assert regime is not None
    assert regime.fits(persona) == (code in BOTH or (code in MORAL) == (persona is Persona.MORAL))


def test_the_table_is_the_catalogue() -> None:
    assert [regime.code for regime in TAX_REGIMES] == sorted(MORAL + FISICA + BOTH)


@pytest.mark.parametrize("code", ["609", "628", "629", "630", "999", "", "6O1"])
def test_what_is_no_longer_current_is_unknown(code: str) -> None:
    assert get(code) is None


@pytest.mark.parametrize("persona", Persona)
def test_who_has_no_obligations_is_not_offered(persona: Persona) -> None:
    assert "616" not in [regime.code for regime in for_persona(persona)]


def test_choices_are_grouped_by_persona() -> None:
    groups = {title: [code for code, _ in regimes] for title, regimes in grouped_choices()}

    assert groups == {
        "Personas morales": MORAL,
        "Personas físicas": [code for code in FISICA if code != "616"],
        "Personas morales y físicas": BOTH,
    }


@pytest.mark.parametrize("persona", Persona)
def test_a_known_persona_is_offered_only_what_fits(persona: Persona) -> None:
    codes = [code for _, regimes in grouped_choices(persona) for code, _ in regimes]

    assert sorted(codes) == [regime.code for regime in for_persona(persona)]
