"""Sends the reminders of one kind, and reads the mail that leaves."""

from datetime import UTC, datetime, timedelta

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from mailing.models import Message
from onboarding.reminders import services as reminders
from tests.mailing.conftest import run

HOUR = timedelta(hours=1)
# A Wednesday: no digest.
NOW = datetime(2026, 11, 18, 18, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 16, tzinfo=UTC)


def send(kind: str, now: datetime) -> None:
    """What beat would send of one kind, whatever the weekday."""
    for each in reminders._kinds[kind].due(now):
        reminders._send(kind, each)


def sent() -> EmailMultiAlternatives:
    """Sends the newest message; what it said."""
    run(Message.objects.order_by("-created_at")[0])
    assert len(mail.outbox) == 1, Message.objects.order_by("-created_at")[0].outcome
    letter = mail.outbox[0]
    assert isinstance(letter, EmailMultiAlternatives)
    return letter


def html(letter: EmailMultiAlternatives) -> str:
    """The mail's HTML part."""
    return str(letter.alternatives[0][0])
