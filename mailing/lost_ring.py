"""A mailbox whose secret does not open sends nothing; the default sender serves until it is set anew."""

from django.db import models

from facturamos.lost_ring import when_lost
from mailing.models import Mailbox
from mailing.oauth.models import MailboxConsent, MailboxGrant, Revocation


@when_lost(Mailbox)
def give_up_mailboxes(rows: models.QuerySet[models.Model]) -> None:
    """As if the issuer had gone back to the default sender: the settings stay."""
    for mailbox in Mailbox.objects.filter(pk__in=rows.values("pk")):
        mailbox.use_default_sender()


@when_lost(MailboxGrant)
def give_up_grants(rows: models.QuerySet[models.Model]) -> None:
    """Their mailboxes cannot send: the issuer connects them anew."""
    give_up_mailboxes(Mailbox._base_manager.filter(grant__in=rows.values("pk")))
    rows.delete()


@when_lost(Revocation)
@when_lost(MailboxConsent)
def forget(rows: models.QuerySet[models.Model]) -> None:
    """There is nothing left to use or to give back."""
    rows.delete()
