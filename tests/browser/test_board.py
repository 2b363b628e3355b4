"""A distributor finds a stuck company on the board; support reopens a step; in a real browser."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from companies.accounts.credentials import CREDENTIALS
from companies.models import Company, User
from mailing.models import Message
from onboarding.backoffice.notes.models import CompanyNote
from tests.browser.test_admin import Wide
from tests.conftest import PASSWORD, make_distributor, make_issuer
from tests.onboarding.backoffice.rows import rows_of
from tests.stack import Stack, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_staff_follow_a_company(
    stack: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    issuer = make_issuer(distributor, name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia")
    for number, name in enumerate(("FERRETERÍA", "TORTILLERÍA", "PAPELERÍA")):
        make_issuer(distributor, name=name, rfc=f"FNA19031{number}AB3", username=f"cliente{number}")
    long_ago = timezone.now() - timedelta(days=9)
    Company.objects.filter(users=issuer).update(created_at=long_ago, phone="477 123 4567")
    User.objects.filter(pk=issuer.pk).update(last_login=long_ago)
    CompanyNote.objects.create(
        company=Company.objects.get(users=issuer),
        distributor=distributor.distributor,
        text="Llamar por los sellos",
        due_on=long_ago.date(),
        assignee=distributor,
    )
    User.objects.filter(username__startswith="cliente").update(password_is_temporary=True)
    support = User(username="soporte", role=User.Role.SUPPORT, full_name="Sofía Soporte")
    support.set_password(PASSWORD)
    support.save()
    page = context.new_page()
    walk = Wide(page, stack.url, shots, "tablero")
    page.goto(f"{stack.url}/entrar/")
    walk.fill(Usuario=distributor.username, Contraseña=PASSWORD)
    walk.press("Entrar")
    expect(page).to_have_url(re.compile(r"/tablero/$"))
    walk.look("tablero")
    page.get_by_role("link", name="Con pendientes 1").click()
    expect(page.get_by_text("Llamar por los sellos")).to_be_visible()
    walk.look("pendientes")
    page.get_by_role("link", name="Detenida 1").click()
    expect(page.get_by_text("FERRETERÍA")).to_have_count(0)
    expect(page.get_by_role("link", name="477 123 4567")).to_have_attribute("href", "tel:+524771234567")
    page.get_by_label("Nombre, RFC, código, teléfono o correo").fill("ñapa")
    walk.press("Buscar")
    page.get_by_text("Guardar este filtro").click()
    walk.fill(**{"Nombre del filtro": "Panaderías paradas"})
    walk.press("Guardar")
    expect(page.get_by_role("link", name="Panaderías paradas")).to_be_visible()
    page.get_by_text("Más para PANADERÍA LA ÑAPA").click()
    walk.look("detenida")

    walk.press("CSV")
    page.get_by_role("link", name="Descargar").wait_for()
    walk.look("exportada")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar").click()
    assert "PNA190312AB1" in Path(download.value.path()).read_text()

    page.goto(f"{stack.url}/admin/companies/company/tablero/?estado=sin-entrar")
    page.get_by_label("Con todas las de este filtro").check()
    walk.press("Continuar…")
    expect(page.get_by_text("Se hará con 3.")).to_be_visible()
    walk.look("varias")
    walk.press("Reenviar credenciales: 3")
    page.get_by_text("3 hechas.").wait_for()
    walk.look("varias-hechas")
    sent = Message.objects.filter(kind=CREDENTIALS, mailed_at__isnull=False)
    wait_for(lambda: sent.count() == 3, seconds=90)
    page.goto(f"{stack.url}/admin/companies/company/tablero/?q=ñapa")
    page.get_by_role("link", name="PANADERÍA LA ÑAPA").click()
    expect(page.get_by_role("link", name="Reenviar credenciales")).to_be_visible()

    page.locator(".admin-top .menu-own summary").click()
    walk.press("Cerrar sesión")
    rows_of(issuer)
    page.goto(f"{stack.url}/admin/companies/company/{issuer.company_id}/resumen/")
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
    page.goto(f"{stack.url}/admin/companies/company/{issuer.company_id}/cambiar-de-distribuidor/")
    walk.look("mover")
