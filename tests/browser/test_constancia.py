"""Steps 4 to 6 after a Constancia: what is still typed is counted. With JavaScript, and without."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from companies.models import Address, Company, PrivacyNotice, User
from companies.services import record_acceptance
from tests.browser.walk import check
from tests.companies.csf.pdfs import Csf, pdf_of
from tests.conftest import PASSWORD
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
MOST_TYPED = 12


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
    stack: Stack,
    browser: Browser,
    issuer: User,
    tmp_path: Path,
    shots: Path | None,
    capsys: pytest.CaptureFixture[str],
    script: bool,
) -> None:
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    assert issuer.company is not None
    record_acceptance(notice, issuer.company, issuer, "127.0.0.1", "")
    file = tmp_path / "constancia.pdf"
    file.write_bytes(pdf_of(replace(Csf(), issued=timezone.localdate())))
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    page = context.new_page()
    typist = Typist(page)
    look = _looker(page, shots, script)
    page.goto(f"{stack.url}/entrar/")
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


def _looker(page: Page, shots: Path | None, script: bool) -> Callable[[str], None]:
    def look(what: str) -> None:
        if shots:
            page.screenshot(path=shots / f"constancia-{script}-{what}.png", full_page=True)
        if script:
            check(page, what)

    return look
