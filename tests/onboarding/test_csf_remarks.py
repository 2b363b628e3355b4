"""What is told about a CSF as a whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from companies.csf.placed_words import PdfText
from companies.csf.result import CsfResult, CsfSource
from companies.csf.understanding import understand
from onboarding.csf_remarks import remarks_on
from tests.companies.csf.constancias import TODAY, Csf
from tests.companies.csf.documents import lines_of

WHOLE = understand(PdfText.of_text("\n".join(lines_of(Csf()))))


def test_a_fresh_one_of_an_active_taxpayer_needs_no_remark() -> None:
    assert remarks_on(WHOLE, TODAY) == []
    assert remarks_on(replace(WHOLE, status="REACTIVADO"), TODAY + timedelta(days=92)) == []


@pytest.mark.parametrize(
    ("csf", "said"),
    [
        (replace(WHOLE, status="SUSPENDIDO"), "es «SUSPENDIDO», y así no se pueden timbrar facturas"),
        (replace(WHOLE, status=""), "No pudimos leer la situación en el padrón"),
        (replace(WHOLE, issued_on=None), "No encontramos de qué fecha es"),
        (replace(WHOLE, issued_on=TODAY - timedelta(days=93)), "El documento es del 19 de Agosto de 2026"),
        (replace(WHOLE, unknown_regimes=("Venideros",)), "No conocemos el régimen «Venideros»"),
        (replace(WHOLE, issued_on=TODAY + timedelta(days=2)), "El documento dice que es del 22 de Noviembre"),
        (replace(WHOLE, regimes=("616",)), "Con el régimen «Sin obligaciones fiscales» no se pueden emitir"),
        (replace(WHOLE, remarks=("Solo pudimos leer una parte.",)), "Solo pudimos leer una parte."),
    ],
)
def test_each_reason_to_be_careful_has_a_sentence(csf: CsfResult, said: str) -> None:
    (remark,) = remarks_on(csf, TODAY)

    assert said.lower() in remark.lower()
    assert remark.endswith(".")


def test_an_unknown_status_is_never_called_inactive() -> None:
    (remark,) = remarks_on(replace(WHOLE, status=""), TODAY)

    assert "así no se pueden timbrar" not in remark


def test_two_dates_are_not_called_a_missing_one() -> None:
    disagreeing = replace(WHOLE, issued_on=None, dates_disagree=True, remarks=("Dos fechas.",))

    assert remarks_on(disagreeing, TODAY) == ["Dos fechas."]


def test_the_other_documents_are_not_asked_for_what_they_never_have() -> None:
    assert remarks_on(replace(WHOLE, source=CsfSource.VALIDATOR, issued_on=None), TODAY) == []
    assert remarks_on(replace(WHOLE, source=CsfSource.CEDULA, issued_on=None, status=""), TODAY) == []
