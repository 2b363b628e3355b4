"""What the worker calls; each task calls one service."""

import pghistory
from celery import shared_task

from onboarding.delegation import services as delegation
from onboarding.reminders import services


@shared_task(name="onboarding.remind")
def remind() -> None:
    """Sends the reminders that are due. Beat calls it during the day."""
    with pghistory.context(source="onboarding.remind"):
        services.send_due()


@shared_task(name="onboarding.settle_delegations")
def settle_delegations() -> None:
    """Notes which steps others have done by now, and which links ended. Beat calls it."""
    with pghistory.context(source="onboarding.settle_delegations"):
        delegation.settle_open()
