"""Hands over to workers what nobody holds: rows in their turn, as many as their lane lets through."""

import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

import pghistory
from django.utils import timezone

from facturamos.jobs import broker
from facturamos.jobs.lanes import LANES, Lane
from facturamos.jobs.models import Job, kinds
from facturamos.marks import lies_ahead
from facturamos.status.models import SignOfLife

logger = logging.getLogger(__name__)

# At most so many of one kind at one go: a sweep must not take longer than the pause until the next.
SWEEP_BATCH = 500
# Sweeps are five seconds apart; after a longer pause something of ours was at fault.
SILENCE = timedelta(seconds=15)
STOPPED = "el proceso se detuvo"


def sweep() -> None:
    """Takes back what a dead worker held, then fills every lane. Twice at once is as good as once."""
    silence = SignOfLife.objects.seen(SignOfLife.SILENCE)
    if silence and lies_ahead(silence, timezone.now()):
        # Else no work would be told from its worker's crashes until then.
        silence = None
    for kind in kinds():
        for job in kind.objects.abandoned()[:SWEEP_BATCH]:
            with pghistory.context(source="sweeper", job=str(job.pk)):
                _take_back(job, silence)
    fill(LANES)


def fill(lanes: Collection[Lane]) -> None:
    """Hands over what nobody holds, lane by lane, until the broker does not answer."""
    try:
        lying = broker.tickets(lanes)
    except Exception as error:  # kombu, redis and socket errors alike: the rows are safe
        logger.warning(
            "The broker does not answer (%s); the next sweep will ask again.", type(error).__name__
        )
        return
    for lane in lanes:
        if not all(job.send() for job in _next(lane, lying)):
            return


def _take_back(job: Job, silence: datetime | None) -> None:
    """A crash, unless everything stood still meanwhile (database, machine): that is no work's own doing."""
    # Its start, or its last sign of life, by the clock that the silence was told by: the database's.
    alive = job.lease_until and job.lease_until - job.lease()
    if silence and alive and alive < silence:
        job.wait_for_us(STOPPED)
    else:
        job.crash(STOPPED)


def _next(lane: Lane, lying: set[str]) -> Iterator[Job]:
    """The jobs to hand over now."""
    members = [kind for kind in kinds() if lane == kind.LANE]
    for kind in members:
        _forget_lost(kind, lying)
    room = SWEEP_BATCH
    if lane.window is not None:
        room = min(room, lane.window - sum(kind.objects.in_hand().count() for kind in members))
    for kind in members:
        chosen = list(kind.objects.in_turns()[: max(0, min(room, kind.may_start()))])
        room -= len(chosen)
        yield from _not_lying(chosen, lying)


def _forget_lost(kind: type[Job], lying: set[str]) -> None:
    """Rows whose task is nowhere: the broker was emptied, or a worker died with it before it claimed them."""
    quiet = kind.objects.handed_over().filter(sent_at__lt=timezone.now() - broker.CLAIMED_WITHIN)
    lost = [job.pk for job in quiet.only("pk", "attempt") if job.ticket not in lying]
    if lost:
        kind.objects.handed_over().filter(pk__in=lost).update(sent_at=None)


def _not_lying(jobs: Iterable[Job], lying: set[str]) -> Iterator[Job]:
    """Without those whose task is there although their row does not know it."""
    for job in jobs:
        if job.ticket in lying:
            type(job).objects.filter(pk=job.pk).update(sent_at=timezone.now())
        else:
            yield job
