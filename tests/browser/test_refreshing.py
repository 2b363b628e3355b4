"""Step 3: what a download has changed is shown on the page that stays, without reloading it."""

import pytest
from playwright.sync_api import BrowserContext, expect

from companies.models import User
from tests.browser.test_mailbox import open_step
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
