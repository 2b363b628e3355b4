"""Beat's schedule, in memory: what was called last, and which of the beats calls, the database tells.

Celery's own scheduler keeps the first in a file (SQLite), which ended beat on a busy machine («locking
protocol»), and which stays behind where beat is started on another machine. Of other beats it knows nothing.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from django.db import Error, close_old_connections
from django.utils import timezone
from kombu import Producer

from facturamos import heartbeat
from facturamos.schedule import CALLED_AGAIN_AFTER, WATCHED
from facturamos.status.models import BeatLease, SignOfLife

# The beat that calls says so each second; one that was not heard for five is replaced by another.
ASK_EVERY = 1.0
LEASE = timedelta(seconds=5)
# One that has handed nothing over for as long as that leaves the turn to others for so many seconds.
STAND_ASIDE = 3.0
# So often it looks whether something that it called was not done.
CATCH_UP_EVERY = 600.0

logger = logging.getLogger(__name__)


class MemoryScheduler(Scheduler):
    """Waits while another beat calls; else calls what fell due since each was last done, on any machine."""

    # In seconds; something falls due as often.
    sync_every = 2
    # Whether it is this one that calls, whether that could be asked, and when it is asked again (monotonic).
    _calls = False
    _could_ask = True
    _ask_at = 0.0
    # When another one was last known to call, and when what was not done is looked for again (monotonic).
    _other_called_at: datetime | None = None
    _catch_up_at = 0.0
    # Since when nothing could be handed over, and whether what is due is to be looked for anew.
    _unsent_since: float | None = None
    _is_stale = False
    # A signal comes in the midst of a statement: its handler must not ask the same connection.
    _is_asking = False

    def setup_schedule(self) -> None:
        """What is called. Nobody is asked yet: a signal that comes meanwhile makes another one of these."""
        super().setup_schedule()
        self.holder = uuid.uuid4()
        # What could not be handed over; of the first it is told.
        self._unsent: set[str] = set()

    def tick(self, *_: object, **__: object) -> float:
        """Calls one thing that is due, if it is this beat's turn; returns the seconds until the next look."""
        if not self._has_the_turn():
            return ASK_EVERY
        return min(super().tick(), ASK_EVERY)

    def _has_the_turn(self) -> bool:
        """Whether this beat calls; asked of the database each second.

        While that cannot be asked, or cannot keep the answer, each calls: somebody must tell of it.
        """
        now = time.monotonic()
        if now < self._ask_at:
            return self._calls
        called, could_ask = self._calls, self._could_ask
        with self._asking():
            if self._unsent_since is not None and now - self._unsent_since > LEASE.total_seconds():
                self._stand_aside()
                return False
            try:
                self._calls = BeatLease.objects.take(self.holder, LEASE)
                if not self._calls:
                    self._other_called_at = timezone.localtime()
                elif not (called and could_ask) or now > self._catch_up_at:
                    self._catch_up()
                self._could_ask = True
            except Error as error:
                # This connection may never work again.
                close_old_connections()
                if not called:
                    self._go_on()
                self._calls, self._could_ask = True, False
                if could_ask:
                    told = str(error).partition("\n")[0]
                    logger.warning("Could not ask which beat calls, so this one does: %s", told)
        self._ask_at = time.monotonic() + ASK_EVERY
        if self._could_ask and not could_ask:
            logger.warning("It can be asked again which beat calls")
        return self._calls

    def _catch_up(self) -> None:
        """What fell due since it was last done well is called at once, whoever should have; twice is no harm.

        That is known of tasks of the night and of the hour; for an hour one that was called may be at work.
        What comes at intervals counts on from when this beat called it last, or began.
        """
        signs, now = SignOfLife.objects, timezone.now()
        signs.begin(SignOfLife.GOOD_END + name for name in WATCHED)
        done, called = signs.of_tasks(SignOfLife.GOOD_END), signs.of_tasks(SignOfLife.CALLED)
        for entry in self.schedule.values():
            if last := done.get(str(entry.task)):
                at_work = called.get(str(entry.task), last)
                if now - at_work < CALLED_AGAIN_AFTER:
                    last = max(last, at_work)
                # Of a clock that was ahead: nothing would fall due before its date.
                entry.last_run_at = timezone.localtime(min(last, now))
        self._heap, self._catch_up_at = None, time.monotonic() + CATCH_UP_EVERY

    def _go_on(self) -> None:
        """From where another beat was last known to call; what that called is none of this one's business."""
        if other := self._other_called_at:
            for entry in self.schedule.values():
                entry.last_run_at = max(filter(None, (entry.last_run_at, other)))
            self._heap = None

    def _stand_aside(self) -> None:
        """Another beat may have a broker that takes what this one cannot hand over."""
        self._unsent_since, self._calls = None, False
        self._ask_at = time.monotonic() + STAND_ASIDE
        with suppress(Error):
            BeatLease.objects.give_up(self.holder)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self._is_asking = True
        try:
            yield
        finally:
            self._is_asking = False

    def close(self) -> None:
        """Another beat need not wait for this one's turn to end. Celery calls it twice."""
        if self._calls and self._could_ask and not self._is_asking:
            self._calls = False
            with self._asking(), suppress(Error):
                BeatLease.objects.give_up(self.holder)
        super().close()

    def apply_entry(self, entry: ScheduleEntry, producer: Producer | None = None) -> None:
        """Hands over a task that is due; while the broker is away it stays due.

        In Celery's own it counts as called: a nightly task would wait for the next night.
        """
        name = str(entry.name)
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            if not self._unsent:
                logger.warning("Could not hand over %s; it is tried again: %s", entry.task, error)
            self._unsent.add(name)
            self._is_stale, self._unsent_since = True, self._unsent_since or time.monotonic()
            self.schedule[name].last_run_at = entry.last_run_at
        else:
            self._unsent.discard(name)
            self._unsent_since = None
            if entry.task in WATCHED and self._could_ask:
                with self._asking(), suppress(Error):
                    SignOfLife.objects.note(SignOfLife.CALLED + entry.task)

    def sync(self) -> None:
        """Called every two seconds, where Celery would write its file."""
        heartbeat.note()
        if self._is_stale:
            # It is filled again from what is due.
            self._is_stale, self._heap = False, None
