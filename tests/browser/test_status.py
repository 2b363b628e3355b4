"""Support looks at «Estado» in trouble and in peace, on a phone and on a screen; in a real browser."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from companies.models import User
from facturamos.status.models import Alarm, ErrorCount, SignOfLife
from mailing import outbox
from mailing.models import Message, RelayState
from tests.browser.test_admin import Wide
from tests.conftest import PASSWORD
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def trouble() -> None:
    """A dead mail, one that waits, a relay that refuses, a page that failed; nobody sweeps."""
    for state in ("dead", "queued"):
        mail = outbox.post("companies.password_reset", to=f"{state}@example.com", about="1")
        since = timezone.now() - timedelta(minutes=12)
        Message.objects.filter(pk=mail.pk).update(state=state, run_after=since, created_at=since)
    RelayState.objects.create(
        pk=1, failures=5, fault="535 5.7.8 (SMTPAuthenticationError)", paused_since=since
    )
    ErrorCount.objects.count_one(500)
    Alarm.objects.create(key="jobs.dead", label="Mensajes detenidos", said="1")


def test_how_the_site_is(
    site: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    support = User(username="soporte", role=User.Role.SUPPORT, full_name="Sofía Soporte")
    support.set_password(PASSWORD)
    support.save()
    trouble()
    page = context.new_page()
    walk = Wide(page, site.url, shots, "estado")
    page.goto(f"{site.url}/admin/")
    walk.fill(Usuario="soporte", Contraseña=PASSWORD)
    walk.press("Entrar")
    expect(page.get_by_text("Algo no está bien: Mensajes detenidos: 1")).to_be_visible()
    walk.look("banda")
    page.get_by_role("link", name="Ver el estado").click()
    expect(page.get_by_text("Revise que beat y al menos un trabajador")).to_be_visible()
    walk.look("mal")
    page.get_by_role("button", name="Comprobar todo").click()
    expect(page.get_by_role("heading", name="Lo que comprueba cada arranque")).to_be_visible()
    walk.look("comprobado")

    for rows in (Message, RelayState, ErrorCount, Alarm):
        rows.objects.all().delete()
    SignOfLife.objects.note(SignOfLife.SWEEP)
    page.get_by_role("link", name="Actualizar").click()
    expect(page.get_by_text("Último aviso de beat")).to_be_visible()
    walk.look("bien")
