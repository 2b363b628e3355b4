"""The régimenes by the names that a Constancia gives them."""

import pytest

from companies.csf.regimes import ALIASES, code_of, proposed_regime
from companies.csf.result import READ_CODE, CsfResult, ValueState
from companies.sat.tax_regimes import TAX_REGIMES, TaxRegime
from tests.companies.csf.constancias import FISICA


@pytest.mark.parametrize("regime", TAX_REGIMES, ids=lambda regime: regime.code)
def test_every_regime_is_known_as_a_csf_spells_it(regime: TaxRegime) -> None:
    name = regime.name
    spellings = (
        name,
        f"{name}.",
        f"Régimen de {name}",
        f"Régimen de las {name.upper()}",
        f"REGIMEN DE LOS {name}",
        f"{regime.code} - {name}",
        f"{regime.code} {name}",
    )

    assert [code_of(spelling) for spelling in spellings] == [regime.code] * len(spellings)


@pytest.mark.parametrize("regime", TAX_REGIMES, ids=lambda regime: regime.code)
def test_pm_behind_it_is_a_companys_and_pf_a_persons(regime: TaxRegime) -> None:
    assert code_of(f"Régimen de {regime.name} PM") == (regime.code if regime.moral else "")
    assert code_of(f"Régimen de {regime.name} PF.") == (regime.code if regime.fisica else "")


@pytest.mark.parametrize("name", ALIASES)
def test_every_alias_is_known_with_and_without_accents(name: str) -> None:
    plain = name.translate(str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU"))

    assert code_of(name) == code_of(plain) == code_of(f"{name}.") == code_of(name.upper()) == ALIASES[name]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Régimen General de Ley Personas Morales", "601"),
        ("Régimen de Sueldos y Salarios e Ingresos Asimilados a Salarios", "605"),
        ("Ingresos por Arrendamiento", "606"),
        ("Régimen de Arrendamiento", "606"),
        ("Enajenación de Bienes", "607"),
        ("Régimen de Enajenación o Adquisición de Bienes", "607"),
        ("Régimen de los demás ingresos", "608"),
        ("Régimen de Ingresos por Dividendos (socios y accionistas)", "611"),
        ("Régimen de las Personas Físicas con Actividades Empresariales y Profesionales", "612"),
        ("Ingresos por intereses", "614"),
        ("Sin obligaciones fiscales", "616"),
        ("Régimen de Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras PM", "622"),
        ("Regimen Simplificado de Confianza", "626"),
        ("Régimen de los Venideros", ""),
        ("Régimen", ""),
        ("", ""),
        ("616 General de Ley Personas Morales", ""),
    ],
)
def test_a_name_gives_its_code(name: str, code: str) -> None:
    assert code_of(name) == code


@pytest.mark.parametrize(
    "name",
    [
        "Personas Físicas con Actividad Empresarial y Profesional",
        "Régimen de las Personas Físicas con Actividad Empresarial y Profesional.",
        "Personas Físicas con Actividad Empresarial",
    ],
)
def test_one_activity_is_as_good_as_several(name: str) -> None:
    assert code_of(name) == "612"


@pytest.mark.parametrize(
    ("registered", "rfc", "stored", "code", "state"),
    [
        (("612", "626"), FISICA, "", "612", ValueState.READ),
        (("612", "626"), FISICA, "626", "626", ValueState.READ),
        (("612", "626"), FISICA, "601", "612", ValueState.READ),
        # Nobody invoices with 616; and a company's régimen comes last for a person.
        (("616", "626"), FISICA, "616", "626", ValueState.READ),
        (("601", "612"), FISICA, "", "612", ValueState.READ),
        (("601",), FISICA, "", "601", ValueState.DOUBTFUL),
        ((), FISICA, "612", "", ValueState.NOT_FOUND),
    ],
)
def test_of_several_the_stored_one_is_proposed_or_the_first_that_fits(
    registered: tuple[str, ...], rfc: str, stored: str, code: str, state: ValueState
) -> None:
    csf = CsfResult(ok=True, code=READ_CODE, message="", rfc=rfc, regimes=registered)

    found = proposed_regime(csf, stored)

    assert (found.value, found.state) == (code, state)
