"""A distributor opens an account in admin, in a real browser, under the strict content policy."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from companies.models import Address, Company, User
from mailing.models import Message
from tests.browser.walk import Walk
from tests.companies.csf.constancias import MORAL, Csf
from tests.companies.csf.documents import scan
from tests.companies.csf.pdfs import pdf_of
from tests.conftest import PASSWORD, make_distributor
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
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
    site: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    page = context.new_page()
    walk = Wide(page, site.url, shots, "admin")
    page.goto(f"{site.url}/admin/companies/company/")
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

    page.goto(f"{site.url}/admin/companies/company/")
    page.locator("input[name=_selected_action]").first.check()
    page.locator("select[name=action]").select_option(label="Reenviar credenciales")
    page.get_by_role("button", name="Ejecutar").click()
    expect(page.get_by_text("Eligió 1 empresa.")).to_be_visible()
    walk.look("reenviar-a-varias")


def test_a_distributor_fills_the_form_with_a_constancia(
    site: Stack,
    context: BrowserContext,
    console: list[str],
    support: User,
    shots: Path | None,
    tmp_path: Path,
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    old = replace(Csf(issued=timezone.localdate() - timedelta(days=100)), status="SUSPENDIDO")
    file, scanned = tmp_path / "CSF de la Ñapa.pdf", tmp_path / "foto.pdf"
    file.write_bytes(pdf_of(old))
    scanned.write_bytes(scan())
    page = context.new_page()
    walk = Wide(page, site.url, shots, "constancia")
    page.goto(f"{site.url}/admin/companies/company/add/")
    walk.fill(Usuario=distributor.username, Contraseña=PASSWORD)
    walk.press("Entrar")

    upload = page.get_by_label("Constancia de Situación Fiscal (PDF)", exact=True)
    walk.fill(Nombre="LA ÑAPA", **{"Correo electrónico": "napa@example.com"})
    upload.set_input_files(scanned)
    walk.press("Llenar con la constancia")
    expect(page.get_by_text("Este PDF es una foto o un escaneo")).to_be_visible()
    expect(page.get_by_label("Nombre", exact=True)).to_have_value("LA ÑAPA")
    walk.look("rechazada")
    upload.set_input_files(file)
    walk.press("Llenar con la constancia")
    expect(page.get_by_text("Llenamos el formulario con la constancia")).to_be_visible()
    expect(page.get_by_label("Calle", exact=True)).to_have_value("AVENIDA DE LOS ÑANDÚES")
    walk.look("leida")
    # The script fills in what the postal code decides, as on step 5.
    page.get_by_label("Estado", exact=True).fill("")
    page.get_by_label("Código postal", exact=True).fill("06000")
    expect(page.get_by_label("Estado", exact=True)).to_have_value("Ciudad de México")
    page.get_by_label("Código postal", exact=True).fill("37000")
    expect(page.get_by_label("Estado", exact=True)).to_have_value("Guanajuato")
    page.get_by_label("Nombre completo del contacto", exact=True).fill("Begoña Ibáñez")
    page.get_by_label("Nombre completo del contacto", exact=True).press("Enter")
    expect(page).to_have_url(re.compile(r"/cuenta/$"))
    company = Company.objects.get(rfc=MORAL)
    assert (company.csf_name, company.tax_regime) == ("PANADERÍA LA ÑAPA & HIJOS", "601")
    assert company.addresses.get().state == "Guanajuato"

    Address.objects.update(in_catalogue=False)
    page.locator(".admin-top .menu-own summary").click()
    page.get_by_role("button", name="Cerrar sesión").click()
    page.goto(f"{site.url}/admin/companies/company/{company.pk}/historial/")
    walk.fill(Usuario=support.username, Contraseña=PASSWORD)
    walk.press("Entrar")
    origins = page.get_by_role("group", name="Dirección fiscal")
    expect(origins.get_by_role("row", name="Calle")).to_contain_text("Constancia (distribuidor)")
    expect(origins.get_by_role("row", name="Código postal")).to_contain_text("por revisar")
    walk.look("historial")
