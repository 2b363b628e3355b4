"""What the issuer has not answered yet keeps it from finishing, however faulty the distributor's data are."""

from collections.abc import Callable

import pytest
from django.test import Client

from certificates.testing import Pair
from companies.models import Address, Company, PrivacyNotice, User
from onboarding.backoffice.board.companies import rows
from onboarding.documents.kinds.acta import record_of
from onboarding.models import StepState
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress, Status
from tests.onboarding.answers import ADDRESS, ANSWERS
from tests.onboarding.browser import Tab
from tests.onboarding.ready import finish, ready_company, words

NAME = "Panadería Prueba 12, S.A. de C.V."


def readiness_of(issuer: User) -> Readiness:
    return Readiness(Progress.of(User.objects.get(pk=issuer.pk)), STEPS)


def waits_for(issuer: User) -> list[str]:
    return [line.code for line in readiness_of(issuer).before_finishing]


def faulty(kind: str) -> Callable[[Company], object]:
    return lambda company: Address.objects.update_or_create(
        company=company, kind=kind, defaults=ADDRESS | {"postal_code": "99998", "follows_fiscal": False}
    )


FAULTY: dict[str, list[Callable[[Company], object]]] = {
    "datos-fiscales": [
        lambda company: Company.objects.update(name=NAME),
        lambda company: Company.objects.update(csf_name="OTRA DEL NORTE"),
        lambda company: Company.objects.update(expedition_place="99998"),
        lambda company: Company.objects.update(tax_regime="605"),
        lambda company: Company.objects.update(name=NAME, tax_regime=""),
        lambda company: Company.objects.update(name=NAME, expedition_place=""),
    ],
    "direccion-fiscal": [faulty("fiscal")],
    "direccion-de-emision": [faulty("issuing")],
}


@pytest.fixture
def company(tab: Tab, issuer: User, pair: Pair) -> Company:
    return ready_company(tab, issuer, pair)


@pytest.mark.parametrize(
    ("slug", "change"), [(slug, change) for slug, changes in FAULTY.items() for change in changes]
)
def test_a_step_that_was_never_saved_is_waited_for_although_it_is_faulty(
    tab: Tab, issuer: User, company: Company, slug: str, change: Callable[[Company], object]
) -> None:
    change(company)
    StepState.objects.filter(slug=slug).delete()

    assert waits_for(issuer) == [slug]
    assert "Todavía falta" in tab.submit("terminar", {}).text
    hub = tab.client.get("/configuracion/")
    assert hub.context["next_step"].slug == slug
    assert "Está guardado" not in hub.text
    [row] = rows([company.pk])
    assert STEPS[row.reached - 2].slug == slug


def test_a_company_that_nobody_has_touched_waits_for_step_4(tab: Tab, issuer: User) -> None:
    Company.objects.update(name=NAME, tax_regime="", expedition_place="")
    step = next(step for step in STEPS if step.slug == "datos-fiscales")
    progress = Progress.of(User.objects.get(pk=issuer.pk))

    assert (step.status(progress), step.blocks(progress)) == (Status.TODO, True)
    assert "datos-fiscales" in waits_for(issuer)


def test_the_question_of_the_first_save_is_to_be_answered_first(
    tab: Tab, issuer: User, company: Company
) -> None:
    StepState.objects.filter(slug="datos-fiscales").delete()
    typed = ANSWERS["datos-fiscales"]() | {"name": "PANADERÍA LA ÑAPA, S.A. de C.V."}
    tab.submit("datos-fiscales", typed)

    assert waits_for(issuer) == ["datos-fiscales"]
    tab.submit("datos-fiscales", typed, accion="dejar-nombre")
    assert waits_for(issuer) == []
    assert [line.code for line in readiness_of(issuer).before_invoicing] == ["nombre"]


@pytest.mark.parametrize("address", ["/configuracion/", "/configuracion/aviso-de-privacidad/"])
def test_before_the_notice_nothing_leads_to_a_locked_step(
    sign_in: Callable[[User], Client], issuer: User, notice: object, address: str
) -> None:
    Company.objects.update(name=NAME, expedition_place="99998", tax_regime="605")

    page = words(sign_in(issuer).get(address).text)

    assert "guardado como" not in page
    assert '/configuracion/datos-fiscales/"' not in page


def test_nor_does_it_once_a_new_notice_is_to_be_accepted(tab: Tab, company: Company) -> None:
    PrivacyNotice(version="2", text="Otro aviso.").publish()
    Company.objects.update(name=NAME)

    page = words(tab.client.get("/configuracion/").text)

    assert "Nombre ante el SAT" in page
    assert 'href="/configuracion/datos-fiscales/"' not in page


def test_a_name_that_admin_changed_is_not_called_the_issuers(company: Company, tab: Tab) -> None:
    Company.objects.update(name=NAME)

    page = words(tab.client.get("/configuracion/terminar/").text)

    assert f"Está guardado como «{NAME}»" in page
    assert "Usted guardó" not in page


# --- told once, and truthfully


def acta(issuer: User) -> list[str]:
    return [each.text for each in record_of(Progress.of(User.objects.get(pk=issuer.pk))).pending]


@pytest.mark.parametrize("kind", ["fiscal", "issuing"])
@pytest.mark.parametrize("page", ["/configuracion/terminar/", "/panel/"])
def test_an_unknown_postal_code_is_told_once(
    tab: Tab, issuer: User, company: Company, kind: str, page: str
) -> None:
    Address.objects.filter(kind=kind).update(postal_code="99998", follows_fiscal=False)
    if page == "/panel/":
        finish(company)

    sentence = "El código postal 99998 no está en el catálogo"

    assert words(tab.client.get(page).text).count(sentence) == 1
    assert "".join(acta(issuer)).count(sentence) == 1


def test_a_place_of_issue_that_two_steps_ask_about_is_told_once(
    tab: Tab, issuer: User, company: Company
) -> None:
    Company.objects.update(expedition_place="64000")

    assert [text for text in acta(issuer) if "64000" in text] == [
        doubt.text for doubt in readiness_of(issuer).doubts
    ]
    assert words(tab.client.get("/configuracion/terminar/").text).count("postal 64000?") == 1


def test_an_unknown_place_of_issue_is_not_asked_about_as_well(issuer: User, company: Company) -> None:
    Company.objects.update(expedition_place="99998")

    assert len([text for text in acta(issuer) if "99998" in text]) == 1


def test_a_name_is_doubted_by_one_line_only(issuer: User, company: Company) -> None:
    Company.objects.update(name=NAME, csf_name="OTRA DEL NORTE")

    assert len([text for text in acta(issuer) if NAME in text]) == 1


def test_nobody_is_said_to_have_been_asked_about_what_came_up_later(
    tab: Tab, issuer: User, company: Company
) -> None:
    Address.objects.filter(kind="fiscal").update(state="Jalisco")

    page = words(tab.client.get("/configuracion/terminar/").text)
    assert "aunque se lo preguntamos" not in page
    assert "Conviene que lo revise" in page
    assert "Según el SAT, el código postal 37000 es de Guanajuato; en la dirección fiscal dice" in page

    # Now it is asked, and kept.
    typed = ADDRESS | {"state": "Jalisco"}
    tab.submit("direccion-fiscal", typed)
    tab.submit("direccion-fiscal", typed)
    page = words(tab.client.get("/configuracion/terminar/").text)
    assert "aunque se lo preguntamos" in page
    assert "Conviene que lo revise" not in page


# --- the last page, once all is finished


def test_the_last_page_says_after_finishing_what_the_panel_says(tab: Tab, company: Company) -> None:
    finish(company)
    page = words(tab.client.get("/configuracion/terminar/").text)
    assert "Ya puede facturar" in page
    assert "No falta nada" not in page

    Company.objects.update(name=NAME)
    page = words(tab.client.get("/configuracion/terminar/").text)
    assert "Falta una cosa para facturar" in page
    assert "Puede finalizar" not in page
    assert "Ya puede facturar" not in page


@pytest.mark.parametrize("regime", ["605", "616", "999"])
def test_a_regime_that_does_not_fit_is_missing(tab: Tab, issuer: User, company: Company, regime: str) -> None:
    Company.objects.update(tax_regime=regime)
    [line] = readiness_of(issuer).before_invoicing

    assert (line.code, line.action) == ("regimen", "Corregir el régimen fiscal")
    finish(company)
    panel = words(tab.client.get("/panel/").text)
    assert "<h1>Falta una cosa para facturar</h1>" in panel
    assert line.text in panel
