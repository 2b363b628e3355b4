"""Marks: when something was last seen, told or done. Pure.

A clock that was wrong for a while leaves marks that lie ahead. Compared as a number such a mark is young
until its date has come, for years perhaps; here it proves nothing.
"""

from datetime import datetime, timedelta

# Servers' clocks differ by some seconds.
MAY_LIE_AHEAD = timedelta(minutes=1)


def lies_ahead(mark: datetime, now: datetime) -> bool:
    """Whether it is of a moment that has not been, whatever clocks may differ."""
    return mark > now + MAY_LIE_AHEAD


def is_old(mark: datetime | None, now: datetime, most: timedelta) -> bool:
    """Whether it is older than that, was never made, or lies ahead."""
    return mark is None or now - mark > most or lies_ahead(mark, now)


def young(now: datetime, most: timedelta) -> tuple[datetime, datetime]:
    """What is not old, for a `__range` of the database's."""
    return now - most, now + MAY_LIE_AHEAD


def seconds_since(then: datetime | None, now: datetime) -> float | None:
    """Seconds from one moment to another; None when the first never was."""
    return None if then is None else round((now - then).total_seconds(), 1)
