"""What the worker calls; each task calls one service."""

import logging
from datetime import timedelta

import pghistory
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.utils import timezone

from certificates import review, services
from certificates.lco import fetching
from certificates.lco.services import LCO_REFUSED, ListRefused
from certificates.letter import sending
from certificates.letter import services as letters
from certificates.models import CsdValidation, LetterSubmission, TestInvoice
from certificates.test_invoice import services as test_invoice
from facturamos.jobs.handlers import handles
from facturamos.status.models import SignOfLife

logger = logging.getLogger(__name__)

# What a task has left after its soft limit.
TO_END = timedelta(minutes=5)


@shared_task(name="certificates.expire_drafts")
def expire_drafts() -> None:
    """Wipes pairs whose hour is over. Beat calls it every minute."""
    with pghistory.context(source="certificates.expire_drafts"):
        services.expire_drafts()


@shared_task(name="certificates.tell_waits_over")
def tell_waits_over() -> None:
    """Tells whose new CSD the SAT must have by now. Beat calls it every ten minutes."""
    services.tell_waits_over()


@shared_task(name="certificates.reconsider")
def reconsider() -> None:
    """Judges again what waits for an authority that we know by now. Beat calls it every ten minutes."""
    review.reconsider()


# The soft limit is an error, which lets the files go; the other a kill.
@shared_task(
    name="certificates.fetch_lco",
    soft_time_limit=int(fetching.TIME_LIMIT.total_seconds()),
    time_limit=int((fetching.TIME_LIMIT + TO_END).total_seconds()),
)
def fetch_lco() -> None:
    """Reads the SAT's list of the day where LCO_URL says where it is. Beat calls it every hour."""
    if not settings.LCO_URL:
        return
    try:
        with pghistory.context(source="certificates.fetch_lco"):
            fetching.fetch(timezone.now())
    except (ListRefused, SoftTimeLimitExceeded) as refused:
        said = str(refused) if isinstance(refused, ListRefused) else "no se terminó de leer a tiempo."
        # The next hour looks again; «Estado» says how old the list is, or that there never was one.
        SignOfLife.objects.note(LCO_REFUSED)
        logger.warning("lco: %s", said)


@shared_task(name="certificates.forget_letter_drafts")
def forget_letter_drafts() -> None:
    """Deletes what was prepared to be signed, long after it could be. Beat calls it every hour."""
    letters.forget_drafts(timezone.now())


@handles(CsdValidation)
def validate(validation: CsdValidation) -> None:
    """Judges an uploaded pair, and makes it the active one when all is well."""
    services.validate(validation)


@handles(TestInvoice)
def make_test_invoice(test: TestInvoice) -> None:
    """Builds a sample invoice with the active CSD."""
    test_invoice.perform(test)


@handles(LetterSubmission)
def send_letter(submission: LetterSubmission) -> None:
    """Sends a signed letter to the PAC, or asks what became of it."""
    sending.perform(submission)
