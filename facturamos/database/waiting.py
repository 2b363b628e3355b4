"""Waiting for PostgreSQL's answer, and telling a server that is slow from one that has fallen silent.

A host that vanishes (power, network, a fail-over) sends nothing, not even a refusal, and neither libpq
nor a `statement_timeout`, which the server itself would have to keep, ends the wait. So psycopg2 waits
here: when an answer takes long, somebody knocks at the server anew, and if nobody opens the wait is over.
What one thread has found out counts for all of its process: those that wait give up, those that want to
connect fail at once, and one of them tries again every few seconds. A server that answers, and whose commits
wait for another that does not, is commits.py's.
"""

import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import extensions

from facturamos.database import commits

# How long opening a connection to one host may take.
CONNECT_SECONDS = 4.0
# An answer that takes longer than this is asked after; so often, too.
PATIENCE_SECONDS = 3.0
# How long the answer to a knock may take.
KNOCK_SECONDS = 4.0
# While it is silent, one thread tries again after this.
TRY_EVERY_SECONDS = 3.0
# How often a thread that waits looks whether another one has noticed.
SLICE_SECONDS = 0.5

SILENT = "the database does not answer (silent)"
# The first packet that any client may send; the server says «S» or «N», whoever asks.
KNOCK = struct.pack("!II", 8, 80877103)
_ESTABLISHED = (extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED)


class Silence:
    """What this process knows of a silent server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_the_door = threading.Lock()
        self._answered_at = 0.0
        self._noticed_at: float | None = None
        self._try_at = 0.0

    def noticed(self) -> None:
        """Somebody waited in vain; others need not."""
        with self._lock:
            now = time.monotonic()
            self._noticed_at, self._try_at = self._noticed_at or now, now + TRY_EVERY_SECONDS

    def heard(self) -> None:
        """It speaks again, so all may connect."""
        with self._lock:
            self._noticed_at = None

    def since(self, begun: float) -> bool:
        """Whether it was noticed after `begun`: who has waited since then waits in vain, too."""
        return self._noticed_at is not None and self._noticed_at >= begun

    def answers(self, connection: extensions.connection, begun: float) -> bool:
        """Whether the server of a connection that has waited since `begun` answers a knock.

        One thread knocks for all: a server that is merely busy needs no forty more clients.
        """
        with self._at_the_door:
            if self.since(begun):
                return False
            now = time.monotonic()
            if now - self._answered_at < PATIENCE_SECONDS:
                return True
            if not opens(connection):
                self.noticed()
                return False
            self._answered_at = time.monotonic()
            return True

    def may_try(self) -> bool:
        """Whether this thread may connect: all may, or one every few seconds."""
        with self._lock:
            if self._noticed_at is None:
                return True
            now = time.monotonic()
            if now < self._try_at:
                return False
            self._try_at = now + TRY_EVERY_SECONDS + CONNECT_SECONDS
            return True


silence = Silence()


@contextmanager
def connecting() -> Iterator[None]:
    """Around opening a connection. Raises OperationalError at once while the server is known to be silent."""
    if not silence.may_try():
        raise psycopg2.OperationalError(SILENT)
    yield
    silence.heard()


def wait(connection: extensions.connection) -> None:
    """psycopg2's wait callback. Raises OperationalError, and so ends the connection, when nobody answers."""
    begun = asked = time.monotonic()
    while (state := connection.poll()) != extensions.POLL_OK:
        if _is_ready(connection.fileno(), state):
            asked = time.monotonic()
            continue
        now = time.monotonic()
        if connection.status not in _ESTABLISHED:
            if now - begun > CONNECT_SECONDS:
                silence.noticed()
                raise psycopg2.OperationalError(SILENT)
        elif silence.since(begun):
            raise psycopg2.OperationalError(SILENT)
        elif now - asked > PATIENCE_SECONDS:
            if not silence.answers(connection, begun):
                raise psycopg2.OperationalError(SILENT)
            if now - begun > commits.MAY_TAKE_SECONDS and commits.standstill.includes(connection, begun):
                raise commits.CommitsStandStill(commits.STAND_STILL)
            asked = time.monotonic()


def _is_ready(descriptor: int, state: int) -> bool:
    """Whether something came, or can be sent, within a slice."""
    poller = select.poll()
    poller.register(descriptor, select.POLLOUT if state == extensions.POLL_WRITE else select.POLLIN)
    return bool(poller.poll(SLICE_SECONDS * 1000))


def opens(connection: extensions.connection) -> bool:
    """Whether the server answers a knock. One that refuses is not silent: TCP will tell of it."""
    info = connection.info
    try:
        with _reach(info.host, info.port) as door:
            door.sendall(KNOCK)
            door.recv(1)
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def _reach(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=KNOCK_SECONDS)
    door = socket.socket(socket.AF_UNIX)
    door.settimeout(KNOCK_SECONDS)
    door.connect(f"{host}/.s.PGSQL.{port}")
    return door
