"""An ideal person at work: no slip, nothing read twice. What it types, clicks and waits is counted.

A value is typed where a key must be pressed for it; a choice from a list or of a file is a click. Enter sends
a form in which something was typed; elsewhere a button is clicked.
"""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from companies.models import Company, Distributor, PrivacyNotice
from onboarding.account_opening import open_account
from tests.browser.test_journey import assert_finished, credentials, make_uploads
from tests.browser.walk import NEW_PASSWORD, Uploads
from tests.companies.csf.constancias import Csf
from tests.companies.csf.pdfs import pdf_of
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

MOST_TYPED = {"con constancia": 5, "sin constancia": 10}
MOST_CLICKS = 16
NAME = "PANADERÍA LA ÑAPA"
PHONE = "477 123 4567"


@dataclass
class IdealPerson:
    """Types, clicks and chooses by the guide's labels, and counts."""

    page: Page
    typed: list[str] = field(default_factory=list)
    clicked: list[str] = field(default_factory=list)

    def type(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)
        self.typed.append(label)

    def enter(self) -> None:
        self.page.keyboard.press("Enter")

    def click(self, name: str, role: str = "button") -> None:
        target = self.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        self._click(target.first, name)

    def _click(self, target: Locator, name: str) -> None:
        target.click()
        self.clicked.append(name)

    def tick(self, label: str) -> None:
        self._click(self.page.get_by_label(label, exact=True), label)

    def choose(self, label: str, value: str) -> None:
        """From a list."""
        self.page.get_by_label(label, exact=True).select_option(value)
        self.clicked.append(label)

    def choose_file(self, label: str, file: Path) -> None:
        self.page.get_by_label(label, exact=True).set_input_files(file)
        self.clicked.append(label)

    def is_at(self, slug: str) -> None:
        expect(self.page).to_have_url(re.compile(f"/configuracion/{slug}/"))

    def has(self, label: str, value: str) -> None:
        """Filled in without anybody typing it."""
        expect(self.page.get_by_label(label, exact=True)).to_have_value(value)


def sign_in(person: IdealPerson, stack: Stack, email: str) -> None:
    """From the link in the mail."""
    username, password = credentials(stack, email)
    (mail,) = [mail for mail in stack.mails() if email in str(mail["To"])]
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    link = re.search(r"^https?://[^/]+(/entrar/\S*)", text, re.MULTILINE)
    assert link, text
    person.page.goto(f"{stack.url}{link[1]}")
    person.has("Usuario", username)
    person.type("Contraseña", password)
    person.enter()
    expect(person.page).to_have_url(re.compile("/configuracion/$"))


def accept_the_notice(person: IdealPerson) -> None:
    person.click("Seguir con Aviso de privacidad", "link")
    person.tick("Acepto el aviso de privacidad")
    person.click("Guardar y continuar")
    person.is_at("carta-manifiesto")
    person.click("Continuar")
    person.is_at("datos-fiscales")


def fill_in_with_the_constancia(person: IdealPerson, file: Path, *, phone: str) -> None:
    """Steps 4 and 5 on one page."""
    person.click("Llenar con mi Constancia de Situación Fiscal (PDF)", "link")
    person.choose_file("Constancia de Situación Fiscal (PDF)", file)
    person.click("Leer mi constancia")
    if not phone:
        person.type("Teléfono", PHONE)
    person.click("Tomar los datos marcados")
    person.is_at("direccion-de-emision")


def fill_in_by_hand(person: IdealPerson, *, script: bool, phone: str) -> None:
    """Steps 4 and 5, from paper."""
    if phone:
        person.has("Teléfono", PHONE)
    else:
        person.type("Teléfono", PHONE)
    person.type("Lugar de expedición", "37000")
    person.choose("Régimen fiscal", "601")
    person.click("Guardar y continuar")
    person.is_at("direccion-fiscal")
    for label, value in (("Código postal", "37000"), ("Estado", "Guanajuato"), ("Municipio", "León")):
        person.has(label, value)
    if person.page.get_by_label("Colonias de este código postal").is_visible():
        person.choose("Colonias de este código postal", "Centro")
    if script:
        person.has("Colonia", "Centro")
    person.type("Calle", "Avenida de los Ñandúes")
    person.type("No. Ext.", "12-B")
    person.enter()
    person.is_at("direccion-de-emision")


def keep_it_equal(person: IdealPerson) -> None:
    expect(person.page.get_by_label("Igual a la fiscal", exact=True)).to_be_checked()
    person.click("Guardar y continuar")
    person.is_at("usuario")


def choose_a_password(person: IdealPerson) -> None:
    person.has("Teléfono", PHONE)
    person.type("Contraseña", NEW_PASSWORD)
    person.type("Confirme su contraseña", NEW_PASSWORD)
    person.enter()
    person.is_at("logotipo")


def load_the_csd(person: IdealPerson, uploads: Uploads) -> None:
    person.choose_file("Archivo certificado (.cer)", uploads.certificate)
    person.choose_file("Archivo llave (.key)", uploads.key)
    person.type("Contraseña de la llave", uploads.key_password)
    person.enter()
    ready = person.page.get_by_role("link", name="Continuar", exact=True)
    refresh = person.page.get_by_text("Actualizar estado", exact=True)
    until = time.monotonic() + 30
    while not ready.count() and time.monotonic() < until:
        if refresh.count() and refresh.first.is_visible():
            refresh.first.click()  # the way without JavaScript, as often as one likes
        person.page.wait_for_timeout(200)
    person.click("Continuar", "link")
    person.is_at("correo")


def finish(person: IdealPerson) -> None:
    expect(person.page.get_by_label(re.compile("^Usar facturamos@"))).to_be_checked()
    person.click("Guardar y continuar")
    person.is_at("documentos")
    expect(person.page.get_by_label("Factura", exact=True)).to_be_checked()
    person.click("Guardar y continuar")
    person.is_at("terminar")
    person.click("Finalizar configuración")
    expect(person.page).to_have_url(re.compile("/panel/"))


def make_company(phone: str) -> Company:
    """As a distributor opens an account, with the telephone of its client or without."""
    PrivacyNotice(version="1", text="Cuidamos sus datos.").publish()
    distributor = Distributor.objects.create(name="Distribuidora del Bajío")
    user = open_account(
        distributor=distributor,
        name=NAME,
        rfc="PNA190312AB1",
        full_name="Íñigo Peña",
        email="ideal@example.com",
        phone=phone,
    )
    assert user.company is not None
    return user.company


@pytest.mark.parametrize("phone", [PHONE, ""], ids=["con numero", "sin numero"])
@pytest.mark.parametrize("script", [True, False], ids=["con script", "sin script"])
@pytest.mark.parametrize("way", MOST_TYPED)
def test_few_values_few_clicks(
    stack: Stack,
    browser: Browser,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    way: str,
    script: bool,
    phone: str,
) -> None:
    company = make_company(phone)
    constancia = tmp_path / "constancia.pdf"
    constancia.write_bytes(pdf_of(Csf(name=NAME, head_name=NAME, issued=timezone.localdate())))
    uploads = make_uploads(tmp_path, company.rfc, company.name)
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    person = IdealPerson(context.new_page())
    began = time.monotonic()

    sign_in(person, stack, "ideal@example.com")
    accept_the_notice(person)
    if way == "con constancia":
        fill_in_with_the_constancia(person, constancia, phone=phone)
    else:
        fill_in_by_hand(person, script=script, phone=phone)
    keep_it_equal(person)
    choose_a_password(person)
    person.click("Omitir por ahora")
    person.is_at("sellos")
    load_the_csd(person, uploads)
    finish(person)

    seconds = time.monotonic() - began
    context.close()
    assert_finished(company)
    with capsys.disabled():
        print(
            f"\n{way}, {'con' if phone else 'sin'} teléfono, {'con' if script else 'sin'} JavaScript: "
            f"{len(person.typed)} values typed, "
            f"{len(person.clicked)} clicks, {seconds:.1f} s"
        )
    assert len(person.typed) <= MOST_TYPED[way], person.typed
    if way == "con constancia":
        assert len(person.clicked) <= MOST_CLICKS, person.clicked
