"""Beat's schedule, in memory: what it called last it learns from the database.

Celery's own scheduler keeps that in a file (SQLite), which ended beat on a busy machine («locking protocol»),
and which stays behind where beat is started on another machine.
"""

from contextlib import suppress

from celery.beat import Scheduler
from django.db import Error
from django.utils import timezone

from facturamos import heartbeat
from facturamos.status.models import SignOfLife


class MemoryScheduler(Scheduler):
    """Begins where the last beat, on whatever machine, was last seen at work."""

    # In seconds; something falls due as often.
    sync_every = 2

    def setup_schedule(self) -> None:
        """What fell due while no beat ran (nightly tasks, above all) is called at once; twice is no harm."""
        super().setup_schedule()
        # A database that is away is no reason not to begin: then all count from now.
        with suppress(Error):
            if last := SignOfLife.objects.seen(SignOfLife.SWEEP):
                for entry in self.schedule.values():
                    entry.last_run_at = timezone.localtime(last)

    def sync(self) -> None:
        """Called after a turn, where Celery would write its file."""
        heartbeat.note()
