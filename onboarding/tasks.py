"""What the worker calls; each task calls one service."""

import pghistory
from celery import shared_task

from onboarding.reminders import services


@shared_task(name="onboarding.remind")
def remind() -> None:
    """Sends the reminders that are due. Beat calls it during the day."""
    with pghistory.context(source="onboarding.remind"):
        services.send_due()
