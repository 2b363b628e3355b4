"""The breaker of the outbox: when our own mail server fails, mail pauses as a whole.

Otherwise every mail would meet the failure by itself, ten seconds each, and all would come due together once
it is over. After a few failures in a row nothing is sent but one mail now and then, to see; with the first
that is taken, the others follow at their lane's pace. Nothing is lost meanwhile: rows wait.

Who runs the site is told by `tell`: a line at level ERROR, and the row in admin. A mail about mail that does
not leave would not leave.
"""

import logging
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from facturamos.jobs.models import RetryLater
from facturamos.marks import young
from mailing.models import RelayState

logger = logging.getLogger(__name__)

FAILURES = 5
PROBE_EVERY = timedelta(minutes=1)
TELL_EVERY = timedelta(hours=1)


def may_send() -> None:
    """Raises RetryLater while mail is paused. Of those who ask when it is time to try, one may."""
    probe_at = RelayState.objects.pause()
    if probe_at is None:
        return
    now = timezone.now()
    mine = RelayState.objects.filter(paused_since__isnull=False, probe_at=probe_at, probe_at__lte=now)
    if not mine.update(probe_at=now + PROBE_EVERY):
        raise RetryLater(max(probe_at - now, timedelta(seconds=1)))


def is_well() -> None:
    """The server took a mail, or refused one for its recipient's sake: it works.

    Costs one statement, and writes nothing while there was no failure.
    """
    unwell = RelayState.objects.filter(Q(failures__gt=0) | Q(paused_since__isnull=False))
    if (state := unwell.first()) is None:
        return
    unwell.update(failures=0, paused_since=None, probe_at=None)
    if state.paused_since:
        logger.error("Our mail server takes mail again; the outbox goes on.")


def failed(fault: str) -> None:
    """Counts a failure that is ours to mend, and pauses all mail after a few in a row."""
    now = timezone.now()
    state = RelayState.objects.present()
    row = RelayState.objects.filter(pk=state.pk)
    row.update(failures=F("failures") + 1, fault=fault[:200], fault_at=now)
    paused = row.filter(failures__gte=FAILURES, paused_since=None).update(
        paused_since=now, probe_at=now + PROBE_EVERY, told_at=None
    )
    tell(f"all mail is paused: {fault}" if paused else f"mail waits: {fault}")


def tell_of_bounce(fault: str) -> None:
    """Notes what others refuse of ours. It pauses nothing: our own server took the mail."""
    state = RelayState.objects.present()
    RelayState.objects.filter(pk=state.pk).update(fault=f"rebote: {fault}"[:200], fault_at=timezone.now())
    tell(f"a mail came back: {fault}")


def tell(what: str) -> None:
    """Tells who runs the site, once an hour at most."""
    now = timezone.now()
    due = RelayState.objects.filter(Q(told_at=None) | ~Q(told_at__range=young(now, TELL_EVERY)))
    if due.update(told_at=now):
        logger.error("Our mail server: %s. See «Servidor de correo del sitio» in admin.", what)
