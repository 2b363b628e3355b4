"""What a browser may do with our pages: the same strict headers on every response."""

from collections.abc import Mapping

import pytest
from django.test import Client

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
)


def assert_policies(headers: Mapping[str, str]) -> None:
    """What holds for files of the design, too."""
    assert {"camera=()", "payment=()", "usb=()"} <= set(headers["Permissions-Policy"].split(", "))
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Permitted-Cross-Domain-Policies"] == "none"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_response_carries_them(client: Client, address: str) -> None:
    headers = client.get(address).headers

    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert rule in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert_policies(headers)
    assert headers["Cache-Control"] == "no-store" or "no-cache" in headers["Cache-Control"]


def test_pages_of_a_signed_in_user_are_not_kept(client: Client, issuer: User) -> None:
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert "no-store" in client.get("/configuracion/").headers["Cache-Control"]


@pytest.mark.django_db
def test_static_files_carry_them_too(client: Client) -> None:
    response = client.get("/static/css/app.css")
    response.close()

    headers = response.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers
    assert_policies(headers)


def test_leaving_clears_what_the_browser_kept(client: Client, issuer: User) -> None:
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert client.post("/salir/").headers["Clear-Site-Data"] == '"cache", "storage"'
