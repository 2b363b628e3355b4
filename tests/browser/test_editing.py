"""Support corrects a company while its issuer does, leaves a task, and reads who did what; in a browser."""

from pathlib import Path

import pghistory
import pytest
from playwright.sync_api import BrowserContext, expect

from companies.models import Address, Company, User
from tests.browser.test_admin import Wide
from tests.conftest import PASSWORD
from tests.onboarding.backoffice.rows import ADDRESS
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_two_correct_one_company(
    site: Stack, context: BrowserContext, console: list[str], shots: Path | None, issuer: User, support: User
) -> None:
    company = Company.objects.get(users=issuer)
    row = Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)
    page = context.new_page()
    walk = Wide(page, site.url, shots, "correccion")
    address = f"{site.url}/admin/companies/company/{company.pk}"
    page.goto(f"{site.url}/admin/companies/address/{row.pk}/change/")
    walk.fill(Usuario="soporte", Contraseña=PASSWORD)
    walk.press("Entrar")

    page.locator("#id_street").fill("La de soporte")
    page.locator("#id_reference").fill("Junto al río")
    with pghistory.context(user=issuer.pk, source="/configuracion/direccion-fiscal"):
        Address.objects.update(street="La del emisor", exterior_number="77")
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_role("heading", name="Estos datos cambiaron mientras usted escribía")).to_be_visible()
    expect(page.get_by_role("cell", name="Íñigo Peña")).to_be_visible()
    walk.look("choque")
    page.get_by_label("Dejar lo guardado en Calle").check()
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_text("Se guardó: ")).to_be_visible()
    row.refresh_from_db()
    assert (row.street, row.exterior_number, row.reference) == ("La del emisor", "77", "Junto al río")

    page.goto(f"{address}/notas/")
    walk.fill(Nota="Llamar por los sellos", **{"Para el día": "2030-01-15"})
    page.get_by_label("Atiende").select_option(label="Sofía Soporte (soporte)")
    walk.press("Guardar la nota")
    expect(page.get_by_text("Para el 15 de enero")).to_be_visible()
    walk.look("notas")

    page.goto(f"{site.url}/admin/companies/user/{support.pk}/change/")
    page.get_by_role("link", name="Qué hizo").click()
    page.get_by_role("link", name="Hoy").click()
    expect(page.get_by_text("Junto al río")).to_be_visible()
    expect(page.get_by_text("Entró").first).to_be_visible()
    walk.look("que-hizo")
    page.goto(f"{address}/history/")
    expect(page.get_by_text("La del emisor").first).to_be_visible()
    walk.look("historial")
