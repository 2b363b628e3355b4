"""Commits that wait for a follower that is away, and telling visitors instead of waiting with them.

With `synchronous_standby_names` (docs/production.md) a save is confirmed once the follower has it, too. While
that one is away PostgreSQL waits without end: none of its time-outs ends a commit, and a cancelled one counts
as done. So who has waited for long asks, over another connection, whether commits of the site's stand still
and its own is one of them, or waits for a lock of one, and then gives up: what was sent may be saved or not,
as when a server is lost. From then on nobody in this process begins to write, so that no connection joins
those that wait; each asks first, and the first that finds none waiting goes on. Reading goes on all the
while, however long it takes.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

import psycopg2
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import extensions

logger = logging.getLogger(__name__)

# So long a commit may take before visitors are told.
MAY_TAKE_SECONDS = 8.0
# What one thread has asked counts for the others of its process for so long.
ASK_EVERY_SECONDS = 2.0
STAND_STILL = "commits wait for the database's follower"
# How many of the site's wait, and the longest for how many seconds. Of others' a site may not know.
WAITING = """
SELECT count(*), coalesce(extract(epoch FROM max(clock_timestamp() - state_change)), 0)::float8
FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = current_database()
"""
# Behind those that wait stand who wants a lock of theirs. Clients of a pooler are none of the processes.
PROCESSES = """
WITH RECURSIVE blocked AS MATERIALIZED (
    SELECT pid, unnest(pg_blocking_pids(pid)) AS behind
    FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
), standing AS (
    SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = current_database()
    UNION
    SELECT blocked.pid FROM blocked JOIN standing ON blocked.behind = standing.pid
)
SELECT ARRAY(SELECT pid FROM standing), ARRAY(SELECT pid FROM pg_stat_activity)
"""
# In a transaction of its own or not: what makes a commit wait. A statement may have others before it (audit).
_WRITES = re.compile(r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|FOR\s+(NO\s+KEY\s+)?UPDATE|TRUNCATE)\b", re.I)


class CommitsStandStill(psycopg2.OperationalError):
    """Nothing can be saved until the follower is back, or is no longer waited for."""


class SiteConnection(extensions.connection):
    """Remembers what it sent last: behind a pooler only that tells a commit that waits from a long read."""

    sent: object = ""

    @cached_property
    def prepared(self) -> dict[str, str]:
        """The names of the statements that it has prepared, by their SQL (statements.py)."""
        return {}

    def commit(self) -> None:
        """Confirms what was written, and notes that this is what it waits for."""
        self.sent = "COMMIT"
        super().commit()

    def may_commit(self) -> bool:
        """Whether what it sent is a commit, or a write that is its own transaction."""
        return self.sent == "COMMIT" or (self.autocommit and bool(_WRITES.search(str(self.sent))))


@dataclass(frozen=True)
class ServerProcesses:
    """PostgreSQL's processes at a moment (of the monotonic clock): who stands still, and everybody."""

    at: float
    standing: frozenset[int] = frozenset()
    everybody: frozenset[int] = frozenset()

    def standing_is(self, waits: extensions.connection) -> bool:
        """Whether a connection's process stands still; behind a pooler, whether one of what it sent could."""
        process = waits.info.backend_pid
        if process in self.everybody:
            return process in self.standing
        return isinstance(waits, SiteConnection) and waits.may_commit()


class Standstill:
    """What this process knows of commits that wait."""

    def __init__(self) -> None:
        self._asks = threading.Lock()
        self._asked_at = 0.0
        self._processes = ServerProcesses(0.0)
        self.lasts = False

    def includes(self, waits: extensions.connection, begun: float) -> bool:
        """Whether a connection that waits since `begun`, which is long, does so for commits that stand still.

        One thread asks; others, and what it waits for itself meanwhile, go by what is known.
        """
        if self._asks.acquire(blocking=False):
            try:
                if time.monotonic() - self._asked_at > ASK_EVERY_SECONDS:
                    self._ask_beside(waits)
                    self._asked_at = time.monotonic()
            finally:
                self._asks.release()
        # What was known before says nothing of what it has sent since.
        known = self._processes
        return self.lasts and known.at > begun and known.standing_is(waits)

    def still_lasts(self, free: extensions.connection) -> bool:
        """Asks anew, over a connection that is free."""
        with free.cursor() as cursor:
            cursor.execute(WAITING)
            self._learn(_is_long(cursor.fetchone()))
        return self.lasts

    def _ask_beside(self, waits: extensions.connection) -> None:
        """Over a new connection; one that is not opened tells nothing."""
        now = time.monotonic()
        try:
            with closing(psycopg2.connect(waits.dsn, password=waits.info.password or None)) as beside:
                beside.autocommit = True
                lasts = self.still_lasts(beside)
                self._processes = _processes(beside, now) if lasts else ServerProcesses(now)
        except psycopg2.Error:
            self._learn(lasts=False)

    def _learn(self, lasts: bool) -> None:
        if lasts and not self.lasts:
            logger.error("Commits wait for the follower: docs/production.md, «When the follower is away».")
        self.lasts = lasts


standstill = Standstill()


def waiting() -> tuple[int, float]:
    """How many commits of the site's wait, and the longest for how many seconds."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        number, longest = cursor.fetchone()
    return number, longest


def _processes(free: extensions.connection, now: float) -> ServerProcesses:
    with free.cursor() as cursor:
        cursor.execute(PROCESSES)
        standing, everybody = cursor.fetchone() or ((), ())
    return ServerProcesses(now, frozenset(standing), frozenset(everybody))


def _is_long(found: tuple[int, float] | None) -> bool:
    return found is not None and found[1] > MAY_TAKE_SECONDS


def refuse_to_write(
    execute: Callable[..., object],
    sql: object,
    params: object,
    many: bool,
    context: Mapping[str, BaseDatabaseWrapper],
) -> object:
    """Around every statement (Django's `execute_wrappers`). Raises CommitsStandStill for one that would write
    while commits stand still; costs nothing as long as they do not. The connection remembers what it sends.
    """
    context["connection"].connection.sent = sql
    if standstill.lasts and _WRITES.search(str(sql)):
        with context["connection"].wrap_database_errors:
            if standstill.still_lasts(context["connection"].connection):
                raise CommitsStandStill(STAND_STILL)
    return execute(sql, params, many, context)
