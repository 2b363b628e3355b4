"""Whom to call, with telephone and WhatsApp, on every page that somebody cannot always get out of alone."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.models import Company, PrivacyNotice, User
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab

SignIn = Callable[[User], Client]
FISCAL = "/configuracion/datos-fiscales/"


@pytest.fixture(autouse=True)
def _support(settings: Any) -> None:
    settings.SUPPORT = settings.SUPPORT | {"phone": "55 0000 0000", "whatsapp": "477 123 4567"}


@pytest.fixture
def tab(issuer: User, sign_in: SignIn, db: None) -> Tab:
    """The issuer, with the notice accepted."""
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    assert issuer.company is not None
    notice.accept(issuer.company, issuer, "127.0.0.1", "")
    return Tab(sign_in(issuer))


def helps(response: Any) -> bool:
    text = unescape(response.content.decode())
    main = text[text.index("<main") : text.index("</main>")]
    return 'href="tel:5500000000"' in main and 'href="https://wa.me/524771234567"' in main


@pytest.mark.parametrize(
    "link",
    [
        "/recuperar/MQ/usado/",
        "/recuperar/correo/usado/",
        "/recuperar/credenciales/usado/",
        "/recordatorios/roto/",
        "/recuperar/enviado/",
        "/no-existe/",
    ],
)
@pytest.mark.django_db
def test_a_link_that_leads_nowhere(client: Client, link: str) -> None:
    assert helps(client.get(link))


def test_who_cannot_sign_in(client: Client, issuer: User) -> None:
    assert not helps(client.get("/entrar/"))
    assert not helps(client.post("/entrar/", {"username": "", "password": ""}))  # is told what is missing

    assert helps(client.post("/entrar/", {"username": issuer.username, "password": "no-es"}))
    assert client.post("/entrar/", {"username": issuer.username, "password": PASSWORD}).status_code == 302


def test_what_somebody_else_has_changed_meanwhile(tab: Tab) -> None:
    page = tab.open("datos-fiscales")
    Company.objects.update(name="FERRETERÍA")

    response = tab.submit("datos-fiscales", ANSWERS["datos-fiscales"](), page)

    assert "Estos datos cambiaron mientras usted escribía" in response.content.decode()
    assert helps(response)


def test_a_field_that_was_left_empty_needs_nobody(tab: Tab) -> None:
    response = tab.submit("direccion-fiscal", {})

    assert "<title>Error: " in response.content.decode()
    assert not helps(response)


@pytest.mark.parametrize(
    ("slug", "answers"),
    [
        ("logotipo", {"image": SimpleUploadedFile("logo.jpg", b"no es imagen")}),
        ("carta-manifiesto", {"acknowledgement": SimpleUploadedFile("acuse.pdf", b"no es PDF")}),
        (
            "sellos",
            {
                "certificate": SimpleUploadedFile("a.cer", b"no es"),
                "key": SimpleUploadedFile("a.key", b"tampoco"),
                "password": "x",
            },
        ),
    ],
)
def test_a_file_that_was_refused(tab: Tab, slug: str, answers: dict[str, Any]) -> None:
    assert helps(tab.submit(slug, answers))


def test_a_file_that_is_only_missing(tab: Tab) -> None:
    assert not helps(tab.submit("sellos", {}))


def test_a_constancia_that_cannot_be_read(tab: Tab) -> None:
    file = SimpleUploadedFile("csf.pdf", b"nada")

    assert helps(tab.client.post("/configuracion/constancia/", {"accion": "leer", "file": file}))
