"""Doubts and postal codes as a person meets them: mouse, keyboard, with and without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from companies.models import Address, Company, PrivacyNotice, User
from tests.browser.walk import check
from tests.conftest import PASSWORD
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
SIZES = (1280, 390, 320)
TYPED = {"Nombre": "Panadería Prueba 12, S.A. de C.V.", "Teléfono": "477 123 4567"}


def open_step(site: Stack, browser: Browser, issuer: User, slug: str, *, script: bool = True) -> Page:
    """The issuer, signed in and past the notice, on a step."""
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    assert issuer.company is not None
    Company.objects.filter(users=issuer).update(rfc="EKU9003173C9", expedition_place="37000")
    notice.accept(issuer.company, issuer, "127.0.0.1", "")
    page = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{site.url}/entrar/?next=/configuracion/{slug}/")
    page.get_by_label("Usuario", exact=True).fill(issuer.username)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    expect(page).to_have_url(re.compile(f"/configuracion/{slug}/"))
    return page


def type_the_name(page: Page) -> None:
    for label, value in TYPED.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Régimen fiscal", exact=True).select_option("601")
    page.get_by_label("Nombre", exact=True).press("Enter")
    expect(
        page.get_by_role("heading", name="El SAT lo pide sin régimen societario y en mayúsculas")
    ).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "sin-script"])
def test_enter_asks_once_and_one_click_takes_the_proposal(
    site: Stack, browser: Browser, issuer: User, shots: Path | None, script: bool
) -> None:
    page = open_step(site, browser, issuer, "datos-fiscales", script=script)

    type_the_name(page)
    for width in SIZES if script else ():
        page.set_viewport_size({"width": width, "height": 844})
        check(page, f"duda-{width}")
        if shots:
            page.screenshot(path=shots / f"duda-{width}.png", full_page=True)
    expect(page.locator("#dudas")).to_be_focused()
    expect(page.locator("#dudas")).to_be_in_viewport()
    page.get_by_role("button", name="Usar este nombre", exact=True).click()

    expect(page).to_have_url(re.compile("/configuracion/direccion-fiscal/"))
    assert Company.objects.get(users=issuer).name == "PANADERÍA PRUEBA 12"


def test_the_keyboard_alone_keeps_what_was_typed(site: Stack, browser: Browser, issuer: User) -> None:
    page = open_step(site, browser, issuer, "datos-fiscales")
    type_the_name(page)

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Dejarlo como lo escribí", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/configuracion/direccion-fiscal/"))
    assert Company.objects.get(users=issuer).name == TYPED["Nombre"]


def test_enter_twice_goes_on(site: Stack, browser: Browser, issuer: User) -> None:
    page = open_step(site, browser, issuer, "datos-fiscales")
    type_the_name(page)

    page.get_by_label("Teléfono", exact=True).press("Enter")

    expect(page).to_have_url(re.compile("/configuracion/direccion-fiscal/"))


def test_a_colonia_goes_with_its_postal_code_and_several_are_a_list(
    site: Stack, browser: Browser, issuer: User, shots: Path | None
) -> None:
    page = open_step(site, browser, issuer, "direccion-fiscal")
    code, colonia = (page.get_by_label(name, exact=True) for name in ("Código postal", "Colonia"))
    options = page.get_by_label("Colonias de este código postal")
    expect(colonia).to_have_value("Centro")  # the only one of the lugar de expedición
    expect(options).to_be_hidden()

    code.fill(" 64 000")  # as it is pasted
    expect(page.get_by_label("Municipio", exact=True)).to_have_value("Monterrey")
    expect(colonia).to_have_value("")
    expect(options).to_be_visible()
    check(page, "colonias")
    if shots:
        page.screenshot(path=shots / "colonias.png", full_page=True)
    names = options.locator("option").all_text_contents()[1:-1]
    assert len(names) > 1
    options.select_option(names[1])
    expect(colonia).to_have_value(names[1])

    options.select_option("otra")
    expect(colonia).to_be_focused()
    colonia.fill("Lomas Nuevas")
    code.fill("06000")
    expect(page.get_by_label("Estado", exact=True)).to_have_value("Ciudad de México")
    expect(colonia).to_have_value("Lomas Nuevas")
    for label, value in {"Calle": "Hidalgo", "No. Ext.": "7"}.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Calle", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("/configuracion/direccion-de-emision/"))
    address = Address.objects.get()
    assert (address.postal_code, address.neighborhood, address.state) == (
        "06000",
        "Lomas Nuevas",
        "Ciudad de México",
    )
    check(page, "emision")
    if shots:
        page.screenshot(path=shots / "emision.png", full_page=True)


def test_a_list_without_javascript(site: Stack, browser: Browser, issuer: User) -> None:
    page = open_step(site, browser, issuer, "direccion-fiscal", script=False)
    page.get_by_label("Código postal", exact=True).fill("64000")
    page.get_by_role("button", name="Buscar código postal", exact=True).click()
    options = page.get_by_label("Colonias de este código postal")
    # One is waited for, all would be those of the page as it stands.
    chosen = (options.locator("option").nth(2).text_content() or "").strip()
    options.select_option(chosen)
    for label, value in {"Calle": "Hidalgo", "No. Ext.": "7"}.items():
        page.get_by_label(label, exact=True).fill(value)

    page.get_by_role("button", name="Guardar y continuar", exact=True).click()

    expect(page).to_have_url(re.compile("/configuracion/direccion-de-emision/"))
    assert Address.objects.get().neighborhood == chosen


@pytest.mark.parametrize("before", ["", "64000", "６４０００"], ids=["de-la-pagina", "tecleado", "ancho"])
def test_an_unknown_code_leaves_nothing_of_the_former(
    site: Stack, browser: Browser, issuer: User, before: str
) -> None:
    """What the page came with was looked up by the server, the rest by the script."""
    page = open_step(site, browser, issuer, "direccion-fiscal")
    code, state = (page.get_by_label(name, exact=True) for name in ("Código postal", "Estado"))
    expect(state).to_have_value("Guanajuato")
    if before:
        code.fill(before)
        expect(state).to_have_value("Nuevo León")
        page.get_by_label("Colonias de este código postal").select_option(index=1)
    page.get_by_label("Localidad", exact=True).fill("La mía")

    code.fill("99998")

    for label in ("Estado", "Municipio", "Colonia"):
        expect(page.get_by_label(label, exact=True)).to_have_value("")
    expect(page.get_by_label("Localidad", exact=True)).to_have_value("La mía")
    expect(page.get_by_label("Colonias de este código postal")).to_be_hidden()
    expect(page.locator("[data-place-says]")).to_contain_text("99998")
    code.fill("37000")
    expect(state).to_have_value("Guanajuato")


def test_a_colonia_left_behind_is_told_without_javascript(
    site: Stack, browser: Browser, issuer: User, shots: Path | None
) -> None:
    page = open_step(site, browser, issuer, "direccion-fiscal", script=False)
    for label, value in {"Código postal": "64000", "Calle": "Hidalgo", "No. Ext.": "7"}.items():
        page.get_by_label(label, exact=True).fill(value)

    page.get_by_role("button", name="Guardar y continuar", exact=True).click()

    told = page.get_by_role("link", name="«Centro» es una colonia del código postal 37000.")
    expect(told).to_be_visible()
    expect(page.get_by_label("Municipio", exact=True)).to_have_value("Monterrey")
    expect(page.get_by_label("Colonias de este código postal")).to_be_visible()
    assert not Address.objects.exists()
    if shots:
        page.screenshot(path=shots / "colonia-de-otro.png", full_page=True)
