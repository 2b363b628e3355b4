"""Whose mail comes back: companies whose user nobody reaches by mail as things stand."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from companies.models import User
from mailing.models import Message, MessageQuerySet


def bounced() -> QuerySet[Message]:
    """Of each company the last mail to its user's present address, where that did not arrive."""
    later = Message.objects.tried().filter(
        company=OuterRef("company"), to=OuterRef("to"), created_at__gt=OuterRef("created_at")
    )
    return _to_users().exclude(bounce="").filter(~Exists(later))


def latest_bounced(ids: Collection[int]) -> dict[int, Message]:
    """Of each company that mail, if there is one; one query."""
    tried = _to_users().tried().filter(company__in=ids).defer("secret")
    latest = tried.order_by("company_id", "-created_at").distinct("company_id")
    return {mail.company_id: mail for mail in latest if mail.company_id and mail.bounce}


def _to_users() -> MessageQuerySet:
    """Mails to the address that their company's user has now."""
    theirs = User.objects.filter(company=OuterRef("company"), email=OuterRef("to"))
    found: MessageQuerySet = Message.objects.filter(Exists(theirs))
    return found
