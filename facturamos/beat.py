"""Beat's schedule, in memory: what was called last, and which of the beats calls, the database tells.

Celery's own scheduler keeps the first in a file (SQLite), which ended beat on a busy machine («locking
protocol»), and which stays behind where beat is started on another machine. Of other beats it knows nothing.
"""

import logging
import time
import uuid
from contextlib import suppress
from datetime import timedelta

from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from django.db import Error, connection
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
    # Whether it is this one that calls, and when it asked, by this machine's monotonic clock.
    _is_elected = False
    _asked_at = -ASK_EVERY

    def setup_schedule(self) -> None:
        """What is called, and from when on each is waited for."""
        super().setup_schedule()
        self.holder = uuid.uuid4()
        self.catch_up()

    def catch_up(self) -> None:
        """What fell due while no beat ran (nightly tasks, above all) is called at once; twice is no harm."""
        # A database that is away is no reason not to begin: then all count from now.
        with suppress(Error):
            if last := SignOfLife.objects.seen(SignOfLife.SWEEP):
                # Of a clock that was ahead: nothing would fall due before its date.
                begin = timezone.localtime(min(last, timezone.now()))
                for entry in self.schedule.values():
                    entry.last_run_at = begin
            SignOfLife.objects.begin(SignOfLife.GOOD_END + name for name in WATCHED)

    def tick(self, *_: object, **__: object) -> float:
        """Calls one thing that is due, if this beat is elected; returns the seconds until the next turn."""
        if not self._elected():
            return ASK_EVERY
        return min(super().tick(), ASK_EVERY)

    def _elected(self) -> bool:
        """Whether this beat calls; asked of the database each second, and by nobody while that is away."""
        if time.monotonic() - self._asked_at < ASK_EVERY:
            return self._is_elected
        was, self._is_elected = self._is_elected, False
        try:
            self._is_elected = BeatLease.objects.take(self.holder, LEASE)
        except Error:
            # Another one, at the next turn: this one may never work again.
            connection.close()
        self._asked_at = time.monotonic()
        if self._is_elected and not was:
            logger.info("This beat calls from now on")
            self.catch_up()
            self._heap = None
        return self._is_elected

    def close(self) -> None:
        """Another beat need not wait for this one's lease to end."""
        with suppress(Error):
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
