"""What a browser may do with our pages: the same strict headers on every response."""

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
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store" or "no-cache" in headers["Cache-Control"]


def test_pages_of_a_signed_in_user_are_not_kept(client: Client, issuer: User) -> None:
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert "no-store" in client.get("/configuracion/").headers["Cache-Control"]
