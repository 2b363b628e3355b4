"""«Detenida»: a company that makes no progress, so that somebody should call."""

from datetime import datetime, timedelta

from django.db.models import Q

# Nothing saved and nobody signed in for so long.
STUCK_AFTER = timedelta(days=7)


def stuck(now: datetime) -> Q:
    """Which of the last moves are of such a company, that came in and has not finished."""
    return Q(entered=True, finished=False, moved_at__lte=now - STUCK_AFTER)
