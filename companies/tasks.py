"""What the worker calls; each task calls one service."""

import pghistory
from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from companies.accounts import password_reset, sessions
from companies.csf import validator
from companies.models import ResetRequest, SecurityEvent, Tally, ValidatorQuery
from facturamos.apart import run_apart
from facturamos.jobs.handlers import handles


@handles(ResetRequest)
def answer_reset(request: ResetRequest) -> None:
    """Sends a link, if the account exists."""
    password_reset.answer_reset(request)


@handles(ValidatorQuery)
def ask_the_sat(query: ValidatorQuery) -> None:
    """Puts one query to the SAT's validator; the answer, or why there is none, goes into its row."""
    validator.ask(query)


@shared_task(name="companies.tidy")
def tidy() -> None:
    """Forgets sessions, counts and requests for passwords that are over. Beat calls it every hour."""
    now = timezone.now()
    run_apart(
        [
            ("sessions", Session.objects.filter(expire_date__lt=now).delete),
            ("signed-in sessions", sessions.forget_ended),
            ("requests for passwords", password_reset.forget_requests),
            ("counts", Tally.objects.filter(until__lt=now).delete),
            ("events of nobody", SecurityEvent.objects.filter(user=None).delete),
        ]
    )


@shared_task(name="companies.forget_sat_answers")
def forget_sat_answers() -> None:
    """Wipes the SAT's answers whose hour is over. Beat calls it every ten minutes."""
    with pghistory.context(source="companies.forget_sat_answers"):
        validator.forget_answers()
