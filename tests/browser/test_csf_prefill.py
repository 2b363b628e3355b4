"""Steps 4 to 6 after a Constancia: what is still typed is counted. With JavaScript, and without."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from companies.models import Address, Company, PrivacyNotice, User
from tests.browser.walk import check
from tests.companies.csf.constancias import Csf, Domicile, Layout
from tests.companies.csf.pdfs import pdf_of
from tests.conftest import PASSWORD
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
MOST_TYPED = 12
# The text over a scan: no accents, no number, another name in the head.
SCANNED = Csf(
    layout=Layout(ocr=True),
    status="",
    head_name="PANADERIA LA NAPA",
    address=Domicile(exterior_number="", locality="30210010"),
    regimes=(
        ("Régimen General de Ley Personas Morales", "01/01/2010", ""),
        ("Régimen Simplificado de Confianza", "01/01/2022", ""),
    ),
)


@dataclass
class Typist:
    """Types into fields and counts."""

    page: Page
    typed: int = 0

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)
        self.typed += 1

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def save(self, then: str) -> None:
        self.press("Guardar y continuar")
        expect(self.page).to_have_url(re.compile(f"/configuracion/{then}/"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "sin-script"])
def test_at_most_twelve_values_are_typed_after_a_constancia(
    site: Stack,
    browser: Browser,
    issuer: User,
    tmp_path: Path,
    shots: Path | None,
    capsys: pytest.CaptureFixture[str],
    script: bool,
) -> None:
    _accept_the_notice(issuer)
    file = tmp_path / "constancia.pdf"
    file.write_bytes(pdf_of(replace(Csf(), issued=timezone.localdate())))
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    page = context.new_page()
    typist = Typist(page)
    look = _looker(page, shots, script)
    page.goto(f"{site.url}/entrar/")
    page.get_by_label("Usuario", exact=True).fill(issuer.username)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    typist.press("Entrar")

    page.get_by_role("link", name="Llenar con mi Constancia de Situación Fiscal (PDF)").click()
    page.get_by_label("Constancia de Situación Fiscal (PDF)", exact=True).set_input_files(file)
    look("subir")
    typist.press("Leer mi constancia")
    expect(page.get_by_role("button", name="Tomar los datos marcados", exact=True)).to_be_visible()
    look("tabla")
    typist.press("Tomar los datos marcados")
    expect(page).to_have_url(re.compile("/configuracion/datos-fiscales/"))
    look("paso4")
    typist.fill("Teléfono", "4771234567")
    typist.save("direccion-fiscal")
    look("paso5")
    state, municipality = (page.get_by_label(name, exact=True) for name in ("Estado", "Municipio"))
    for code, where in (("06000", ("Ciudad de México", "Cuauhtémoc")), ("37000", ("Guanajuato", "León"))):
        page.get_by_label("Código postal", exact=True).fill(code)
        if not script:
            typist.press("Buscar código postal")
        expect(state).to_have_value(where[0])
        expect(municipality).to_have_value(where[1])
    typist.save("direccion-de-emision")
    typist.press("Copiar dirección fiscal")
    expect(page.get_by_text("Copiamos su dirección fiscal.")).to_be_visible()
    look("paso6")
    typist.save("usuario")
    context.close()

    with capsys.disabled():
        print(f"\nvalues typed in steps 4 to 6 after a constancia: {typist.typed}")
    assert typist.typed <= MOST_TYPED
    company = Company.objects.get(users=issuer)
    assert (company.tax_regime, company.expedition_place) == ("601", "37000")
    assert company.addresses.get(kind=Address.Kind.ISSUING).follows_fiscal


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_table_says_of_each_value_how_sure_it_is(
    site: Stack, browser: Browser, issuer: User, tmp_path: Path, shots: Path | None, width: int
) -> None:
    _accept_the_notice(issuer)
    file = tmp_path / "escaneo.pdf"
    file.write_bytes(pdf_of(SCANNED))
    page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
    page.goto(f"{site.url}/entrar/")
    page.get_by_label("Usuario", exact=True).fill(issuer.username)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()

    page.goto(f"{site.url}/configuracion/constancia/")
    page.get_by_label("Constancia de Situación Fiscal (PDF)", exact=True).set_input_files(file)
    page.get_by_role("button", name="Leer mi constancia", exact=True).click()
    take = page.get_by_role("button", name="Tomar los datos marcados", exact=True)
    expect(take).to_be_visible()
    expect(page.get_by_label("Tomar Código postal", exact=True)).to_be_checked()
    # The layer has lost its accents and Ñ: the texts of the address are doubtful, too.
    expect(page.get_by_label("Tomar Calle", exact=True)).not_to_be_checked()
    expect(page.get_by_label("Tomar Nombre", exact=True)).not_to_be_checked()
    expect(page.get_by_role("row").filter(has_text="Nombre").first).to_contain_text("Dudoso")
    expect(page.get_by_role("row").filter(has_text="Localidad")).to_contain_text("Vacío en el documento")
    check(page, "dudosa")
    if shots:
        page.screenshot(path=shots / f"constancia-dudosa-{width}.png", full_page=True)
    for doubtful in ("Calle", "Colonia", "Municipio", "Estado"):
        page.get_by_label(f"Tomar {doubtful}", exact=True).check()
    take.click()
    expect(page.get_by_role("alert")).to_contain_text("Falta «No. Ext.»")
    check(page, "dudosa-errores")
    if shots:
        page.screenshot(path=shots / f"constancia-errores-{width}.png", full_page=True)
    page.get_by_label("Escriba «No. Ext.»").fill("7")
    take.click()
    expect(page).to_have_url(re.compile("/configuracion/datos-fiscales/"))
    assert Address.objects.get().exterior_number == "7"


def _accept_the_notice(issuer: User) -> None:
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    assert issuer.company is not None
    notice.accept(issuer.company, issuer, "127.0.0.1", "")


def _looker(page: Page, shots: Path | None, script: bool) -> Callable[[str], None]:
    def look(what: str) -> None:
        if shots:
            page.screenshot(path=shots / f"constancia-{script}-{what}.png", full_page=True)
        if script:
            check(page, what)

    return look
