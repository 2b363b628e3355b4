"""What `/salud/listo/` answers: whether this copy of the site may be sent requests.

Asked often, by anybody, so it says little and costs little. From when on work is late stands in findings.py;
all that is known of the site, report.py tells.
"""

import time
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from facturamos.database import commits
from facturamos.jobs import broker
from facturamos.jobs.models import kinds
from facturamos.marks import is_old
from facturamos.status import canary
from facturamos.status.findings import OLDEST_MAY_WAIT, SWEEP_IS_LATE
from facturamos.status.models import SignOfLife
from facturamos.status.unapplied import unapplied

# What was found is good for so long.
FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class SiteHealth:
    """What pages need, and what work in the background needs, by name: True is good."""

    pages: dict[str, bool]
    work: dict[str, bool]

    @property
    def is_ready(self) -> bool:
        """Whether pages can be served; work that waits takes no page away."""
        return all(self.pages.values())

    @property
    def is_well(self) -> bool:
        """Whether nothing at all is amiss."""
        return self.is_ready and all(self.work.values())


_last: tuple[float, SiteHealth] | None = None


def site_health() -> SiteHealth:
    """Asks, unless somebody has just asked. Raises DatabaseError when the database does not answer."""
    global _last
    now = time.monotonic()
    if _last is None or now - _last[0] > FRESH_SECONDS:
        _last = (now, _asked())
    return _last[1]


def _asked() -> SiteHealth:
    pages = {"base": _writable(), "migraciones": unapplied() == 0}
    pages["llaves"] = pages["migraciones"] and canary.sings()
    if not pages["migraciones"]:
        return SiteHealth(pages, {})
    now = timezone.now()
    swept = SignOfLife.objects.seen(SignOfLife.SWEEP)
    work = {
        "mensajero": not broker.fault(),
        "réplica": commits.waiting()[1] <= commits.MAY_TAKE_SECONDS,
        "beat": not is_old(swept, now, SWEEP_IS_LATE),
        "trabajos": not any(
            kind._base_manager.filter(state="queued", run_after__lt=now - OLDEST_MAY_WAIT).exists()
            for kind in kinds()
        ),
    }
    return SiteHealth(pages, work)


def _writable() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT (pg_is_in_recovery() OR current_setting('transaction_read_only')::bool)")
        return bool(cursor.fetchone()[0])
