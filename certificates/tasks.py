"""What the worker calls; each task calls one service."""

import pghistory
from celery import shared_task
from django.utils import timezone

from certificates import review, services
from certificates.letter import sending
from certificates.letter import services as letters
from certificates.models import CsdValidation, LetterSubmission, TestInvoice
from certificates.test_invoice import services as test_invoice
from facturamos.jobs.handlers import handles


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
