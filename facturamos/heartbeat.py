"""The file that a worker and beat touch for as long as they are at work: its age is their health check."""

from contextlib import suppress

from django.conf import settings


def note() -> None:
    """Says that this process is at work now. What cannot be written grows old, and that tells."""
    if settings.HEARTBEAT_FILE:
        with suppress(OSError):
            settings.HEARTBEAT_FILE.touch()
