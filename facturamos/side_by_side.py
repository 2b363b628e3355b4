"""Long work of many parts in two processes, for a background job that somebody waits for.

Python computes in one thread at a time; so each of two forks does every second part. They read the database
by connections of their own, and send back what they have made. For the lane «work», whose processes have one
thread: no fork of a web process.
"""

import logging
import os
import pickle
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
# Which a part takes a fraction of. A fork hangs that was made while another thread held a lock; one whose
# owner was killed has nobody to send to.
PATIENCE_SECONDS = 60.0


def side_by_side[P, R](work: Callable[[P], R], parts: Sequence[P]) -> Generator[R, None, None]:
    """Yields `work(part)` for each part, in their order; a part whose fork fails is done here.

    `work` reads, and writes nothing. Within a transaction, into which no other connection sees, all is done
    here; so is a single part. Whoever may stop before the end closes it, and the forks with it.
    """
    count = min(FORKS, len(parts), os.process_cpu_count() or 1)
    if count < FORKS or connection.in_atomic_block:
        yield from map(work, parts)
        return
    forks: list[_Fork[P, R]] = []
    try:
        forks.extend(_Fork(work, parts[first::count]) for first in range(count))
        for number, part in enumerate(parts):
            yield forks[number % count].result(part)
    finally:
        for fork in forks:
            fork.end()


class _Fork[P, R]:
    """A process that does its parts one after another; it waits where the former is not fetched yet."""

    def __init__(self, work: Callable[[P], R], parts: Sequence[P]) -> None:
        self._work = work
        self._answers, theirs = socket.socketpair()
        with theirs:
            self._pid = os.fork()
            if not self._pid:
                self._live(parts, theirs)

    def _live(self, parts: Sequence[P], owner: socket.socket) -> NoReturn:
        try:
            self._answers.close()
            # Not closed, which would end the owner's.
            connection.connection = None
            owner.settimeout(PATIENCE_SECONDS)
            for part in parts:
                send(owner, pickle.dumps(self._work(part)))
        finally:
            # Whatever happened, the owner meets it when it does the part. What is the owner's stays as it is.
            os._exit(0)

    def result(self, part: P) -> R:
        """What came of the next of its parts."""
        if self._pid:
            try:
                message = receive_message(self._answers, time.monotonic() + PATIENCE_SECONDS)
            except OSError:
                logger.warning("A fork is gone or hangs: its parts are done here.")
                self.end()
            else:
                answer: R = pickle.loads(message)  # noqa: S301 (our own fork's)
                return answer
        return self._work(part)

    def end(self) -> None:
        """Ends it, whatever it does, and leaves no zombie."""
        if self._pid:
            self._answers.close()
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0
