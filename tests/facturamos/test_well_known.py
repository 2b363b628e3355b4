"""Addresses that programs ask any site for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db


def test_robots_read_what_is_for_everybody(client: Client) -> None:
    answer = client.get("/robots.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /\n" in answer.content.decode()
    assert "Allow: /manuales/\n" in answer.content.decode()


def test_who_found_a_hole_knows_whom_to_tell(client: Client, settings: Any) -> None:
    settings.SUPPORT = settings.SUPPORT | {"email": "seguridad@example.mx"}
    settings.SITE_URL = "https://facturamos.example"

    said = client.get("/.well-known/security.txt").content.decode()

    fields = dict(line.split(": ", 1) for line in said.splitlines())
    assert fields["Contact"] == "mailto:seguridad@example.mx"
    assert fields["Canonical"] == "https://facturamos.example/.well-known/security.txt"
    end = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < end - datetime.now(UTC) < timedelta(days=365)


def test_without_anybody_to_tell_there_is_no_such_file(client: Client, settings: Any) -> None:
    settings.SUPPORT = settings.SUPPORT | {"email": ""}

    assert client.get("/.well-known/security.txt").status_code == 404


def test_the_icon_is_there_for_who_has_read_no_page(client: Client) -> None:
    there = client.get("/favicon.ico")["Location"]

    assert finders.find(there.removeprefix("/static/"))


def test_a_manager_of_passwords_finds_where_they_are_changed(client: Client) -> None:
    assert client.get("/.well-known/change-password")["Location"] == "/recuperar/"
    assert client.get("/recuperar/").status_code == 200
