"""Every kind of page of admin, as narrow as a telephone and as wide as a desk, by day and by night."""

from pathlib import Path
from typing import Literal

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Browser, BrowserContext, Page, expect

from companies.models import PrivacyNotice, User
from onboarding.models import Download
from tests.browser.walk import COLOURS, RULES, Rules, check
from tests.conftest import PASSWORD
from tests.onboarding.backoffice.rows import rows_of
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABS = ("resumen", "change", "pasos", "sellos", "correo", "personas", "documentos", "notas", "historial")
WIDTHS = (320, 390, 1280)
SCHEMES: tuple[tuple[Literal["light", "dark"], Rules], ...] = (("light", RULES), ("dark", COLOURS))


def pages(issuer: User) -> list[str]:
    """One of each kind: lists, a row to read or to change, what is deleted, done, asked and written down."""
    rows_of(issuer)
    company = issuer.company
    assert company is not None
    csd = company.csds.get()
    draft = PrivacyNotice.objects.create(version="otro", text="Aviso.")
    download = Download.objects.create(title="Manual", file=ContentFile(b"1.0", "manual.pdf"))
    theirs = f"companies/company/{company.pk}"
    return [
        "",
        "companies/company/",
        "companies/company/?q=nadie-se-llama-asi",
        "mailing/message/",
        "companies/company/add/",
        "backoffice/accountimport/add/",
        *(f"{theirs}/{tab}/" for tab in TABS),
        f"{theirs}/history/",
        f"{theirs}/eliminar-empresa/",
        f"certificates/csd/{csd.pk}/change/",
        f"companies/user/{issuer.pk}/change/",
        f"companies/privacynotice/{draft.pk}/change/",
        f"companies/privacynotice/{draft.pk}/delete/",
        f"onboarding/download/{download.pk}/change/",
        "password_change/",
    ]


def signed_in(page: Page, site: Stack, user: User) -> None:
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Usuario", exact=True).fill(user.username)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()


def test_every_kind_of_page_fits_and_can_be_read(
    site: Stack, page: Page, support: User, issuer: User, shots: Path | None
) -> None:
    signed_in(page, site, support)
    for address in pages(issuer):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{site.url}/admin/{address}")
            for scheme, rules in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                if shots:
                    name = address.strip("/").replace("/", "-") or "inicio"
                    page.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)
                check(page, f"{address} {width} {scheme}", rules)


def test_a_slash_leads_to_the_search_and_a_menu_closes_by_itself(
    site: Stack, context: BrowserContext, console: list[str], support: User
) -> None:
    page = context.new_page()
    signed_in(page, site, support)
    page.goto(f"{site.url}/admin/companies/company/")
    page.keyboard.press("/")
    expect(page.locator("input[type=search]").first).to_be_focused()
    page.keyboard.type("/a")
    expect(page.locator("input[type=search]").first).to_have_value("/a")

    more = page.locator("summary", has_text="Más")
    more.click()
    expect(page.get_by_role("link", name="Avisos de privacidad")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Avisos de privacidad")).to_be_hidden()
    more.click()
    page.locator("h1").click()
    expect(page.get_by_role("link", name="Avisos de privacidad")).to_be_hidden()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_filter_opens_lies_on_the_screen(
    site: Stack, page: Page, support: User, issuer: User, width: int
) -> None:
    rows_of(issuer)
    page.set_viewport_size({"width": width, "height": 900})
    signed_in(page, site, support)
    for address in (
        "companies/address/",
        "companies/company/",
        "certificates/diagnosis/",
        "mailing/message/",
    ):
        page.goto(f"{site.url}/admin/{address}")
        for menu in page.locator(".menu.filter").all():
            menu.locator("summary").click()
            box = menu.locator("ul").bounding_box()
            assert box is not None
            assert box["x"] >= 0, address
            assert box["x"] + box["width"] <= width, address
            page.keyboard.press("Escape")


def test_the_tabs_work_without_a_script(site: Stack, browser: Browser, support: User, issuer: User) -> None:
    rows_of(issuer)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    signed_in(page, site, support)
    page.goto(f"{site.url}/admin/companies/company/{issuer.company_id}/resumen/")
    for tab in ("Datos", "Pasos", "Sellos", "Correo", "Personas", "Documentos", "Notas", "Historial"):
        page.get_by_label("Páginas de la empresa").get_by_role("link", name=tab, exact=True).click()
        expect(page.locator(".tabs [aria-current=page]")).to_have_text(tab)
    page.locator("summary", has_text="Más acciones").click()
    page.get_by_role("link", name="Cambiar de distribuidor…").click()
    expect(page.get_by_role("heading", name="Cambiar de distribuidor")).to_be_visible()
    context.close()
