"""Step 8: the sample follows the position and the document that are chosen, before anything is saved."""

import re

import pytest
from playwright.sync_api import Page, expect

from companies.models import User
from onboarding.models import StepState
from tests.browser.test_journey import make_account
from tests.browser.walk import violations_on
from tests.conftest import PASSWORD
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def sign_in(page: Page, site: Stack) -> None:
    company = make_account("PANADERÍA LA ÑAPA", "PNA190312AB1", "muestra@example.com")
    user = User.objects.get(company=company)
    user.set_password(PASSWORD)
    user.password_is_temporary = False
    user.save()
    page.goto(f"{site.url}/entrar/")
    page.get_by_label("Usuario", exact=True).fill(user.username)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.goto(f"{site.url}/configuracion/aviso-de-privacidad/")
    page.get_by_label("Acepto el aviso de privacidad").check()
    page.get_by_role("button", name="Guardar y continuar").click()


def test_the_sample_follows_what_is_chosen(site: Stack, page: Page, console: list[str]) -> None:
    sign_in(page, site)
    page.goto(f"{site.url}/configuracion/logotipo/")
    sample = page.get_by_role("img", name="Muestra de")
    link = page.get_by_role("link", name="Descargar esta muestra en PDF")
    expect(sample).to_have_attribute("src", re.compile("posicion=left&documento=invoice"))

    page.get_by_label("Derecha", exact=True).check()
    page.get_by_label("Documento de muestra").select_option("payroll")

    for shown, attribute in ((sample, "src"), (link, "href")):
        expect(shown).to_have_attribute(attribute, re.compile("posicion=right&documento=payroll"))
    expect(sample).to_have_attribute("alt", re.compile("Recibo de nómina"))
    assert sample.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0
    assert violations_on(page) == []
    assert not StepState.objects.filter(slug="logotipo").exists()
