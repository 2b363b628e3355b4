"""An issuer dictates a diagnosis code, support corrects the RFC and reopens the step, the issuer finishes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from companies.models import User
from tests.browser.test_admin import Wide
from tests.browser.test_journey import assert_finished, credentials, make_account, make_uploads
from tests.browser.walk import Uploads, Walk
from tests.conftest import PASSWORD
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

NOTE = "Corregimos su RFC. Revise los datos y guarde este paso."


def refused(walk: Walk, uploads: Uploads) -> str:
    """Uploads a pair of another RFC than the account's; returns the code that the page shows."""
    walk.page.get_by_label("Archivo certificado (.cer)", exact=True).set_input_files(uploads.certificate)
    walk.page.get_by_label("Archivo llave (.key)", exact=True).set_input_files(uploads.key)
    walk.fill(**{"Contraseña de la llave": uploads.key_password})
    walk.press("Cargar sellos")
    expect(walk.page.get_by_text("El certificado es de PNA190312AB1").first).to_be_visible()
    code = re.search(r"\bCSD-[0-9A-Z]{4}\b", walk.page.locator("main").inner_text())
    assert code
    return code[0]


def correct(desk: Wide, url: str, code: str) -> None:
    """What support does while the issuer is on the telephone."""
    desk.page.goto(f"{url}/admin/certificates/diagnosis/")
    desk.fill(Usuario="soporte", Contraseña=PASSWORD)
    desk.press("Entrar")
    desk.page.locator("#searchbar").fill(code)
    desk.page.locator("#searchbar").press("Enter")
    desk.page.get_by_role("link", name=code).click()
    expect(desk.page.get_by_text("El certificado es de PNA190312AB1").first).to_be_visible()
    desk.page.get_by_role("link", name=re.compile("LA ÑAPA")).first.click()
    desk.page.get_by_role("link", name="Datos", exact=True).click()
    desk.page.get_by_label("RFC", exact=True).fill("PNA190312AB1")
    desk.press("Guardar")
    expect(desk.page.locator(".ask.success")).to_be_visible()
    desk.page.get_by_text("Más acciones").click()
    desk.page.get_by_role("link", name="Reabrir un paso").click()
    desk.page.get_by_label("Paso").select_option("datos-fiscales")
    desk.page.get_by_label("Nota para el emisor").fill(NOTE)
    desk.press("Reabrir un paso")
    expect(desk.page.get_by_text(NOTE).first).to_be_visible()
    desk.page.get_by_role("link", name="Sellos", exact=True).click()
    expect(desk.page.get_by_text(code).first).to_be_visible()
    desk.look("sellos")


def test_support_corrects_an_rfc_and_the_issuer_finishes(
    stack: Stack,
    browser: Browser,
    context: BrowserContext,
    console: list[str],
    support: User,
    shots: Path | None,
    tmp_path: Path,
) -> None:
    email = "panaderia@example.com"
    company = make_account("PANADERÍA LA ÑAPA", "PNA190321AB1", email)  # two digits changed places
    uploads = make_uploads(tmp_path, "PNA190312AB1", company.name)
    walk = Walk(context.new_page(), stack.url, shots, "dictado")
    walk.sign_in(*credentials(stack, email))
    walk.accept_the_notice()
    walk.get_the_manual()
    walk.fill_in_the_company()
    walk.replace_the_password()
    walk.show_the_logo(uploads)

    code = refused(walk, uploads)
    desk = browser.new_context(locale="es-MX")
    correct(Wide(desk.new_page(), stack.url, shots, "soporte"), stack.url, code)
    desk.close()

    walk.page.goto(f"{stack.url}/configuracion/")
    expect(walk.page.get_by_text(NOTE)).to_be_visible()
    walk.look("nota")
    walk.page.goto(f"{stack.url}/configuracion/datos-fiscales/")
    expect(walk.page.get_by_text(NOTE)).to_be_visible()
    walk.save("direccion-fiscal")
    walk.page.goto(f"{stack.url}/configuracion/sellos/")
    walk.load_the_csd(uploads)
    walk.skip_the_mailbox()
    walk.choose_the_documents()
    walk.try_invoice()
    walk.finish()
    company.refresh_from_db()
    assert_finished(company)
