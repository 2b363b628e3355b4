"""Celery's way in."""

import pghistory
from celery import shared_task

from onboarding import reminders


@shared_task(name="onboarding.remind")
def remind() -> None:
    """Sends the reminders that are due. Beat calls it during the day."""
    with pghistory.context(source="onboarding.remind"):
        reminders.send_due()
