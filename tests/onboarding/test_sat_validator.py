"""«Preguntar al SAT»: asked, waited for, shown as the PDF's table, confirmed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.csf.validator import QUERIES_PER_HOUR
from companies.models import Address, Company, User, ValidatorQuery
from facturamos.devserver.validator import Validator
from facturamos.jobs import tasks
from tests.companies.csf.test_pictures import page, saved
from tests.onboarding.browser import Tab, hidden
from tests.onboarding.test_csf_prefill import text_of
from tests.onboarding.test_csf_prefill_session import cut
from tests.query_budgets import GET, POST, statements_at_most

UPLOAD = "/configuracion/constancia/"
PAGE = "/configuracion/constancia/sat/"
STATUS = "/configuracion/constancia/sat/estado/"
TYPED = {"id_cif": "15010000001", "rfc": "PNA190312AB1"}

pytestmark = pytest.mark.usefixtures("permitted")


def answer() -> None:
    """The worker does what waits for it."""
    for query in ValidatorQuery.objects.unfinished():
        tasks.run(query._meta.label_lower, str(query.pk))


def ask(tab: Tab, **typed: Any) -> Any:
    response = tab.client.post(PAGE, TYPED | typed)
    answer()
    return response


def test_it_stands_on_the_page_of_the_constancia(tab: Tab) -> None:
    shown = tab.client.get(UPLOAD).content.decode()

    assert "Consultar al SAT" in shown
    assert 'value="PNA190312AB1"' in shown


def test_without_permission_there_is_no_trace_of_it(tab: Tab, settings: Any) -> None:
    settings.SAT_VALIDATOR = "off"

    assert "Consultar al SAT" not in tab.client.get(UPLOAD).content.decode()
    for response in (tab.client.get(PAGE), tab.client.post(PAGE, TYPED), tab.client.get(STATUS)):
        assert response.status_code == 404
    assert not ValidatorQuery.objects.exists()


def test_while_the_sat_is_asked_the_page_says_so(tab: Tab) -> None:
    response = tab.client.post(PAGE, TYPED)
    waiting = tab.client.get(PAGE).content.decode()

    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert "Estamos preguntando al SAT" in waiting
    assert "Actualizar estado" in waiting
    assert f'data-poll="{STATUS}"' in waiting
    assert f'data-poll="{STATUS}"' in tab.client.get(STATUS).content.decode()
    answer()
    assert "data-poll=" not in tab.client.get(STATUS).content.decode()


def test_the_answer_is_the_pdfs_table_and_saves_nothing(tab: Tab) -> None:
    ask(tab)

    text = text_of(tab.client.get(PAGE))

    assert "PANADERÍA LA ÑAPA &amp; HIJOS" in text
    assert "601 · General de Ley Personas Morales" in text
    assert "Esto dice el SAT" in text
    assert "Tomar los datos marcados" in text
    assert not Address.objects.exists()


def test_what_is_confirmed_is_saved(tab: Tab, issuer: User) -> None:
    ask(tab)
    shown = tab.client.get(PAGE)

    response = tab.client.post(
        UPLOAD,
        {
            **hidden(shown),
            "accion": "tomar",
            "tomar": [
                "name",
                "tax_regime",
                "postal_code",
                "street",
                "exterior_number",
                "neighborhood",
                "municipality",
                "state",
            ],
        },
    )

    assert response["Location"] == "/configuracion/datos-fiscales/"
    company = Company.objects.get(users=issuer)
    assert (company.name, company.tax_regime) == ("PANADERÍA LA ÑAPA & HIJOS", "601")
    assert company.addresses.get().street == "AVENIDA DE LOS ÑANDÚES"


def test_a_photograph_of_the_code_will_do(tab: Tab, sat: Validator) -> None:
    photo = SimpleUploadedFile("foto.jpg", saved(page(1600, 1200, 500, 3), "JPEG"), "image/jpeg")

    ask(tab, id_cif="", rfc="", file=photo)

    assert sat.asked[0].endswith("D3=15010000001_PNA190312AB1")
    assert "Tomar los datos marcados" in text_of(tab.client.get(PAGE))


@pytest.mark.parametrize(
    ("mode", "words"),
    [("404", "El SAT no encontró"), ("409", "otro RFC"), ("500", "El SAT no contesta en este momento")],
)
def test_without_an_answer_there_is_a_sentence_and_the_way_of_the_pdf(
    tab: Tab, mode: str, words: str
) -> None:
    ask(tab, id_cif=f"15010000{mode}")

    shown = tab.client.get(PAGE)

    assert words in text_of(shown)
    assert "Subir el PDF de mi constancia" in text_of(shown)
    assert f'value="15010000{mode}"' in shown.content.decode()


@pytest.mark.parametrize(("mode", "field"), [("404", "id_cif"), ("409", "id_cif"), ("500", "")])
def test_without_an_answer_it_is_an_error_page(tab: Tab, mode: str, field: str) -> None:
    ask(tab, id_cif=f"15010000{mode}")

    shown = tab.client.get(PAGE).content.decode()

    assert "<title>Error: " in shown
    summary = shown.partition("data-errors")[2].partition("</div>")[0]
    assert (f'href="#sat_{field}"' if field else f'href="{UPLOAD}"') in summary
    assert shown.count('aria-invalid="true"') == (1 if field else 0)
    assert "55 0000 0000" in summary


def test_bad_input_stays_on_the_page_and_asks_nobody(tab: Tab, sat: Validator) -> None:
    response = tab.client.post(PAGE, TYPED | {"id_cif": "15"})

    assert response.status_code == 200
    assert "11 dígitos" in text_of(response)
    assert 'value="15"' in response.content.decode()
    assert not ValidatorQuery.objects.exists()


def test_too_many_questions_are_refused_with_a_sentence(tab: Tab) -> None:
    for _ in range(QUERIES_PER_HOUR):
        ask(tab, id_cif="15010000404")

    response = tab.client.post(PAGE, TYPED)

    assert "veces al SAT en la última hora" in text_of(response)
    assert ValidatorQuery.objects.count() == QUERIES_PER_HOUR


def test_another_company_does_not_see_the_answer(
    tab: Tab, other_issuer: User, sign_in: Callable[[User], Client]
) -> None:
    ask(tab)
    tab.client.logout()
    other = Tab(sign_in(other_issuer))
    other.submit("aviso-de-privacidad", {"accept": "on"})

    assert "LA ÑAPA" not in text_of(other.client.get(PAGE))


def test_it_waits_for_the_notice(issuer: User, sign_in: Any, notice: Any) -> None:
    client = sign_in(issuer)

    for response in (client.get(PAGE), client.post(PAGE, TYPED)):
        assert response["Location"] == "/configuracion/aviso-de-privacidad/"
    assert not ValidatorQuery.objects.exists()


def test_it_stays_within_the_budgets(tab: Tab) -> None:
    with statements_at_most(GET, "GET sat"):
        tab.client.get(PAGE)
    with statements_at_most(POST, "POST sat"):
        tab.client.post(PAGE, TYPED)
    with statements_at_most(GET, "GET sat, waiting"):
        tab.client.get(PAGE)
    answer()
    with statements_at_most(GET, "GET sat, answered"):
        tab.client.get(PAGE)
    with statements_at_most(GET, "GET sat/estado"):
        tab.client.get(STATUS)


def test_what_was_typed_comes_back_after_the_session_was_over(tab: Tab, issuer: User) -> None:
    page = hidden(tab.client.get(PAGE))

    back = cut(tab, issuer, {**page, **TYPED, "rfc": "EKU9003173C9"}, PAGE).content.decode()

    assert "Recuperamos lo que había escrito" in back
    assert f'value="{TYPED["id_cif"]}"' in back
    assert 'value="EKU9003173C9"' in back
    assert not ValidatorQuery.objects.exists()
