"""The issuer permits, support looks, the issuer sees it and withdraws; in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from companies.models import User
from onboarding.models import SupportView
from tests.browser.test_admin import Wide
from tests.conftest import PASSWORD, make_distributor, make_issuer
from tests.onboarding.backoffice.rows import rows_of
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_support_looks_while_it_may(
    site: Stack, browser: Browser, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    issuer = make_issuer(distributor, name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia")
    rows_of(issuer)
    support = User(username="soporte", role=User.Role.SUPPORT, full_name="Sofía Soporte")
    support.set_password(PASSWORD)
    support.save()

    mine = Wide(context.new_page(), site.url, shots, "emisor")
    mine.page.goto(f"{site.url}/entrar/")
    mine.fill(Usuario="panaderia", Contraseña=PASSWORD)
    mine.press("Entrar")
    expect(mine.page).to_have_url(re.compile("/configuracion/$"))
    mine.look("sin-permiso")
    mine.press("Permitir que soporte vea mi configuración")
    expect(mine.page.get_by_role("button", name="Retirar el permiso")).to_be_visible()
    mine.look("con-permiso")

    other = browser.new_context(locale="es-MX")
    theirs = Wide(other.new_page(), site.url, shots, "soporte")
    company = f"{site.url}/admin/companies/company/{issuer.company_id}"
    theirs.page.goto(f"{company}/resumen/")
    theirs.fill(Usuario="soporte", Contraseña=PASSWORD)
    theirs.press("Entrar")
    theirs.page.locator("summary", has_text="Más acciones").click()
    theirs.page.get_by_role("link", name="Ver como el emisor").click()
    theirs.look("abrir")
    theirs.press("Ver como el emisor")
    expect(theirs.page.get_by_text("Solo lectura.")).to_be_visible()
    theirs.look("lista")
    for title in ("Dirección fiscal", "Logotipo", "Sellos (CSD)", "Correo electrónico"):
        theirs.page.get_by_role("link", name=title).first.click()
        expect(theirs.page).to_have_title(re.compile(re.escape(title)))
        theirs.look(title.split()[0].lower())
        theirs.page.goto(f"{company}/como-emisor/")
    theirs.page.goto(f"{company}/como-emisor/terminar/")
    expect(theirs.page.get_by_role("heading", level=1)).to_be_visible()
    theirs.look("terminar")
    theirs.page.goto(f"{company}/como-emisor/direccion-fiscal/")
    expect(theirs.page.get_by_label("Calle", exact=True)).to_be_disabled()
    assert SupportView.objects.exclude(page="").count() >= 10

    mine.page.reload()
    expect(mine.page.get_by_text("Soporte miró su configuración por última vez")).to_be_visible()
    mine.look("visto")
    mine.press("Retirar el permiso")
    expect(mine.page.get_by_text("Soporte ya no puede ver su configuración.")).to_be_visible()

    theirs.page.reload()
    expect(theirs.page.get_by_label("Motivo")).to_be_visible()
    theirs.look("motivo")
    other.close()
