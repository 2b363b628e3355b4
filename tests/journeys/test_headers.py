"""What a browser may do with our pages: the same strict headers on every response."""

from collections.abc import Mapping

import pytest
from django.test import Client
from pytest_django import Settings

from companies.models import User

ADDRESSES = (
    "/",
    "/entrar/",
    "/recuperar/",
    "/asistencia/",
    "/manuales/",
    "/salud/vivo/",
    "/salud/listo/",
    "/no-existe/",
    "/admin/",
    "/static/css/app.css",
    "/robots.txt",
    "/favicon.ico",
)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_response_carries_them(client: Client, address: str) -> None:
    answer = client.get(address)
    answer.close()

    _assert_strict(answer.headers)
    if address.startswith("/static/"):
        return
    kept = answer.headers["Cache-Control"]
    assert kept == "no-store" or "no-cache" in kept


@pytest.mark.parametrize("host", ["testserver", "otro.example"])
def test_the_way_to_https_carries_them(client: Client, settings: Settings, host: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["testserver"]

    answer = client.get("/", headers={"host": host})

    assert answer.status_code == (301 if host == "testserver" else 400)
    _assert_strict(answer.headers)


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*ADDRESSES, "/static/css/none.css"])
def test_every_response_keeps_browsers_to_https(client: Client, settings: Settings, address: str) -> None:
    settings.SECURE_HSTS_SECONDS = 4321

    answer = client.get(address, secure=True)
    answer.close()

    assert answer.headers["Strict-Transport-Security"] == "max-age=4321"


def _assert_strict(headers: Mapping[str, str]) -> None:
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert rule in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    for feature in ("bluetooth", "camera", "payment"):
        assert f"{feature}=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Permitted-Cross-Domain-Policies"] == "none"


def test_pages_of_a_signed_in_user_are_not_kept(client: Client, issuer: User) -> None:
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert "no-store" in client.get("/configuracion/").headers["Cache-Control"]


def test_who_leaves_takes_it_all_along(client: Client, issuer: User) -> None:
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert client.post("/salir/").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/").headers


def test_staff_as_well(client: Client, support: User) -> None:
    client.force_login(support, backend="companies.accounts.auth.Backend")

    assert client.post("/admin/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'
