"""What changes on a page that stays: after a download, and when the news is there."""

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from companies.models import User
from mailing.models import MailboxTest
from tests.browser.test_mailbox import open_step
from tests.onboarding.ready import mailbox
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_the_letter_s_state_follows_the_manual(
    site: Stack, context: BrowserContext, issuer: User, console: list[str]
) -> None:
    page = open_step(context, site, issuer)
    page.goto(f"{site.url}/configuracion/carta-manifiesto/")
    state = page.locator("#estado-carta")
    expect(state).to_contain_text("No iniciada")
    page.get_by_label("Fecha de firma", exact=False).first.fill("2026-01-05")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))

    with page.expect_download() as download:
        page.get_by_role("button", name="Generar manual", exact=True).click()

    assert download.value.suggested_filename.endswith(".pdf")
    expect(state).to_contain_text("Manual generado")
    # The page itself has stayed: what was typed is still there.
    assert loads == []
    expect(page.get_by_label("Fecha de firma", exact=False).first).to_have_value("2026-01-05")


def test_news_take_no_press_back(
    site: Stack, context: BrowserContext, issuer: User, console: list[str]
) -> None:
    """The page would be read anew just then, and the browser would forget what it was sending."""
    assert issuer.company is not None
    mailbox(issuer.company, active=False)
    test = MailboxTest.objects.create(mailbox=issuer.company.mailbox)
    page = open_step(context, site, issuer)
    held: list[Route] = []
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(answer.url) if "/estado/" in answer.url else None)
    page.route(
        "**/configuracion/correo/",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    page.get_by_role("button", name="Omitir por ahora", exact=True).click(no_wait_after=True)

    MailboxTest.objects.filter(pk=test.pk).update(state="done", code="refused", message="No respondió.")
    # Twice asked, and as long as a page needs that begins to load anew.
    page.wait_for_timeout(2 * 1000 + 500)
    assert len(asked) >= 2
    (sent,) = held
    sent.continue_()

    expect(page).to_have_url(f"{site.url}/configuracion/documentos/")
