"""A distributor opens an account in admin, in a real browser, under the strict content policy."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from companies.models import Company
from mailing.models import Message
from tests.browser.walk import Walk
from tests.conftest import PASSWORD, make_distributor
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


class Wide(Walk):
    """Looks at each page on a desk and on a telephone.

    One test for both: admin's log names models by numbers that change when the test database is emptied,
    and the server remembers them.
    """

    def look(self, what: str) -> None:
        for width in (390, 1280):
            self.page.set_viewport_size({"width": width, "height": 900})
            super().look(f"{what}-{width}")


def test_a_distributor_opens_an_account(
    stack: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    page = context.new_page()
    walk = Wide(page, stack.url, shots, "admin")
    page.goto(f"{stack.url}/admin/companies/company/")
    walk.fill(Usuario=distributor.username, Contraseña=PASSWORD)
    walk.press("Entrar")

    page.get_by_role("link", name="Nueva cuenta").click()
    walk.look("nueva-cuenta")
    walk.press("Crear cuenta")
    expect(page.get_by_text("Falta «RFC»")).to_be_visible()
    walk.look("nueva-cuenta-errores")
    walk.fill(
        Nombre="FERRETERÍA EL ÑANDÚ",
        RFC="FNA190312AB3",
        **{"Nombre completo del contacto": "Begoña Ibáñez", "Correo electrónico": "begona@example.com"},
    )
    walk.press("Crear cuenta")
    expect(page).to_have_url(re.compile(r"/cuenta/$"))
    company = Company.objects.get(rfc="FNA190312AB3")
    expect(page.get_by_text(company.code, exact=True)).to_be_visible()
    walk.look("cuenta-creada")

    page.get_by_role("link", name="Ver la empresa").click()
    page.get_by_role("link", name="Reenviar credenciales").click()
    walk.look("reenviar-credenciales")
    walk.press("Reenviar credenciales")
    expect(page.get_by_text("se enviarán a begona@example.com")).to_be_visible()
    assert Message.objects.filter(kind="companies.credentials", company=company).count() == 2

    page.goto(f"{stack.url}/admin/companies/company/")
    page.locator("input[name=_selected_action]").first.check()
    page.locator("select[name=action]").select_option(label="Reenviar credenciales")
    page.get_by_role("button", name="Ejecutar").click()
    expect(page.get_by_text("Eligió 1 empresa.")).to_be_visible()
    walk.look("reenviar-a-varias")
