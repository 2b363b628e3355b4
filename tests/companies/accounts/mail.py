"""Sends what waits in the outbox, as a worker would."""

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from facturamos.jobs.tasks import perform
from mailing.models import Message


def deliver(message: Message) -> None:
    """One try at one message."""
    job = Message.objects.claim(message.pk)
    assert job is not None
    perform(job)


def last_mail() -> EmailMultiAlternatives:
    """The mail that left last."""
    sent = mail.outbox[-1]
    assert isinstance(sent, EmailMultiAlternatives)
    return sent
