"""What the worker calls; each task calls one service."""

import pghistory
from celery import shared_task

from facturamos.jobs.handlers import handles
from mailing import alarms, outbox, services
from mailing.bounces import services as bounces
from mailing.models import MailboxTest, Message
from mailing.oauth import services as oauth
from mailing.oauth.models import GrantProbe, Revocation


@handles(MailboxTest)
def run_test(test: MailboxTest) -> None:
    """Tries the mailbox, step by step."""
    services.run_test(test)


@handles(Message)
def deliver(message: Message) -> None:
    """Gives the mail to the server, now or later."""
    outbox.deliver(message)


@handles(GrantProbe)
def probe_grant(probe: GrantProbe) -> None:
    """Asks whether a permission is still good."""
    oauth.probe(probe)


@handles(Revocation)
def revoke_grant(revocation: Revocation) -> None:
    """Gives a permission back to its provider."""
    oauth.revoke(revocation)


@shared_task(name="mailing.probe_grants")
def probe_grants() -> None:
    """Beat calls it: who was not asked for a day is asked."""
    oauth.queue_probes()


@shared_task(name="mailing.sound_alarms")
def sound_alarms() -> None:
    """Tells who runs the site what is wrong with it. Beat calls it every minute."""
    alarms.sound()


@shared_task(name="mailing.read_bounces", time_limit=90)
def read_bounces() -> None:
    """Notes which mails came back. Beat calls it every few minutes."""
    with pghistory.context(source="mailing.read_bounces"):
        bounces.collect()
