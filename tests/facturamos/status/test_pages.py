"""«Estado» in admin: for support, in words, with a button that proves all; and the banner."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from companies.models import User
from facturamos.status import pages
from facturamos.status.findings import SWEEP_IS_LATE
from facturamos.status.models import Alarm, SignOfLife

type SignIn = Callable[[User], Client]


def test_support_sees_how_the_site_is(support: User, sign_in: SignIn) -> None:
    text = sign_in(support).get("/admin/estado/").content.decode()

    for word in ("Estado", "Base de datos", "Correo del sitio", "Mensajes", "Llave «t1»", "Comprobar todo"):
        assert word in text
    assert "beat" in text
    assert "no están bien" in text or "no está bien" in text


def test_the_button_proves_what_a_start_proves(support: User, sign_in: SignIn, settings: Settings) -> None:
    client = sign_in(support)
    assert "todo en orden" in client.post("/admin/estado/comprobar/").content.decode()

    settings.FACTURAMOS_KEYS = ["t2:dHdvIGZvciB0aGUgdGVzdHMgb2YgdGhpcyBzaXRlISE="]

    assert "el anillo no abre" in client.post("/admin/estado/comprobar/").content.decode()


def test_its_address_leads_back_to_the_page(support: User, sign_in: SignIn) -> None:
    response = sign_in(support).get("/admin/estado/comprobar/")

    assert response.status_code == 405
    assert "/admin/estado/" in response.content.decode()


def test_distributors_and_issuers_do_not(distributor: User, issuer: User, sign_in: SignIn) -> None:
    assert sign_in(distributor).get("/admin/estado/").status_code == 403
    assert sign_in(issuer).get("/admin/estado/").status_code == 302


def test_of_a_site_that_has_just_begun_it_does_not_say_that_beat_stands_still(
    support: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BEGAN", time.monotonic())
    assert "Algo no está bien" not in sign_in(support).get("/admin/").content.decode()

    Alarm.objects.create(key="media.writable", label="Se puede guardar", said="No (OSError)")

    assert "Algo no está bien: Se puede guardar" in sign_in(support).get("/admin/").content.decode()


def test_the_front_page_tells_support_of_trouble(
    support: User, distributor: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BEGAN", time.monotonic() - SWEEP_IS_LATE.total_seconds())
    assert "señales de vida" in sign_in(support).get("/admin/").content.decode()
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() + timedelta(days=300))
    assert "señales de vida" in sign_in(support).get("/admin/").content.decode()
    SignOfLife.objects.note(SignOfLife.SWEEP)
    assert "Ver el estado" not in sign_in(support).get("/admin/").content.decode()

    Alarm.objects.create(key="media.writable", label="Se puede guardar", said="No (OSError)")

    text = sign_in(support).get("/admin/").content.decode()
    assert "Algo no está bien: Se puede guardar: No (OSError)" in text
    assert 'href="/admin/estado/"' in text
    assert "Algo no está bien" not in sign_in(distributor).get("/admin/").content.decode()
