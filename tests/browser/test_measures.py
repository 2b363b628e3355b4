"""Who leads sees where companies lose time, from the board to the companies behind a number."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from companies.models import User
from onboarding.backoffice.measures.counting import count
from onboarding.backoffice.models import TimeCount
from tests.browser.test_admin import Wide
from tests.conftest import PASSWORD, make_distributor, make_issuer
from tests.onboarding.backoffice.measures.made_up import WEEK, added_up, known_way, release_seen, step_time
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def measured(lead: User) -> None:
    """Four companies: one whose whole way is known, three with a few times."""
    release_seen("0.9")
    known_way(make_issuer(lead, name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia"))
    count()
    for number, name in enumerate(("FERRETERÍA EL ÑANDÚ", "TORTILLERÍA", "PAPELERÍA")):
        user = make_issuer(lead, name=name, rfc=f"FNA19031{number}AB3", username=f"cliente{number}")
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())
        assert user.company is not None
        for place, step in enumerate(("datos-fiscales", "direccion-fiscal", "logotipo", "terminar")):
            step_time(user.company, 60 * (1 + number * 3 + place), step=step, week=WEEK)
            step_time(user.company, 7200 * (1 + number * 5), step=step, party="issuer", week=WEEK)
    TimeCount.objects.all().delete()
    added_up()


def test_a_lead_follows_a_number_to_its_companies(
    site: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    lead = make_distributor("Distribuidora del Bajío")
    measured(lead)
    page = context.new_page()
    walk = Wide(page, site.url, shots, "medidas")
    page.goto(f"{site.url}/entrar/")
    walk.fill(Usuario=lead.username, Contraseña=PASSWORD)
    walk.press("Entrar")
    expect(page.get_by_role("table", name="Mediana de cada paso")).to_be_visible()
    walk.look("tablero")

    page.get_by_role("link", name="Ver por semana, versión y campo").click()
    expect(page).to_have_url(re.compile(r"/admin/medidas/$"))
    page.get_by_text("Cómo se mide").click()
    walk.look("todos")
    page.get_by_role("link", name="Sellos (CSD)").click()
    expect(page.get_by_role("table", name="Por semana")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    walk.look("sellos")

    page.get_by_role("link", name=re.compile("^12 min")).first.click()
    expect(page.get_by_text("Solo las de esta medida")).to_be_visible()
    expect(page.get_by_text("FERRETERÍA")).to_have_count(0)
    walk.look("empresas")
    page.get_by_role("link", name="Quitar").click()
    expect(page.get_by_text("FERRETERÍA").first).to_be_visible()


def test_before_anything_is_counted(
    site: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    lead = make_distributor("Distribuidora del Bajío")
    page = context.new_page()
    walk = Wide(page, site.url, shots, "medidas-vacia")
    page.goto(f"{site.url}/admin/medidas/")
    walk.fill(Usuario=lead.username, Contraseña=PASSWORD)
    walk.press("Entrar")
    expect(page.get_by_text("Todavía no se ha contado nada")).to_be_visible()
    walk.look("medidas")
