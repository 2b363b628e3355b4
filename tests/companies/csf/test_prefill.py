"""What a CSF offers beside what is stored, in the words of the catalogue; doubtful where that contradicts."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.core import signing

from companies.csf.placed_words import PdfText
from companies.csf.prefill import CsfPrefill
from companies.csf.result import ValueState
from companies.csf.understanding import understand
from tests.companies.csf.constancias import Csf, Domicile
from tests.companies.csf.documents import lines_of

pytestmark = pytest.mark.django_db


def offered(csf: Csf) -> CsfPrefill:
    return CsfPrefill.of(understand(PdfText.of_text("\n".join(lines_of(csf)))), remarks=("Es vieja.",))


@pytest.mark.parametrize(
    ("printed", "found", "state"),
    [
        ("CIUDADDEMEXICO", "Ciudad de México", ValueState.READ),
        ("CIUDADDEMFXICO", "CIUDADDEMFXICO", ValueState.DOUBTFUL),
        ("CIUDAD DE MEXICO", "Ciudad de México", ValueState.READ),
        ("MEXICO", "MEXICO", ValueState.READ),
    ],
)
def test_words_that_grew_together_are_parted_or_doubtful(printed: str, found: str, state: ValueState) -> None:
    there = Domicile(postal_code="06000", state=printed, municipality="CUAUHTEMOC", locality="")

    prefill = offered(Csf(address=there))

    assert (prefill.values["state"], prefill.state("state")) == (found, state)
    assert prefill.values["municipality"] == "Cuauhtémoc"


@pytest.mark.parametrize("street", ["DEL FRACCIONAMIENTO", "AVENIDADELOSINSURGENTES"])
def test_a_word_longer_than_any_place_is_doubtful(street: str) -> None:
    doubt = offered(Csf(address=Domicile(street=street))).doubts.get("street", "")

    assert (doubt == "Parecen varias palabras pegadas.") is (street == "AVENIDADELOSINSURGENTES")


def test_a_regime_that_nobody_knows_is_named_where_it_is_asked_for() -> None:
    prefill = offered(Csf(regimes=(("Régimen de los Ingresos Venideros", "12/03/2019", ""),)))

    assert (prefill.values.get("tax_regime"), prefill.state("tax_regime")) == (None, ValueState.DOUBTFUL)
    assert "No conocemos el régimen «Régimen de los Ingresos Venideros»" in prefill.doubts["tax_regime"]


def test_it_comes_back_as_it_went_with_what_is_to_be_told() -> None:
    prefill = offered(Csf())

    back = CsfPrefill.opened(prefill.signed("sal", 7), "sal", 7, timedelta(hours=1))

    assert back == prefill
    assert back.remarks == ("Es vieja.",)
    assert CsfPrefill.opened(prefill.signed("sal", 7), "sal", 8, timedelta(hours=1)) is None


def test_what_was_shown_before_an_update_is_still_taken() -> None:
    """It carries nothing of what was added since."""
    prefill = offered(Csf())
    former = {name: value for name, value in asdict(prefill).items() if name not in ("remarks", "source")}
    carried = signing.dumps({"holder": 7, **former}, salt="sal", compress=True)

    back = CsfPrefill.opened(carried, "sal", 7, timedelta(hours=1))

    assert back is not None
    assert (back.values, back.remarks) == (prefill.values, ())
