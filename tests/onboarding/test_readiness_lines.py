"""Lines of the one list, each with its cause."""

import re

import pytest
from pytest_django import Settings

from certificates.models import Csd
from certificates.testing import Pair
from companies.models import Company, User
from facturamos.prose import listed
from mailing.models import Mailbox
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.requirement import Turn
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab
from tests.onboarding.ready import finish, letter, mailbox, ready_company, words


@pytest.fixture
def company(tab: Tab, issuer: User, pair: Pair) -> Company:
    """One that has done all, signed its letter, and may invoice."""
    return ready_company(tab, issuer, pair)


def test_whose_turn_it_is_is_said(company: Company, issuer: User) -> None:
    letter(company, verified_at=None)

    [line] = Readiness(Progress.of(User.objects.get(pk=issuer.pk)), STEPS).before_invoicing

    assert (line.code, line.turn) == ("carta-manifiesto", Turn.US)


def test_who_can_invoice_is_led_to_where_one_does(tab: Tab, company: Company, settings: Settings) -> None:
    settings.INVOICING_URL = "https://facturar.example.com/"
    finish(company)

    panel = words(tab.client.get("/panel/").text)

    assert "<h1>Ya puede facturar</h1>" in panel
    assert 'href="https://facturar.example.com/">Ir a facturar' in panel


def test_a_letter_that_nobody_signed_keeps_nobody_from_finishing(tab: Tab, company: Company) -> None:
    letter(company, signed_on=None, verified_at=None)

    last = words(tab.client.get("/configuracion/terminar/").text)
    assert "Puede finalizar, pero todavía no podrá facturar: falta Carta manifiesto." in last
    assert tab.submit("terminar", {}).headers["Location"] == "/panel/"

    panel = words(tab.client.get("/panel/").text)
    assert "<h1>Falta una cosa para facturar</h1>" in panel
    assert "Firmar la Carta Manifiesto" in panel


def test_what_was_insisted_on_is_no_longer_left_out(tab: Tab, company: Company) -> None:
    mailbox(company, active=True, omitted=True)

    for page in ("/configuracion/", "/configuracion/terminar/"):
        assert "Omitido" not in tab.client.get(page).text.split("Correo electrónico")[-1][:200]


def test_an_rfc_that_only_the_issuer_vouches_for_is_repeated(tab: Tab, company: Company) -> None:
    Csd.objects.all().update(state=Csd.State.REPLACED, key=None, password=None)
    typed = ANSWERS["datos-fiscales"]() | {"rfc": "RTO840921RE4"}
    tab.submit("datos-fiscales", typed)
    tab.submit("datos-fiscales", typed, accion="confirmar")
    [kept] = Readiness(Progress.of(company.users.get()), STEPS).kept_doubts

    assert "RFC RTO840921RE4" in kept.text
    assert kept.text in words(tab.client.get("/configuracion/terminar/").text)
    finish(company)
    panel = words(tab.client.get("/panel/").text)
    assert "Lo dejó así, aunque se lo preguntamos" in panel
    assert kept.text in panel


def test_an_rfc_that_a_constancia_vouches_for_is_not(company: Company) -> None:
    Csd.objects.all().update(state=Csd.State.REPLACED, key=None, password=None)
    Company.objects.update(rfc="RTO840921RE4", confirmed_rfc="RTO840921RE4")

    assert Readiness(Progress.of(company.users.get()), STEPS).kept_doubts == ()


def test_a_name_kept_against_advice_is_missing(tab: Tab, company: Company) -> None:
    typed = ANSWERS["datos-fiscales"]() | {"name": "PANADERIA LA ÑAPA S.A. de C.V."}
    tab.submit("datos-fiscales", typed)
    tab.submit("datos-fiscales", typed, accion="dejar-nombre")
    [line] = Readiness(Progress.of(company.users.get()), STEPS).before_invoicing

    assert (line.code, line.turn, line.action) == ("nombre", Turn.ISSUER, "Corregir el nombre")
    assert "«PANADERIA LA ÑAPA»" in line.brief
    assert tab.submit("terminar", {}).headers["Location"] == "/panel/"
    panel = words(tab.client.get("/panel/").text)
    assert "<h1>Falta una cosa para facturar</h1>" in panel
    assert '<a class="button" href="/configuracion/datos-fiscales/?de=panel"> Corregir el nombre</a>' in panel


def test_a_mailbox_that_is_saved_and_not_used_is_shown(tab: Tab, company: Company) -> None:
    mailbox(company, active=False)

    last = words(tab.client.get("/configuracion/terminar/").text)

    assert "<dt>Su correo, todavía sin usarse</dt><dd>ventas@example.com</dd>" in last
    assert "<dt>Servidor SMTP</dt><dd>smtp.example.com</dd>" in last


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ([], "done"),
        (["ok"], "done"),
        (["ok", "auth_refused"], "problem"),
        (["ok", "auth_refused", "interrupted"], "problem"),
        (["auth_refused", "ok"], "done"),
        (["ok", ""], "done"),
    ],
)
def test_a_mailbox_in_use_that_fails_is_no_longer_in_order(
    company: Company, codes: list[str], state: str
) -> None:
    mailbox(company, active=True)
    for code in codes:
        Mailbox.objects.get().tests.create(code=code)

    lines = Readiness(Progress.of(company.users.get()), STEPS).on_panel

    assert [line.state for line in lines if line.code == "correo"] == [state]


def on_rail(page: str) -> tuple[str, str]:
    """How the step of the mailbox stands on the list beside a page: its dot, and its words."""
    found = re.search(
        r'<span class="dot (\w+)"[^>]*>[^<]*</span>\s*<span>Correo electrónico<span class="sr"> \(([^)]*)\)',
        page,
    )
    assert found
    return found[1], found[2]


@pytest.mark.parametrize(
    ("insisted", "code", "status", "label"),
    [
        ("", "ok", "done", "Completo"),
        ("", "auth_refused", "problem", "Con un problema"),
        ("", "timeout", "problem", "Con un problema"),
        ("timeout", "", "review", "En revisión"),
        ("timeout", "greylisted", "review", "En revisión"),
        ("timeout", "interrupted", "review", "En revisión"),
        ("greylisted", "auth_refused", "problem", "Con un problema"),
        ("rate", "name_not_found", "problem", "Con un problema"),
    ],
)
def test_the_rail_says_of_a_mailbox_in_use_what_its_last_test_did(
    tab: Tab, company: Company, insisted: str, code: str, status: str, label: str
) -> None:
    mailbox(company, active=not insisted, insisted=insisted)
    box = Mailbox.objects.get()
    if code:
        box.tests.create(code=code, message="Algo.", state="done", digest=box.digest())

    last = tab.client.get("/configuracion/terminar/")
    page = words(tab.client.get("/configuracion/correo/").text)
    finish(company)
    panel = tab.client.get("/panel/")

    entries = panel.context["stepper"]
    assert [(it.status, it.status_label) for it in entries if it.slug == "correo"] == [(status, label)]
    assert on_rail(last.text) == (status, label)
    said = [group["status_label"] for group in last.context["summary"] if group["status"] == status]
    assert label in said
    [line] = [line for line in panel.context["readiness"].on_panel if line.code == "correo"]
    assert line.met == (status == "done")
    # Nobody reviews it whose turn it is.
    assert "En revisión" not in line.text
    assert ("en revisión" in page) == (status == "review")
    assert ("con un problema" in page) == (status == "problem")


def test_a_test_of_other_settings_says_nothing_of_those_in_use(tab: Tab, company: Company) -> None:
    mailbox(company, active=True)
    Mailbox.objects.get().tests.create(code="refused", state="done", digest="de otros datos")

    lines = Readiness(Progress.of(company.users.get()), STEPS).on_panel

    assert [line.state for line in lines if line.code == "correo"] == ["done"]
    assert "<title>Error" not in tab.client.get("/configuracion/correo/").text


def test_a_mailbox_that_was_insisted_on_and_of_whose_test_nothing_is_left_is_to_be_tested(
    tab: Tab, company: Company
) -> None:
    mailbox(company, active=False, insisted="timeout")
    Mailbox.objects.get().tests.all().delete()

    page = tab.client.get("/configuracion/terminar/").text

    assert on_rail(page) == ("todo", "Falta probarlo")
    assert "falta probarlo" in tab.client.get("/configuracion/correo/").text


@pytest.mark.parametrize(
    ("some", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a y b"), (["a", "b", "c"], "a, b y c")]
)
def test_a_list_is_prose(some: list[str], text: str) -> None:
    assert listed(some) == text
