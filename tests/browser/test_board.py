"""A distributor finds a stuck company on the board; support reopens a step; in a real browser."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from companies.models import User
from tests.browser.test_admin import Wide
from tests.conftest import PASSWORD, make_distributor, make_issuer
from tests.onboarding.backoffice.rows import rows_of
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_staff_follow_a_company(
    site: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    issuer = make_issuer(distributor, name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia")
    make_issuer(distributor, name="FERRETERÍA", rfc="FNA190312AB3", username="ferreteria")
    User.objects.filter(pk=issuer.pk).update(last_login=timezone.now() - timedelta(days=9))
    support = User(username="soporte", role=User.Role.SUPPORT, full_name="Sofía Soporte")
    support.set_password(PASSWORD)
    support.save()
    page = context.new_page()
    walk = Wide(page, site.url, shots, "tablero")
    page.goto(f"{site.url}/admin/companies/company/tablero/")
    walk.fill(Usuario=distributor.username, Contraseña=PASSWORD)
    walk.press("Entrar")
    walk.look("tablero")
    page.get_by_role("link", name="Detenida").click()
    expect(page.get_by_text("FERRETERÍA")).to_have_count(0)
    page.get_by_label("Nombre, RFC, código o correo").fill("ñapa")
    walk.press("Buscar")
    walk.look("detenida")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "PNA190312AB1" in Path(download.value.path()).read_text()
    page.get_by_role("link", name="PANADERÍA LA ÑAPA").click()
    expect(page.get_by_role("link", name="Reenviar credenciales")).to_be_visible()

    page.locator(".admin-top .menu-own summary").click()
    walk.press("Cerrar sesión")
    rows_of(issuer)
    page.goto(f"{site.url}/admin/companies/company/{issuer.company_id}/resumen/")
    walk.fill(Usuario="soporte", Contraseña=PASSWORD)
    walk.press("Entrar")
    walk.look("resumen")
    page.get_by_text("Más acciones").click()
    page.get_by_role("link", name="Reabrir un paso").click()
    page.get_by_label("Paso").select_option("direccion-fiscal")
    page.get_by_label("Nota para el emisor").fill("Revise la colonia.")
    walk.look("reabrir")
    walk.press("Reabrir un paso")
    expect(page).to_have_url(re.compile(r"/pasos/$"))
    expect(page.get_by_text("Revise la colonia.").first).to_be_visible()
    page.goto(f"{site.url}/admin/companies/company/{issuer.company_id}/cambiar-de-distribuidor/")
    walk.look("mover")
