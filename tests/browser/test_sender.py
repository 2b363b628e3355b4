"""Step 10: the data of a mailbox are folded away from who keeps the default sender, and never lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from companies.models import User
from mailing.models import Mailbox
from onboarding.models import StepState
from tests.browser.test_errors import OnBothWidths
from tests.browser.test_mailbox import open_step
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
OWN, DEFAULT = "Usar mi correo", "Usar facturamos@sistemasperseo.com"
FILLED = {
    "Dirección de correo electrónico": "ventas@example.com",
    "Usuario": "ventas@example.com",
    "Contraseña": "clave-smtp-9",
    "Servidor SMTP": "smtp.example.com",
    "Puerto SMTP": "587",
}


def fields(page: Page) -> list[bool]:
    """Which of them one sees."""
    return [page.get_by_label(label, exact=True).is_visible() for label in FILLED]


def test_choosing_folds_and_unfolds(
    site: Stack, context: BrowserContext, issuer: User, console: list[str], shots: Path | None
) -> None:
    page = open_step(context, site, issuer)
    walk = OnBothWidths(page, site.url, shots, "remitente")
    own, default = page.get_by_label(OWN, exact=True), page.get_by_label(DEFAULT, exact=True)
    expect(default).to_be_checked()
    walk.look("al-abrir")

    own.check()
    assert all(fields(page))
    walk.look("propio")
    walk.fill(**FILLED)
    default.check()
    assert not any(fields(page))
    walk.look("predeterminado")

    own.check()
    for label, value in FILLED.items():
        expect(page.get_by_label(label, exact=True)).to_have_value(value)


def test_by_keyboard_alone(site: Stack, context: BrowserContext, issuer: User, console: list[str]) -> None:
    page = open_step(context, site, issuer)
    page.get_by_label(DEFAULT, exact=True).focus()

    page.keyboard.press("ArrowDown")
    expect(page.get_by_label(OWN, exact=True)).to_be_focused()
    assert all(fields(page))
    page.keyboard.press("ArrowUp")

    assert not any(fields(page))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/configuracion/documentos/")
    assert not Mailbox.objects.exists()


def test_typing_chooses_one_s_own_and_choosing_the_default_drops_it(
    site: Stack, context: BrowserContext, issuer: User, console: list[str]
) -> None:
    page = open_step(context, site, issuer)
    own = page.get_by_label(OWN, exact=True)
    own.check()
    page.get_by_label("Servidor SMTP", exact=True).fill("smtp.example.com")
    expect(own).to_be_checked()

    page.get_by_label(DEFAULT, exact=True).check()
    page.get_by_role("button", name="Guardar y continuar", exact=True).click()

    expect(page).to_have_url(f"{site.url}/configuracion/documentos/")
    assert not Mailbox.objects.exists()
    assert StepState.objects.get(slug="correo").omitted


def test_a_refused_mailbox_stays_unfolded(
    site: Stack, context: BrowserContext, issuer: User, console: list[str]
) -> None:
    page = open_step(context, site, issuer)
    page.get_by_label(OWN, exact=True).check()
    page.get_by_label("Servidor SMTP", exact=True).fill("smtp.example.com")
    page.get_by_role("button", name="Guardar y continuar", exact=True).click()

    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page.get_by_label(OWN, exact=True)).to_be_checked()
    assert all(fields(page))


def test_without_a_script_nothing_is_folded_and_typing_is_choosing(
    site: Stack, browser: Browser, issuer: User
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = open_step(context, site, issuer)
    assert all(fields(page))
    for label, value in FILLED.items():
        page.get_by_label(label, exact=True).fill(value)

    page.get_by_role("button", name="Guardar y continuar", exact=True).click()

    expect(page).to_have_url(f"{site.url}/configuracion/documentos/")
    assert Mailbox.objects.get().host == "smtp.example.com"
    context.close()
