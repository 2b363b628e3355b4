"""A mailbox that no longer works or is no longer used: the default sender serves, the company is told."""

from datetime import timedelta

from django.db import transaction

from mailing import notices
from mailing.models import Mailbox, Message
from mailing.oauth import grants

# The mail that says that a mailbox no longer works, or is no longer used.
MAILBOX_STOPPED = "mailing.mailbox_stopped"
# Whoever changes the settings of a mailbox is given this long to test the new ones.
TIME_TO_TEST = timedelta(minutes=10)


@transaction.atomic
def use_default_sender(mailbox: Mailbox) -> None:
    """Takes a mailbox out of use, and tells the company if it was in use; a permission is given back."""
    was_active = Mailbox.objects.select_for_update().get(pk=mailbox.pk).is_active
    grants.forget(mailbox)
    mailbox.use_default_sender()
    if was_active:
        tell(mailbox)


def permit_ended(mailbox: Mailbox, code: str) -> None:
    """The provider no longer lets a mailbox send: the default sender serves, and the company is told once.

    Call it in a transaction that has locked the mailbox.
    """
    was_active = mailbox.is_active
    mailbox.withdraw(code)
    if was_active:
        tell(mailbox)


def settings_changed(mailbox: Mailbox) -> None:
    """After other settings were saved in the place of those in use: the company is told if none of them has
    passed a test by the time that takes. Call it in the transaction of the change.
    """
    if not mailbox.is_active:
        tell(mailbox, after=TIME_TO_TEST)


def tell(mailbox: Mailbox, *, after: timedelta = notices.NOW) -> None:
    """Queues the mail, unless one is on its way. The row is locked: of two changes at once, one tells."""
    Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    underway = [Message.State.QUEUED, Message.State.RUNNING]
    about = Message.objects.filter(kind=MAILBOX_STOPPED, about=str(mailbox.pk), state__in=underway)
    if not about.exists():
        notices.tell(MAILBOX_STOPPED, mailbox, after=after)
