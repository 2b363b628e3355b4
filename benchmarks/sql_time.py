"""Somebody's browser, and what PostgreSQL does for what it asks: processor time, statements, rows read."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test import Client

from companies.models import User

READ = "SELECT sum(seq_tup_read) + sum(coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables"


class SqlTime:
    """How long PostgreSQL works on the statements that run meanwhile: its processor time, so that a busy
    machine tells the same; where its process is out of sight, the clock's.
    """

    def __init__(self) -> None:
        self.milliseconds, self.statements = 0.0, 0
        self.process = Path(f"/proc/{_backend()}/schedstat")

    def __call__(self, execute: Callable[..., object], *arguments: object) -> object:
        started = self._clock()
        try:
            return execute(*arguments)
        finally:
            self.milliseconds += self._clock() - started
            self.statements += 1

    def _clock(self) -> float:
        if self.process.exists():
            return int(self.process.read_text().split()[0]) / 1e6
        return 1000 * time.perf_counter()


@contextmanager
def measured() -> Iterator[tuple[SqlTime, Callable[[], int]]]:
    """The SQL time of what runs inside, and how many rows PostgreSQL read for it."""
    sql = SqlTime()
    before = _rows_read()
    with connection.execute_wrapper(sql):
        yield sql, lambda: _rows_read() - before


def _backend() -> int:
    """The process of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0; SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(READ)
        return int(cursor.fetchone()[0])


def signed_in(user: User) -> Client:
    """Somebody's browser, past the sign-in page."""
    client = Client()
    client.force_login(user, backend="companies.accounts.auth.Backend")
    return client
