"""What comes of a mail that was sent back: the message says so, once, to whoever looks after the account."""

import imaplib
import logging
import time
from datetime import timedelta
from enum import Enum

from django.db import transaction
from django.utils import timezone

from facturamos.jobs.models import Job
from mailing import relay
from mailing.addresses import comparable
from mailing.bounces import reports, sources
from mailing.bounces.reports import BounceReport, FailedRecipient
from mailing.bounces.return_address import message_key
from mailing.models import Message

logger = logging.getLogger(__name__)

# Servers try for five days. What comes much later was kept by somebody.
COMES_BACK_WITHIN = timedelta(days=14)
# What one run may take; the rest is read by the next.
SECONDS = 45


class Verdict(Enum):
    """What a mail in the bounce mailbox was."""

    OURS = "a report about a mail of ours: noted, or noted before"
    NOT_OURS = "anything else: an answer, somebody's machine, a report with no token of ours"
    TOO_EARLY = "a report about a mail whose sending is not noted yet"


def collect() -> int:
    """Reads what has come back; returns how many messages changed. A place that fails is for the operator."""
    place = sources.configured()
    if place is None:
        return 0
    try:
        with place as source:
            return _collect_from(source)
    except (OSError, imaplib.IMAP4.error) as error:
        # Never the server's own words: they may quote the password.
        logger.error("The mails that come back cannot be read: %s.", type(error).__name__)
        return 0


def _collect_from(source: sources.BounceSource) -> int:
    ends, changed = time.monotonic() + SECONDS, 0
    for name, content in source.mails():
        verdict, noted = _judged(content)
        changed += noted
        if verdict is Verdict.OURS:
            source.delete(name)
        elif verdict is Verdict.NOT_OURS:
            source.leave(name)
        if time.monotonic() > ends:
            break
    return changed


def _judged(content: bytes) -> tuple[Verdict, bool]:
    try:
        return take(content)
    except Exception as error:  # one mail must not keep all others from being read
        logger.error("A mail that came back cannot be read: %s.", type(error).__name__)
        return Verdict.NOT_OURS, False


@transaction.atomic
def take(content: bytes) -> tuple[Verdict, bool]:
    """What one mail is, and whether it changed a message.

    Only a report with a token that we signed counts, only about a message that has left lately, and only the
    first: the same report again, or another with the same token, changes nothing.
    """
    report = reports.read(content)
    message = _message_of(report) if report else None
    if report is None or message is None:
        return Verdict.NOT_OURS, False
    if message.mailed_at is None:
        underway = message.state in (Job.State.QUEUED, Job.State.RUNNING)
        return (Verdict.TOO_EARLY if underway else Verdict.OURS), False
    too_late = timezone.now() > message.mailed_at + COMES_BACK_WITHIN
    if message.bounce or not report.failed or too_late:
        return Verdict.OURS, False
    bounce, outcome = _outcome(report, message)
    message.came_back(bounce, outcome)
    return Verdict.OURS, True


def _message_of(report: BounceReport) -> Message | None:
    """The first of its tokens that is of a message. Locked: of two reports at once one is the first."""
    keys = (message_key(token) for token in report.tokens)
    found = (Message.objects.select_for_update().filter(pk=key).first() for key in keys if key)
    return next((message for message in found if message), None)


def _outcome(report: BounceReport, message: Message) -> tuple[Message.Bounce, str]:
    meant = comparable(message.to)
    failed = next((each for each in report.failed if meant in each.addresses), report.failed[0])
    refusal = failed.refusal
    if refusal.ours:
        relay.tell_of_bounce(f"{refusal.ours} ({refusal})")
    # Whoever has the mail sent on to an address that is gone, has an address all the same.
    if failed.nobody and (meant in failed.addresses or not failed.addresses):
        return Message.Bounce.NO_ADDRESS, f"Rebotó: la dirección no existe ({refusal})."
    return Message.Bounce.BOUNCED, f"Rebotó: {_reason(failed)} ({refusal})."


def _reason(failed: FailedRecipient) -> str:
    """Never the server's own words: they may quote the mail."""
    refusal = failed.refusal
    if refusal.ours:
        return f"el servidor del destinatario rechazó {refusal.ours}"
    if failed.nobody:
        return "se reenvía a una dirección que no existe"
    if refusal.enhanced.endswith(".2.2"):
        return "el buzón del destinatario está lleno"
    if refusal.enhanced.startswith("4."):
        return "el servidor del destinatario no lo aceptó a tiempo"
    return "el servidor del destinatario no lo aceptó"
