"""Errors that nobody can miss, in a browser: a worker's outcome, what is typed and chosen stays.

What holds of every page (Enter, the summary, a session over) is in tests/browser/test_pages.py.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, FilePayload, expect

from companies.models import Company, User
from mailing.models import Mailbox, MailboxTest
from tests.authority import known_ca
from tests.browser.inspection import sees_first
from tests.browser.test_mailbox import open_step
from tests.browser.walk import Walk
from tests.onboarding.answers import jpeg
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
WIDTHS = {"ancho": (1280, 900), "angosto": (390, 844)}


class OnBothWidths(Walk):
    """Looks at each state on a desk and on a telephone."""

    def look(self, what: str) -> None:
        for name, (width, height) in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            super().look(f"{what}-{name}")


def failed_test(company: Company) -> Mailbox:
    """A mailbox whose test found that there is no such server."""
    mailbox = Mailbox.objects.create(
        company=company,
        from_email="ventas@example.com",
        from_name="Ñapa",
        username="ventas",
        host="192.168.1.5",
        port=465,
        use_ssl=True,
    )
    MailboxTest.objects.create(
        mailbox=mailbox,
        to=["ana@example.com"],
        state="done",
        code="internal",
        message="«192.168.1.5» no es un servidor de correo en internet.",
        action="Escriba el nombre del servidor de su proveedor.",
    )
    return mailbox


def test_a_wrong_key_password_is_told_first_with_its_field(
    stack: Stack, context: BrowserContext, issuer: User, console: list[str], shots: Path | None
) -> None:
    page = open_step(context, stack, issuer)
    walk = OnBothWidths(page, stack.url, shots, "errores")
    pair = known_ca().issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{stack.url}/configuracion/sellos/#id_sellos-password")
    for label, name, content in (
        ("Archivo certificado (.cer)", "a.cer", pair.certificate),
        ("Archivo llave (.key)", "CSD_a.key", pair.key),
    ):
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
        page.get_by_label(label, exact=True).set_input_files(file)
    walk.fill(**{"Contraseña de la llave": "no-es-esta"})
    walk.press("Cargar sellos")

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("La contraseña no abre la llave")
    assert page.title().startswith("Error: ")
    sees_first(page, "a wrong key password")
    password = page.get_by_label("Contraseña de la llave", exact=True)
    expect(password).to_have_attribute("aria-invalid", "true")
    box = password.bounding_box()
    assert box is not None
    assert box["y"] < 1000  # within a thumb's swipe of the top, where 2319 was
    first = page.locator("#paso input:visible").first
    expect(first).to_have_attribute("name", "sellos-password")
    walk.look("contrasena")

    page.set_viewport_size({"width": 390, "height": 844})
    walk.fill(**{"Contraseña de la llave": pair.password.decode()})
    walk.press("Cargar sellos")
    expect(heading).to_have_text("Sus sellos están listos")
    expect(heading).to_be_focused()
    forward = page.get_by_role("link", name="Continuar", exact=True).bounding_box()
    assert forward is not None
    assert forward["y"] < 844
    walk.look("bien")


def test_a_failed_mail_test_is_an_error_page(
    site: Stack, context: BrowserContext, issuer: User, console: list[str], shots: Path | None
) -> None:
    assert issuer.company is not None
    failed_test(issuer.company)
    page = open_step(context, site, issuer)
    walk = OnBothWidths(page, site.url, shots, "errores")

    assert page.title().startswith("Error: ")
    sees_first(page, "a failed mail test")
    expect(page.get_by_role("heading", level=1)).to_have_text("El correo de prueba no salió")
    expect(page.get_by_label("Servidor SMTP", exact=True)).to_have_attribute("aria-invalid", "true")
    walk.look("correo")


def test_leaving_with_something_typed_asks_first(
    site: Stack, context: BrowserContext, issuer: User, console: list[str]
) -> None:
    page = open_step(context, site, issuer)
    page.goto(f"{site.url}/configuracion/datos-fiscales/")
    asked: list[str] = []

    def go(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", go)

    page.get_by_role("link", name="Volver", exact=True).click()
    expect(page).not_to_have_url(f"{site.url}/configuracion/datos-fiscales/")
    assert asked == []

    page.goto(f"{site.url}/configuracion/datos-fiscales/")
    page.get_by_label("Teléfono", exact=True).press_sequentially("477")
    page.get_by_role("link", name="Volver", exact=True).click()
    expect(page).not_to_have_url(f"{site.url}/configuracion/datos-fiscales/")
    assert asked == ["beforeunload"]


def test_a_chosen_file_survives_an_error_elsewhere(
    stack: Stack, context: BrowserContext, issuer: User, console: list[str]
) -> None:
    page = open_step(context, stack, issuer)
    walk = Walk(page, stack.url)
    pair = known_ca().issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA")
    page.goto(f"{stack.url}/configuracion/sellos/")
    key = page.get_by_label("Archivo llave (.key)", exact=True)
    key.set_input_files(FilePayload(name="CSD_a.key", mimeType="", buffer=pair.key))
    walk.press("Cargar sellos")

    expect(page.get_by_role("heading", name="Falta corregir 1 dato")).to_be_visible()
    sees_first(page, "an error elsewhere")
    assert page.title().startswith("Error: ")
    assert key.evaluate("field => field.files[0].name") == "CSD_a.key"

    # Only the other file, and the password, are left to give.
    certificate = page.get_by_label("Archivo certificado (.cer)", exact=True)
    certificate.set_input_files(FilePayload(name="a.cer", mimeType="", buffer=pair.certificate))
    walk.fill(**{"Contraseña de la llave": pair.password.decode()})
    walk.press("Cargar sellos")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sus sellos están listos")


def test_without_a_script_a_good_certificate_survives_an_error_elsewhere(
    stack: Stack, browser: Browser, issuer: User, shots: Path | None
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = open_step(context, stack, issuer)
    walk = Walk(page, stack.url)
    pair = known_ca().issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA")
    page.goto(f"{stack.url}/configuracion/sellos/")
    certificate = FilePayload(name="Mi Ñapa.cer", mimeType="", buffer=pair.certificate)
    page.get_by_label("Archivo certificado (.cer)", exact=True).set_input_files(certificate)
    walk.fill(**{"Contraseña de la llave": pair.password.decode()})
    walk.press("Cargar sellos")

    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_text("Archivo recibido: «Mi Ñapa.cer»")).to_be_visible()
    assert not page.evaluate(WIDER)
    if shots:
        page.screenshot(path=shots / "errores-sin-script-cer.png", full_page=True)
    # Only the key, and the password, are left to give.
    key = FilePayload(name=pair.key_name, mimeType="", buffer=pair.key)
    page.get_by_label("Archivo llave (.key)", exact=True).set_input_files(key)
    walk.fill(**{"Contraseña de la llave": pair.password.decode()})
    walk.press("Cargar sellos")
    heading = page.get_by_role("heading", level=1)
    while heading.inner_text() == "Estamos revisando sus sellos":
        walk.press("Actualizar estado")
        page.wait_for_load_state()
    expect(heading).to_have_text("Sus sellos están listos")
    context.close()


def test_a_picture_is_sent_when_the_network_is_back(
    site: Stack, context: BrowserContext, issuer: User
) -> None:
    page = open_step(context, site, issuer)
    page.goto(f"{site.url}/configuracion/logotipo/")
    picture = FilePayload(name="logo.jpg", mimeType="image/jpeg", buffer=jpeg())
    page.get_by_label("Imagen (JPG)", exact=True).set_input_files(picture)
    context.set_offline(True)
    page.get_by_role("button", name="Ver en la factura", exact=True).click()
    expect(page.get_by_text("No hay conexión")).to_be_visible()

    context.set_offline(False)
    page.get_by_role("button", name="Ver en la factura", exact=True).click()

    expect(page.get_by_role("img", name="Logotipo de PANADERÍA LA ÑAPA")).to_be_visible()
    expect(page.locator("#muestra")).to_be_in_viewport()
