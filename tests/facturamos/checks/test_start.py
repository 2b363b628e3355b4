"""Web, worker, beat and migrate refuse a start that cannot go well: by name, and no secret is printed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import Error, Warning
from django.db import connection
from pytest_django.fixtures import Settings

from facturamos.checks import database, media, start
from facturamos.checks.database import DatabaseFacts
from tests.facturamos.checks.test_variables import BAD
from tests.production import CANARY, good_environment
from tests.stack import database_url

LONG = bool(os.environ.get("CHAOS"))
PROCESSES = {
    "web": ("gunicorn", "facturamos.wsgi", "--bind=127.0.0.1:0", "--no-control-socket"),
    "worker": ("celery", "--app=facturamos", "worker", "--concurrency=1"),
    "beat": ("celery", "--app=facturamos", "beat", "--pidfile=", "--schedule=/dev/shm/estado-beat"),
    "migrate": ("django", "migrate", "--noinput"),
}
# The 25 of which 16 once passed without a word.
ONCE_PASSED = {
    "FACTURAMOS_KEYS": ("build", "a:b"),
    "SITE_URL": ("http://facturamos.example", "https://facturamos.example/"),
    "ALLOWED_HOSTS": ("*", ""),
    "TRUSTED_PROXIES": ("-1",),
    "MEDIA_ROOT": ("/nope",),
    "MEDIA_STORAGE": ("no.such.Class",),
    "SAT_AUTHORITIES": ("/nope.cer",),
    "REDIS_URL": ("nonsense",),
    "DEFAULT_FROM_EMAIL": ("nonsense",),
    "SUPPORT_EMAIL": ("nonsense",),
    "PAC_URL": ("javascript:alert(1)",),
    "DEBUG": ("true",),
    "SECRET_KEY": ("x",),
}


def begun(process: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A process from its start to its refusal."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", *PROCESSES[process]],
        env=environment | {"DJANGO_SETTINGS_MODULE": "facturamos.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def bad_starts() -> list[tuple[str, str, str]]:
    """One bad value for each process; in the long form all that once passed, in all of them."""
    if LONG:
        return [(process, name, value) for process in PROCESSES for name in BAD for value in BAD[name][:2]]
    return [
        ("web", "FACTURAMOS_KEYS", f"{CANARY}AAAA"),
        ("worker", "DEBUG", "true"),
        ("beat", "SITE_URL", "http://facturamos.example"),
        ("migrate", "PAC_URL", "javascript:alert(1)"),
    ]


@pytest.mark.parametrize(("process", "name", "value"), bad_starts())
def test_a_bad_start_is_refused(tmp_path: Path, process: str, name: str, value: str) -> None:
    # `migrate` asks the server for its version before it checks anything.
    where = {"DATABASE_URL": os.environ["DATABASE_URL"]} if process == "migrate" else {}
    done = begun(process, good_environment(tmp_path) | where | {name: value})

    assert done.returncode != 0
    assert name in done.stderr
    assert CANARY not in done.stdout + done.stderr


def test_what_once_passed_is_among_what_is_tried() -> None:
    assert all(value in BAD[name] for name, values in ONCE_PASSED.items() for value in values)


@pytest.mark.django_db(transaction=True)
def test_the_wrong_ring_starts_nothing(tmp_path: Path) -> None:
    other = "t2:b25seSBmb3IgdGhlIHRlc3RzIG9mIHRoaXMgc2l0ZSE="
    environment = good_environment(tmp_path) | {"DATABASE_URL": database_url(), "FACTURAMOS_KEYS": other}

    done = begun("web", environment)

    assert done.returncode != 0
    assert "el anillo no abre" in done.stderr
    assert "b25se" not in done.stderr


def facts(**changes: object) -> DatabaseFacts:
    """Of a database that is as it should be, but for `changes`."""
    good: dict[str, object] = {
        "version": 18,
        "folds_n_tilde": True,
        "encoding": "UTF8",
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "read_only": False,
    }
    return DatabaseFacts(**(good | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "kind", "word"),
    [
        ({"version": 14}, Error, "PostgreSQL 14"),
        ({"folds_n_tilde": False}, Error, "Ñ"),
        ({"encoding": "SQL_ASCII"}, Error, "Ñ"),
        ({"statement_timeout": "0"}, Error, "statement_timeout"),
        ({"lock_timeout": "0"}, Error, "lock_timeout"),
        ({"read_only": True}, Warning, "solo lectura"),
    ],
)
def test_a_database_that_is_not_as_it_should_be(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], kind: type, word: str
) -> None:
    monkeypatch.setattr(DatabaseFacts, "asked", lambda: facts(**changes))

    [message] = database.check_database(None, databases=["default"])

    assert type(message) is kind
    assert word in str(message.msg)


@pytest.mark.django_db
def test_ours_is_as_it_should_be() -> None:
    assert database.check_database(None, databases=["default"]) == []


@pytest.mark.django_db
def test_a_read_only_database_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            [message] = database.check_database(None, databases=["default"])
        finally:
            cursor.execute("SET default_transaction_read_only = off")

    assert "solo lectura" in str(message.msg)


def test_media_that_cannot_be_written_is_an_error_and_full_a_warning(
    settings: Settings, tmp_path: Path
) -> None:
    settings.PRODUCTION = True
    settings.MEDIA_ROOT = tmp_path / "media"
    assert media.check_media(None, databases=["default"]) == []

    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    [message] = media.check_media(None, databases=["default"])
    assert isinstance(message, Error)

    settings.MEDIA_ROOT = tmp_path / "full"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "tests.facturamos.test_media.FullStorage"},
    }
    [message] = media.check_media(None, databases=["default"])
    assert isinstance(message, Warning)


@pytest.mark.django_db
def test_all_is_well_here(settings: Settings) -> None:
    settings.PRODUCTION = False

    assert [each for each in start.findings() if isinstance(each, Error)] == []
