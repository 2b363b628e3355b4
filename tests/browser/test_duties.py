"""What a distributor's people do, in a real browser: the lead makes a clerk, who corrects an account."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from companies.models import User
from onboarding.account_opening import open_account
from tests.browser.test_admin import Wide
from tests.conftest import PASSWORD, make_colleague, make_distributor
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def open_as(page: Page, walk: Wide, user: User, url: str) -> None:
    page.context.clear_cookies()
    page.goto(url)
    walk.fill(Usuario=user.username, Contraseña=PASSWORD)
    walk.press("Entrar")


def test_a_lead_makes_a_clerk_and_a_clerk_corrects(
    site: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    lead = make_distributor("Distribuidora del Bajío")
    clerk = make_colleague(lead, User.DistributorRole.CLERK, "operador")
    reader = make_colleague(lead, User.DistributorRole.READER, "consulta")
    assert lead.distributor is not None
    opened = open_account(
        distributor=lead.distributor,
        name="PANADRÍA LA ÑAPA",
        rfc="PNA190312AB1",
        full_name="Lucía Peña",
        email="lucia@panadria.mx",
    )
    page = context.new_page()
    walk = Wide(page, site.url, shots, "funciones")

    open_as(page, walk, lead, f"{site.url}/admin/companies/user/add/")
    walk.fill(Usuario="nueva", **{"Nombre completo": "Nadia", "Correo electrónico": "nadia@example.com"})
    page.get_by_label("Función en el distribuidor").select_option(label="Operador")
    walk.look("alta")
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.locator("summary", has_text="Quiénes").click()
    page.get_by_role("link", name="Su personal").click()
    expect(page.get_by_role("link", name="nueva", exact=True).first).to_be_visible()
    assert User.objects.get(username="nueva").duty == "clerk"
    page.goto(f"{site.url}/admin/companies/user/{clerk.pk}/change/")
    walk.look("su-operador")

    company = f"{site.url}/admin/companies/company/{opened.company_id}"
    open_as(page, walk, clerk, f"{company}/change/")
    page.get_by_role("link", name="Corregir y reenviar…").click()
    walk.fill(Nombre="PANADERÍA LA ÑAPA", **{"Correo electrónico": "lucia@panaderia.mx"})
    walk.look("corregir")
    walk.press("Corregir y reenviar")
    expect(page.get_by_text("se enviarán a lucia@panaderia.mx")).to_be_visible()
    page.locator("summary", has_text="Más acciones").click()
    page.get_by_role("link", name="Cancelar cuenta…").click()
    walk.look("cancelar-cuenta")

    open_as(page, walk, reader, f"{company}/change/")
    expect(page.get_by_role("link", name="Corregir y reenviar…")).to_have_count(0)
