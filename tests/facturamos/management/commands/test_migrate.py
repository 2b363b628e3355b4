"""`manage.py migrate` beside a site that works: no long wait for a lock, all the time for an index."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate
from psycopg2 import extensions

from facturamos.backup import dump
from facturamos.management.commands.migrate import LOCK_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)

MIGRATE = [sys.executable, "manage.py", "migrate"]


@pytest.fixture
def empty() -> Iterator[dict[str, str]]:
    """A database with what migrations need beside their tables."""
    where = dump.create("facturamos_to_migrate")
    yield where
    dump.drop("facturamos_to_migrate")


def migrate(where: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    url = f"postgresql://{where['user']}@/{where['dbname']}?host={where['host']}"
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "facturamos.settings_test"}
    return subprocess.run(  # noqa: S603
        [*MIGRATE, *options], env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def connected(where: dict[str, str]) -> closing[extensions.connection]:
    return closing(psycopg2.connect(extensions.make_dsn(**where)))


def test_it_gives_up_on_a_table_that_is_in_use_and_goes_on_the_next_time(empty: dict[str, str]) -> None:
    assert migrate(empty, "status").returncode == 0

    with connected(empty) as other, other.cursor() as reading:
        reading.execute("SELECT count(*) FROM status_signoflife")
        started = time.monotonic()
        refused = migrate(empty, "status", "zero")
        seconds = time.monotonic() - started

    assert refused.returncode == 1
    assert "estuvo ocupada" in refused.stderr
    assert seconds > LOCK_SECONDS
    assert migrate(empty, "status", "zero").returncode == 0


def test_only_locks_are_not_waited_for(settings: Any) -> None:
    def shown() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            found: tuple[str, str] = cursor.fetchone()
        return found

    meanwhile: list[tuple[str, str]] = []

    def note(**_signal: object) -> None:
        meanwhile.append(shown())

    pre_migrate.connect(note)
    try:
        call_command("migrate", "status", verbosity=0)
        settings.DATABASE_POOLER = "transaction"
        call_command("migrate", "status", verbosity=0)
    finally:
        pre_migrate.disconnect(note)

    # Behind a pooler the connection is others', too.
    assert set(meanwhile) == {(f"{LOCK_SECONDS}s", "0"), ("10s", "30s")}
    assert shown() == ("10s", "30s")
