"""«Detenida»: a company that makes no progress, so that somebody should call."""

from datetime import datetime, timedelta

from django.db.models import Q

# Nothing saved and nobody signed in for so long.
STUCK_AFTER = timedelta(days=7)


def without_progress(now: datetime) -> Q:
    """Which of the last moves lie back as long; of a company on its way, it is stuck."""
    return Q(moved_at__lte=now - STUCK_AFTER)
