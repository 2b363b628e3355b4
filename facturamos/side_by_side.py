"""Long work of many parts in two processes, for a background job that somebody waits for.

Python computes in one thread at a time; so each of two forks does every second part. They read the database
by connections of their own, and send back what they have made in plain bytes (nothing is unpickled). For the
lane «work», whose processes have one thread: no fork of a web process.
"""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from typing import NoReturn

from django.db import connection

from facturamos.sandbox_messages import receive_message, send

logger = logging.getLogger(__name__)

# A machine with more processors has other jobs to do, and each fork asks PostgreSQL for a connection.
FORKS = 2
# Which a part takes a fraction of; a fork hangs that was made while another thread held a lock.
PATIENCE_SECONDS = 60.0


def side_by_side[P](work: Callable[[P], bytes], parts: Sequence[P]) -> Generator[bytes, None, None]:
    """Yields `work(part)` for each part, in their order; a part whose fork fails is done here.

    `work` reads, and writes nothing. Within a transaction, into which no other connection sees, all is done
    here; so is a single part. Whoever may stop before the end closes it, and the forks with it.
    """
    count = min(FORKS, len(parts), len(os.sched_getaffinity(0)))
    if count < 2 or connection.in_atomic_block:
        yield from map(work, parts)
        return
    forks: list[_Fork[P]] = []
    try:
        forks.extend(_Fork(work, parts[first::count]) for first in range(count))
        for number, part in enumerate(parts):
            yield forks[number % count].result(part)
    finally:
        for fork in forks:
            fork.end()


class _Fork[P]:
    """A process that does its parts one after another; it waits where the former is not fetched yet."""

    def __init__(self, work: Callable[[P], bytes], parts: Sequence[P]) -> None:
        self._work, self._pid = work, 0
        self._answers, theirs = socket.socketpair()
        with theirs:
            try:
                pid = os.fork()
            except OSError:
                # No process or memory is left for it: its parts are its owner's.
                self._answers.close()
                return
            if not pid:
                self._live(parts, theirs)
            self._pid = pid

    def _live(self, parts: Sequence[P], owner: socket.socket) -> NoReturn:
        try:
            self._answers.close()
            # Not closed, which would end the owner's.
            connection.connection = None
            owner.settimeout(PATIENCE_SECONDS)
            for part in parts:
                send(owner, self._work(part))
        finally:
            # Whatever happened, the owner meets it when it does the part. What is the owner's stays as it is.
            os._exit(0)

    def result(self, part: P) -> bytes:
        """What came of the next of its parts."""
        if self._pid:
            try:
                return receive_message(self._answers, time.monotonic() + PATIENCE_SECONDS)
            except OSError as error:
                told = type(error).__name__
                logger.warning("A fork is gone or hangs (%s): its parts are done here.", told)
                self.end()
        return self._work(part)

    def end(self) -> None:
        """Ends it, whatever it does, and leaves no zombie."""
        pid, self._pid = self._pid, 0
        if pid:
            self._answers.close()
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
