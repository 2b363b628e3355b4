"""Celery's way in."""

import pghistory
from celery import shared_task

from certificates import services


@shared_task(name="certificates.expire_drafts")
def expire_drafts() -> None:
    """Wipes pairs whose hour is over. Beat calls it every minute."""
    with pghistory.context(source="certificates.expire_drafts"):
        services.expire_drafts()
