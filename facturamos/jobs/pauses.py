"""How often work that failed is tried again, and after what pauses. Pure.

A failure that a job expects (RetryLater) says its own pause; so do mails (mailing/outbox.py).
"""

from datetime import timedelta

# An exception that nobody expected, or a killed process: the third one ends the job.
MAX_CRASHES = 3
AFTER_EACH_CRASH = timedelta(seconds=5)
# How long a fault of ours is waited for, and the pauses meanwhile: as long as it has lasted, between these.
FAULT_MAY_LAST = timedelta(hours=24)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)


def after_crash(crashes: int) -> timedelta | None:
    """The pause after one more than `crashes`, a little longer each time; None when it was the last."""
    return AFTER_EACH_CRASH * crashes if crashes + 1 < MAX_CRASHES else None


def while_faulty(lasted: timedelta) -> timedelta | None:
    """The pause when a fault of ours has lasted so long; None when it is waited for no longer."""
    return min(max(lasted, SHORTEST_PAUSE), LONGEST_PAUSE) if lasted <= FAULT_MAY_LAST else None
