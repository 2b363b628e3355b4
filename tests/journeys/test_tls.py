"""`rediss://` and `sslmode=verify-full`: a certificate of somebody else's is refused, whatever it says."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings

from facturamos.devserver.servers import SOCKET_NAME
from facturamos.devserver.tls import LocalAuthority
from tests.production import good_environment
from tests.tls_front import ASKS_FOR_TLS, tls_front

GOOD, FAILED = "bien", "CERTIFICATE_VERIFY_FAILED"
# As a process of the site's asks both, with the settings that it has from the environment; then other ports.
ASK = """
import django, json, sys
django.setup()
from django.db import OperationalError, connection
from facturamos.celery import app

def broker(url):
    try:
        with app.connection_for_write(url) as asked:
            asked.default_channel.client.ping()
    except Exception as error:
        return str(error)
    return "bien"

def database(port):
    connection.settings_dict["PORT"] = port
    try:
        connection.ensure_connection()
    except OperationalError as error:
        return str(error)
    connection.close()
    return "bien"

def ask(of_broker, of_database):
    url = app.conf.broker_url.replace(":1/", f":{of_broker}/")
    return [broker(url), database(of_database), broker(url.partition("?")[0])]

print(json.dumps({name: ask(*ports) for name, ports in json.loads(sys.argv[1]).items()}))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What broker and database are to a process of the site's, by whose certificate they show.

    And the broker once more, where REDIS_URL names no authority: then only the system's are believed.
    """
    authority = LocalAuthority()
    servers = {
        "ours": authority.server("localhost"),
        "another authority's": LocalAuthority().server("localhost"),
        "another name's": authority.server("otro.example"),
        "self-signed": authority.server("localhost", self_signed=True),
        "over": authority.server("localhost", days=(-30, -1)),
    }
    folder = tmp_path_factory.mktemp("tls")
    authority.write(folder / "ca.pem")
    with ExitStack() as stack:
        ports = {
            name: (
                stack.enter_context(tls_front(_broker(), context)),
                stack.enter_context(tls_front(_database(), context, asks=ASKS_FOR_TLS)),
            )
            for name, context in servers.items()
        }
        return _ask(folder, ports)


def _broker() -> tuple[str, int]:
    found = urlsplit(settings.CELERY_BROKER_URL)
    return found.hostname or "localhost", found.port or 6379


def _database() -> Path | tuple[str, int]:
    found = urlsplit(os.environ["DATABASE_URL"])
    host = parse_qs(found.query).get("host", [found.hostname or "localhost"])[0]
    return Path(host) / SOCKET_NAME if host.startswith("/") else (host, found.port or 5432)


def _ask(folder: Path, ports: dict[str, tuple[int, int]]) -> dict[str, list[str]]:
    ours = urlsplit(os.environ["DATABASE_URL"])
    user = f"{ours.username}:{ours.password or ''}"
    environment = good_environment(folder) | {
        "DJANGO_SETTINGS_MODULE": "facturamos.settings",
        "REDIS_URL": f"rediss://localhost:1/0?ssl_ca_certs={folder}/ca.pem",
        "DATABASE_URL": f"postgresql://{user}@localhost:1{ours.path}"
        f"?sslmode=verify-full&sslrootcert={folder}/ca.pem",
    }
    asked = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ASK, json.dumps(ports)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    told: dict[str, list[str]] = json.loads(asked.stdout)
    return told


def test_the_certificate_of_the_authority_that_is_named_is_taken(said: dict[str, list[str]]) -> None:
    assert said["ours"][:2] == [GOOD, GOOD]


@pytest.mark.parametrize("whose", ["another authority's", "another name's", "self-signed", "over"])
def test_any_other_is_refused_by_both(said: dict[str, list[str]], whose: str) -> None:
    broker, database, _ = said[whose]

    assert FAILED in broker
    assert "certificate" in database


def test_where_none_is_named_only_the_system_s_authorities_are_believed(
    said: dict[str, list[str]],
) -> None:
    assert [whose for whose, (*_, broker) in said.items() if FAILED not in broker] == []
