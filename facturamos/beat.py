"""Beat's schedule, in memory: what was called last, and which of the beats calls, the database tells.

Celery's own scheduler keeps the first in a file (SQLite), which ended beat on a busy machine («locking
protocol»), and which stays behind where beat is started on another machine. Of other beats it knows nothing.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from celery.schedules import schedule
from django.db import Error, close_old_connections
from django.utils import timezone
from kombu import Producer

from facturamos import heartbeat
from facturamos.schedule import WATCHED
from facturamos.status.models import BeatLease, SignOfLife

# The beat that calls says so each second; one that was not heard for five is replaced by another.
ASK_EVERY = 1.0
LEASE = timedelta(seconds=5)

logger = logging.getLogger(__name__)


class MemoryScheduler(Scheduler):
    """Waits while another beat calls; else begins where the last one, on any machine, was seen at work."""

    # In seconds; something falls due as often.
    sync_every = 2
    # Whether something could not be handed over since the last turn.
    _is_unsent = False
    # Whether it is this one that calls (None: nobody was asked yet), whether that could be asked, and when.
    _calls: bool | None = None
    _could_ask = True
    _asked_at = -ASK_EVERY
    # A signal comes in the midst of a statement: its handler must not ask the same connection.
    _is_asking = False

    def setup_schedule(self) -> None:
        """What is called, and from when on each is waited for."""
        super().setup_schedule()
        self.holder = uuid.uuid4()
        # A database that is away is no reason not to begin.
        with self._asking(), suppress(Error):
            SignOfLife.objects.begin(SignOfLife.GOOD_END + name for name in WATCHED)
        self.catch_up()

    def catch_up(self, *, intervals: bool = False) -> None:
        """What fell due while no beat ran (nightly tasks, above all) is called at once; twice is no harm.

        With `intervals` so is what comes at intervals: when another beat called that last, nobody knows.
        """
        begin = now = timezone.now()
        # Else all count from now.
        with self._asking(), suppress(Error):
            # Of a clock that was ahead: nothing would fall due before its date.
            begin = min(SignOfLife.objects.seen(SignOfLife.SWEEP) or now, now)
        for entry in self.schedule.values():
            seconds = entry.schedule.seconds if intervals and isinstance(entry.schedule, schedule) else 0
            entry.last_run_at = timezone.localtime(begin - timedelta(seconds=seconds))
        self._heap = None

    def tick(self, *_: object, **__: object) -> float:
        """Calls one thing that is due, if it is this beat's turn; returns the seconds until the next look."""
        if not self._has_the_turn():
            return ASK_EVERY
        return min(super().tick(), ASK_EVERY)

    def _has_the_turn(self) -> bool:
        """Whether this beat calls; asked of the database each second.

        While that cannot be asked, or cannot keep the answer, each calls: somebody must tell of it.
        """
        if time.monotonic() - self._asked_at < ASK_EVERY:
            return bool(self._calls)
        called = self._calls
        try:
            with self._asking():
                self._calls = BeatLease.objects.take(self.holder, LEASE)
        except Error as error:
            # This connection may never work again.
            close_old_connections()
            if self._could_ask:
                logger.warning("Could not ask which beat calls, so this one does: %s", error)
            self._calls, self._could_ask = True, False
        else:
            if not self._could_ask:
                logger.warning("It can be asked again which beat calls")
            self._could_ask = True
        self._asked_at = time.monotonic()
        if self._calls and called is False:
            logger.info("This beat calls from now on")
            self.catch_up(intervals=True)
        return self._calls

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self._is_asking = True
        try:
            yield
        finally:
            self._is_asking = False

    def close(self) -> None:
        """Another beat need not wait for this one's turn to end."""
        if not self._is_asking:
            with self._asking(), suppress(Error):
                BeatLease.objects.give_up(self.holder)
        super().close()

    def apply_entry(self, entry: ScheduleEntry, producer: Producer | None = None) -> None:
        """Hands over a task that is due; while the broker is away it stays due.

        In Celery's own it counts as called: a nightly task would wait for the next night.
        """
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            if not self._is_unsent:
                logger.warning("Could not hand over %s; it is tried again: %s", entry.task, error)
            self._is_unsent = True
            self.schedule[str(entry.name)].last_run_at = entry.last_run_at

    def sync(self) -> None:
        """Called every two seconds, where Celery would write its file."""
        heartbeat.note()
        if self._is_unsent:
            # It is filled again from what is due.
            self._is_unsent, self._heap = False, None
