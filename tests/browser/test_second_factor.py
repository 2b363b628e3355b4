"""The pages of the second factor as a browser draws them; their ways are in tests/companies/."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_otp.oath import totp
from playwright.sync_api import Page

from companies.models import SecondFactor, User
from facturamos import vault
from tests.browser.test_admin import Wide
from tests.conftest import make_distributor
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
ASK, SET_UP = "/entrar/segundo-factor/", "/entrar/segundo-factor/activar/"
CHANGE = "/entrar/segundo-factor/cambiar/"


def test_its_pages(site: Stack, page: Page, settings: Any, shots: Path | None) -> None:
    """The running product asks for none; so the pages are drawn here and shown in its place."""
    settings.STAFF_SECOND_FACTOR = "on"
    user: User = make_distributor("Distribuidora del Bajío")
    client = Client()
    client.force_login(user, backend="companies.accounts.auth.Backend")
    walk = Wide(page, site.url, shots, "segundo-factor")
    page.goto(f"{site.url}/asistencia/")

    def show(what: str, response: Any) -> None:
        page.set_content(response.content.decode())
        walk.look(what)

    show("empezar", client.get(SET_UP))
    client.post(SET_UP, {"accion": "empezar"})
    show("activar", client.get(SET_UP))
    show("activar-error", client.post(SET_UP, {"code": "1"}))
    key = vault.take(SecondFactor.objects.get(), "key")
    assert key is not None
    show("codigos", client.post(SET_UP, {"code": f"{totp(key.reveal()):06d}"}))
    show("cambiar", client.get(CHANGE))
    show("cambiar-error", client.post(CHANGE, {"accion": "telefono", "code": "1"}))
    other = Client()
    other.force_login(user, backend="companies.accounts.auth.Backend")
    show("codigo", other.get(f"{ASK}?next=/admin/companies/"))
