"""Steps 4 and 5 filled in from the SAT's validator, by a real worker. With JavaScript, and without."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from companies.models import Company, PrivacyNotice, User, ValidatorQuery
from facturamos.https import StandIn
from tests.browser.walk import check
from tests.companies.csf.test_pictures import page as photographed
from tests.companies.csf.test_pictures import saved
from tests.conftest import PASSWORD
from tests.stack import Stack, running, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
UPDATE = "Actualizar estado"


@pytest.fixture
def stack(
    transactional_db: None, tmp_path_factory: pytest.TempPathFactory, stand_in: StandIn
) -> Iterator[Stack]:
    """The running product, which may ask the SAT and gets its answers from the stand-in."""
    more = {
        "SAT_VALIDATOR": "on",
        "SAT_VALIDATOR_STAND_IN": f"{stand_in.address}:{stand_in.port}",
        "SAT_VALIDATOR_AUTHORITY": stand_in.authority,
    }
    with running(tmp_path_factory.mktemp("stack"), more=more) as stack:
        yield stack


@pytest.mark.parametrize("script", [True, False], ids=["script", "sin-script"])
def test_a_photograph_of_the_code_fills_in_what_the_sat_says(
    stack: Stack, browser: Browser, issuer: User, tmp_path: Path, script: bool
) -> None:
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    assert issuer.company is not None
    notice.accept(issuer.company, issuer, "127.0.0.1", "")
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(saved(photographed(1600, 1200, 500, 3), "JPEG"))
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{stack.url}/entrar/?next=/configuracion/constancia/")
    page.get_by_label("Usuario", exact=True).fill(issuer.username)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    press(page, "Entrar")

    page.get_by_label("idCIF", exact=True).fill("15010000404")
    press(page, "Consultar al SAT")
    wait_for_the_sat(page, script=script)
    expect(page.get_by_text("El SAT no encontró una cédula").first).to_be_visible()
    if script:
        check(page, "no encontrada")
    page.get_by_label("O elija un archivo con el código QR", exact=True).set_input_files(photo)
    press(page, "Consultar al SAT")
    wait_for_the_sat(page, script=script)
    expect(page.get_by_role("heading", name="Esto dice el SAT")).to_be_visible()
    if script:
        check(page, "tabla")
    press(page, "Tomar los datos marcados")

    expect(page).to_have_url(re.compile("/configuracion/datos-fiscales/"))
    context.close()
    company = Company.objects.get(users=issuer)
    assert (company.name, company.tax_regime) == ("PANADERÍA LA ÑAPA & HIJOS", "601")


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def wait_for_the_sat(page: Page, *, script: bool) -> None:
    """With JavaScript the page looks by itself; without, its button does."""
    if not script:
        wait_for(lambda: not ValidatorQuery.objects.unfinished().exists())
        if page.get_by_role("button", name=UPDATE).count():
            press(page, UPDATE)
    expect(page.get_by_text("Estamos preguntando al SAT")).to_have_count(0)
