"""Commits that wait for a follower that is away, and telling visitors instead of waiting with them.

With `synchronous_standby_names` (docs/production.md) a save is confirmed once the follower has it, too. While
that one is away PostgreSQL waits without end: none of its time-outs ends a commit, and a cancelled one counts
as done. So who has waited for long asks, over another connection, whether commits of the site's stand still,
and then gives up: what was sent may be saved or not, as when a server is lost. From then on nobody in this
process begins to write, so that no connection joins those that wait; each asks first, and the first that
finds none waiting goes on. Reading goes on all the while.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing

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
# In a transaction of its own or not: what makes a commit wait. A statement may have others before it (audit).
_WRITES = re.compile(r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|FOR\s+(NO\s+KEY\s+)?UPDATE|TRUNCATE)\b", re.I)


class CommitsStandStill(psycopg2.OperationalError):
    """Nothing can be saved until the follower is back, or is no longer waited for."""


class Standstill:
    """What this process knows of commits that wait."""

    def __init__(self) -> None:
        self._asks = threading.Lock()
        self._asked_at = 0.0
        self.lasts = False

    def includes(self, waits: extensions.connection) -> bool:
        """Whether a connection that has waited for long does so because commits stand still.

        One thread asks; others, and what it waits for itself meanwhile, go by what is known.
        """
        if self._asks.acquire(blocking=False):
            try:
                if time.monotonic() - self._asked_at > ASK_EVERY_SECONDS:
                    self._learn(_asked_beside(waits))
                    self._asked_at = time.monotonic()
            finally:
                self._asks.release()
        return self.lasts

    def still_lasts(self, free: extensions.connection) -> bool:
        """Asks anew, over a connection that is free."""
        with free.cursor() as cursor:
            cursor.execute(WAITING)
            self._learn(_is_long(cursor.fetchone()))
        return self.lasts

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


def _asked_beside(waits: extensions.connection) -> bool:
    """Whether commits stand still, over a new connection; one that is not opened tells nothing."""
    try:
        with closing(psycopg2.connect(waits.dsn, password=waits.info.password or None)) as beside:
            beside.autocommit = True
            with beside.cursor() as cursor:
                cursor.execute(WAITING)
                return _is_long(cursor.fetchone())
    except psycopg2.Error:
        return False


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
    while commits stand still; costs nothing as long as they do not.
    """
    if standstill.lasts and _WRITES.search(str(sql)):
        with context["connection"].wrap_database_errors:
            if standstill.still_lasts(context["connection"].connection):
                raise CommitsStandStill(STAND_STILL)
    return execute(sql, params, many, context)
