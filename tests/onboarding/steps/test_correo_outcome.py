"""What came of the test mail: an error page like any other, and where «Continuar» leads."""

import re

import pytest
from django.utils import timezone

from companies.models import User
from mailing.models import Mailbox, MailboxTest
from onboarding.models import Onboarding
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab
from tests.onboarding.steps.test_correo import finished_test

SLUG = "correo"


@pytest.mark.parametrize("code", ["auth_refused", "name_not_found", "timeout", "interrupted", "quota"])
@pytest.mark.parametrize("active", [True, False])
def test_a_test_that_failed_makes_an_error_page_in_use_or_not(tab: Tab, code: str, active: bool) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    if active:
        Mailbox.objects.get().approve()
    finished_test(code=code)

    page = tab.client.get("/configuracion/correo/").text

    assert "<title>Error: " in page
    summary = page.partition("data-errors")[2].partition("</div>")[0]
    assert "No respondió." in summary
    assert "<h1>El correo de prueba no salió</h1>" in page
    assert ("Sus facturas salen de <b>ventas@example.com</b>" in page) == active


def test_what_was_insisted_on_is_no_error_until_it_is_tested_again(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    finished_test(code="timeout")
    assert "<title>Error: " in tab.client.get("/configuracion/correo/").text

    tab.submit(SLUG, {}, accion="insistir")
    assert "<title>Error: " not in tab.client.get("/configuracion/correo/").text

    finished_test(code="timeout")
    assert "<title>Error: " in tab.client.get("/configuracion/correo/").text


def test_a_mailbox_that_was_left_out_is_no_error(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    finished_test()
    tab.submit(SLUG, {}, accion="omitir")

    assert "<title>Error: " not in tab.client.get("/configuracion/correo/").text


@pytest.mark.parametrize(
    ("query", "finished", "leads_to"),
    [
        ("", False, "/configuracion/documentos/"),
        ("?de=terminar", False, "/configuracion/terminar/"),
        ("?de=panel", True, "/panel/"),
        ("?de=terminar", True, "/configuracion/terminar/"),
        ("", True, "/panel/"),
        ("?de=//malo.example", False, "/configuracion/documentos/"),
    ],
)
def test_continuar_leads_back_to_where_the_page_was_opened_from(
    tab: Tab, issuer: User, query: str, finished: bool, leads_to: str
) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    Mailbox.objects.get().approve()
    if finished:
        Onboarding.objects.update(finished_at=timezone.now(), finished_by=issuer)
    finished_test(code="")
    running = tab.client.get(f"/configuracion/correo/{query}").text
    MailboxTest.objects.update(code="ok", state="done")

    page = tab.client.get(f"/configuracion/correo/{query}").text
    # Where the page cannot be drawn anew, its script puts the news there alone.
    [polled] = re.findall('data-poll="([^"]*)"', running)
    fragment = tab.client.get(polled).text

    for shown in (page, fragment):
        assert f'href="{leads_to}">Continuar</a>' in shown
    carried = re.findall('name="de" value="([^"]*)"', running)
    assert carried == ([] if "documentos" in leads_to else [leads_to.strip("/").split("/")[-1]])


def test_the_providers_own_page_stands_beside_the_advice(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]() | {"from_email": "ana@gmail.com", "host": "smtp.gmail.com"})
    finished_test(code="auth_app_password")

    page = tab.client.get("/configuracion/correo/").content.decode()

    assert 'href="https://myaccount.google.com/apppasswords"' in page
