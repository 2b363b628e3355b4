"""What issuers meet while the database is read-only, media are full or away: a page that says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import Settings

from companies.models import Logo, ManifestLetter, User
from facturamos.status.models import ErrorCount
from tests.onboarding.answers import ANSWERS, logo
from tests.onboarding.browser import Tab

LETTER = {
    "signed_on": "2026-11-02",
    "acknowledgement": SimpleUploadedFile("acuse.pdf", b"%PDF-1.7 " + b"x" * 99),
}


@pytest.fixture
def read_only(tab: Tab) -> Iterator[None]:
    """From now on, as after a fail-over to a replica."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        yield
        cursor.execute("SET default_transaction_read_only = off")


@contextmanager
def writable() -> Iterator[None]:
    """As before, for what a test needs meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        yield
        cursor.execute("SET default_transaction_read_only = on")


@pytest.mark.django_db(transaction=True)
def test_a_read_only_database_is_read_and_not_written(tab: Tab, read_only: None) -> None:
    tab.client.raise_request_exception = False
    page = tab.open("direccion-fiscal")

    response = tab.submit("direccion-fiscal", ANSWERS["direccion-fiscal"](), page)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "por un momento" in response.content.decode()
    assert tab.client.get("/salud/listo/").status_code == 503
    assert tab.client.get("/salud/vivo/").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("minutes", [20, 70])
def test_reading_goes_on_however_long_one_is_signed_in(
    tab: Tab, support: User, read_only: None, minutes: int
) -> None:
    """The note of when a session was last used, and the end of an idle one, would be written at a GET."""
    staff = Client()
    with writable():
        staff.force_login(support, backend="companies.accounts.auth.Backend")
        there = Client()
        there.force_login(support, backend="companies.accounts.auth.Backend")
        there.post("/salir/")

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes), tick=True):
        for path in ("/", "/configuracion/", "/configuracion/sellos/", "/entrar/sesiones/"):
            assert tab.client.get(path).status_code == 200, path
        assert tab.client.get("/salud/listo/").json()["base"] == "mal"
        # An hour is staff's idle end, which holds all the same.
        for path in ("/admin/", "/admin/estado/", "/entrar/sesiones/"):
            assert staff.get(path).status_code == (200 if minutes < 60 else 302), path


@pytest.fixture
def full(settings: Settings, tmp_path: Path) -> Path:
    """Media that are full, though empty."""
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "tests.facturamos.test_media.FullStorage"},
    }
    return tmp_path


@pytest.mark.parametrize(
    ("slug", "answers"),
    [("logotipo", {"image": logo()}), ("carta-manifiesto", LETTER)],
    ids=["logo", "letter"],
)
def test_full_media_are_a_503_and_leave_no_half_file(
    tab: Tab, full: Path, slug: str, answers: dict[str, object]
) -> None:
    tab.client.raise_request_exception = False

    response = tab.submit(slug, answers)

    assert response.status_code == 503
    assert [path for path in full.rglob("*") if path.is_file()] == []
    assert not Logo.objects.exists()
    assert not ManifestLetter.objects.exclude(acknowledgement="").exists()
    assert ErrorCount.objects.get().status == 503


def test_storage_that_is_away_is_a_503(tab: Tab, settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "b",
                "endpoint_url": "http://127.0.0.1:1",
                "access_key": "x",
                "secret_key": "x",
            },
        },
    }
    tab.client.raise_request_exception = False

    assert tab.submit("logotipo", {"image": logo()}).status_code == 503
