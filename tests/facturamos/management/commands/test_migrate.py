"""`manage.py migrate` beside a site that works: no long wait for a lock, all the time for an index."""

import time
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import pre_migrate
from psycopg2 import extensions

from facturamos.backup import dump
from facturamos.management.commands.migrate import LOCK_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_gives_up_on_a_table_that_is_in_use_and_goes_on_the_next_time() -> None:
    with closing(psycopg2.connect(extensions.make_dsn(**dump.params()))) as other, other.cursor() as using:
        using.execute("LOCK TABLE django_migrations")
        started = time.monotonic()
        with pytest.raises(CommandError, match="estuvo ocupada"):
            call_command("migrate", verbosity=0)
        seconds = time.monotonic() - started

    assert LOCK_SECONDS <= seconds < 2 * LOCK_SECONDS
    call_command("migrate", "status", verbosity=0)


def test_only_locks_are_not_waited_for(settings: Any) -> None:
    meanwhile: list[tuple[str, str]] = []

    def note(**_signal: object) -> None:
        meanwhile.append(time_outs())

    pre_migrate.connect(note)
    try:
        call_command("migrate", "status", verbosity=0)
        settings.DATABASE_POOLER = "transaction"
        call_command("migrate", "status", verbosity=0)
    finally:
        pre_migrate.disconnect(note)

    # Behind a pooler the connection is others', too.
    assert set(meanwhile) == {(f"{LOCK_SECONDS}s", "0"), ("10s", "30s")}
    assert time_outs() == ("10s", "30s")


def time_outs() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        found: tuple[str, str] = cursor.fetchone()
    return found
