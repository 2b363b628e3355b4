"""What the worker calls; each task calls one service."""

import pghistory
from celery import shared_task

from facturamos.jobs.handlers import handles
from onboarding.backoffice.account_import import services
from onboarding.backoffice.account_import.models import AccountImport
from onboarding.backoffice.personal_data import erasure, retention


@handles(AccountImport)
def advance(job: AccountImport) -> None:
    """Judges the rows, or creates the accounts once somebody has confirmed them."""
    services.advance(job)


@shared_task(name="backoffice.forget_old_imports")
def forget_old_imports() -> None:
    """Wipes what imports of long ago hold. Beat calls it every hour."""
    with pghistory.context(source="backoffice.forget_old_imports"):
        services.forget_old()


@shared_task(name="backoffice.tidy", time_limit=1800)
def tidy() -> None:
    """Deletes what has been kept for long enough. Beat calls it every night."""
    with pghistory.context(source="backoffice.tidy"):
        retention.tidy()
        erasure.erase_due()
