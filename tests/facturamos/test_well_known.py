"""What programs ask every site for."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import Settings


def test_whom_to_tell_of_a_hole(client: Client, settings: Settings) -> None:
    settings.SUPPORT = {**settings.SUPPORT, "email": "ayuda@facturamos.example"}

    response = client.get("/.well-known/security.txt")

    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:ayuda@facturamos.example"
    assert datetime.fromisoformat(fields["Expires"]) > datetime.now(UTC)
    assert fields["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"


def test_without_an_address_the_page_of_support_is_named(client: Client, settings: Settings) -> None:
    settings.SUPPORT = {**settings.SUPPORT, "email": ""}

    assert f"Contact: {settings.SITE_URL}/asistencia/" in client.get("/.well-known/security.txt").text


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [("/.well-known/change-password", "/recuperar/"), ("/favicon.ico", "/static/img/favicon.svg")],
)
def test_what_leads_on(client: Client, address: str, leads_to: str) -> None:
    assert client.get(address).headers["Location"] == leads_to


def test_robots_stay_out_of_what_is_private(client: Client) -> None:
    lines = client.get("/robots.txt").text.splitlines()

    assert lines[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /configuracion/"} <= set(lines)
