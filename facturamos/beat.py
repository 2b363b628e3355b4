"""Beat's schedule, in memory: what it called last it learns from the database.

Celery's own scheduler keeps that in a file (SQLite), which ended beat on a busy machine («locking protocol»),
and which stays behind where beat is started on another machine.
"""

import logging
from contextlib import suppress

from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from django.db import Error
from django.utils import timezone
from kombu import Producer

from facturamos import heartbeat
from facturamos.schedule import WATCHED
from facturamos.status.models import SignOfLife

logger = logging.getLogger(__name__)


class MemoryScheduler(Scheduler):
    """Begins where the last beat, on whatever machine, was last seen at work."""

    # In seconds; something falls due as often.
    sync_every = 2
    # Whether something could not be handed over since the last turn.
    _is_unsent = False

    def setup_schedule(self) -> None:
        """What fell due while no beat ran (nightly tasks, above all) is called at once; twice is no harm."""
        super().setup_schedule()
        # A database that is away is no reason not to begin: then all count from now.
        with suppress(Error):
            if last := SignOfLife.objects.seen(SignOfLife.SWEEP):
                # Of a clock that was ahead: nothing would fall due before its date.
                begin = timezone.localtime(min(last, timezone.now()))
                for entry in self.schedule.values():
                    entry.last_run_at = begin
            SignOfLife.objects.begin(SignOfLife.GOOD_END + name for name in WATCHED)

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
