"""Alive, ready, and the numbers that Prometheus scrapes."""

import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from facturamos.status.models import RingCanary, SignOfLife
from mailing import outbox
from mailing.models import Message

TOKEN = "una-ficha-de-prueba-larga"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}


def test_alive_asks_nobody(client: Client) -> None:
    """No database is allowed here."""
    response = client.get("/salud/vivo/")

    assert (response.status_code, response.json()) == (200, {"estado": "vivo"})


@pytest.mark.django_db
def test_ready_while_pages_can_be_served(client: Client) -> None:
    response = client.get("/salud/listo/")

    said = response.json()
    assert response.status_code == 200
    assert (said["base"], said["migraciones"], said["llaves"]) == ("bien", "bien", "bien")
    assert said.keys() >= {"mensajero", "beat", "trabajos"}


@pytest.mark.django_db
def test_work_that_waits_takes_no_page_away_but_is_told_to_who_asks_for_all(client: Client) -> None:
    assert client.get("/salud/listo/").json()["beat"] == "mal"
    assert client.get("/salud/listo/?todo").status_code == 503


@pytest.mark.django_db
def test_all_is_well(client: Client) -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP)

    assert client.get("/salud/listo/?todo").status_code == 200


@pytest.mark.django_db
def test_a_sweep_that_lies_ahead_is_no_sign_of_beat(client: Client) -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() + timedelta(days=300))

    assert client.get("/salud/listo/").json()["beat"] == "mal"


@pytest.mark.django_db
def test_the_oldest_job_is_told(client: Client) -> None:
    outbox.post("companies.password_reset", to="a@example.com", about="1")
    Message.objects.update(run_after=timezone.now() - timedelta(minutes=3))

    assert client.get("/salud/listo/").json()["trabajos"] == "mal"


@pytest.mark.django_db
def test_the_wrong_ring_is_not_ready(client: Client, settings: Settings) -> None:
    assert RingCanary.objects.exists()
    settings.FACTURAMOS_KEYS = ["t2:dHdvIGZvciB0aGUgdGVzdHMgb2YgdGhpcyBzaXRlISE="]

    response = client.get("/salud/listo/")

    assert (response.status_code, response.json()["llaves"]) == (503, "mal")


def test_without_a_database_it_is_alive_and_not_ready() -> None:
    ask = """
import django; django.setup()
from django.test import Client
client = Client()
print(client.get("/salud/vivo/").status_code, client.get("/salud/listo/").status_code)
"""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "facturamos.settings_test",
        "DATABASE_URL": "postgresql://nadie@127.0.0.1:1/nada",
    }

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["200", "503"]


@pytest.mark.django_db
def test_numbers_ask_for_the_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers=SHOWN).status_code == 404

    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 401
    assert client.get("/metrics", headers=SHOWN).status_code == 200


@pytest.mark.django_db
def test_numbers_are_what_prometheus_reads(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    client.get("/entrar/")

    text = client.get("/metrics", headers=SHOWN).content.decode()

    assert re.search(r'facturamos_requests_total\{method="GET",status="200",view="entrar"\} \d', text)
    assert "facturamos_database_writable 1.0" in text
    assert 'facturamos_jobs_waiting{kind="mailing.message"} 0.0' in text
    assert re.search(r'facturamos_status_level\{key="database.writable",labels=""\} 0.0', text)
    if promtool := shutil.which("promtool"):
        checked = subprocess.run(  # noqa: S603
            [promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr
