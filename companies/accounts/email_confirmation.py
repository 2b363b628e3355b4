"""Which address of mail is a user's own: proved by a link sent there, or by a password that was."""

from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from companies.accounts import held_email
from companies.accounts.credentials import CREDENTIALS
from companies.models import User
from mailing import outbox
from mailing.models import Message

# The mails; companies/emails.py says what each contains.
EMAIL_CONFIRMATION = "companies.email_confirmation"
EMAIL_CHANGED = "companies.email_changed"
EMAIL_LINK_LIFETIME = timedelta(hours=72)
HOUR = timedelta(hours=1)
# Of each kind, about one user.
MAILS_PER_HOUR = 3


def confirm_by_credentials(user: User) -> None:
    """Who signs in with the temporary password has read the mail that carried it."""
    if user.password_is_temporary:
        made = Q(mailed_at__isnull=False) | Q(secret__isnull=False)
        confirm_by(user, Message.objects.filter(made, kind=CREDENTIALS))


def confirm_by(user: User, messages: QuerySet[Message]) -> None:
    """The address to which the last of these went is read by the user."""
    message = messages.filter(about=str(user.pk)).order_by("-created_at").first()
    if message and message.to != user.confirmed_email:
        user.confirmed_email = message.to
        user.save(update_fields=["confirmed_email"])


def email_changed(user: User, by: User | None = None) -> None:
    """After a user's address changed: asks the new one to confirm itself, and tells the confirmed one.

    `by` is the member of staff who changed it; None when it was the user.

    Whoever types strangers' addresses must not bury them in our mail: beyond the third of an hour a
    confirmation waits until the hour is over, and only the last one does.
    """
    held_email.note_change(user, by)
    if user.email == user.confirmed_email:
        return
    posted = _lately(EMAIL_CONFIRMATION, user)
    if len(posted) < MAILS_PER_HOUR:
        outbox.post(EMAIL_CONFIRMATION, to=user.email, about=user)
    else:
        _confirm_later(user, posted[-1] + HOUR)
    if user.confirmed_email and len(_lately(EMAIL_CHANGED, user)) < MAILS_PER_HOUR:
        outbox.post(EMAIL_CHANGED, to=user.confirmed_email, about=user)


def _lately(kind: str, user: User) -> list[datetime]:
    """When a kind of mail could leave about a user in the last hour, the latest first; none that waits.

    What had waited counts from when its wait was over, not from when it was written.
    """
    now = timezone.now()
    lately = Message.objects.filter(kind=kind, about=str(user.pk), run_after__gt=now - HOUR)
    lately = lately.exclude(attempt=0, run_after__gt=now)
    return list(lately.order_by("-run_after").values_list("run_after", flat=True)[:MAILS_PER_HOUR])


def _confirm_later(user: User, moment: datetime) -> None:
    now = timezone.now()
    waiting = Message.objects.filter(kind=EMAIL_CONFIRMATION, about=str(user.pk), state=Message.State.QUEUED)
    waiting.filter(attempt=0, run_after__gt=now).delete()
    outbox.post_many(EMAIL_CONFIRMATION, [(user.email, user.pk, user.company_id)], after=moment - now)


def email_token(user: User, address: str) -> str:
    """What proves that its bearer reads the mail of `address`. The address itself is not in it."""
    return signing.dumps([user.pk, _digest(address)], salt="companies.email")


def find_by_email_token(token: str) -> User | None:
    """Whose present address the token belongs to; None when it is altered, too old or overtaken."""
    try:
        pk, digest = signing.loads(token, salt="companies.email", max_age=EMAIL_LINK_LIFETIME)
    except signing.BadSignature:
        return None
    user = User.objects.open().filter(pk=pk).first()
    return user if user and _digest(user.email) == digest else None


def confirm_email(user: User) -> None:
    """The user's present address counts for resets from now on, unless it is held."""
    if user.confirmed_email != user.email and not held_email.held_until(user):
        user.confirmed_email = user.email
        user.save(update_fields=["confirmed_email"])


def _digest(address: str) -> str:
    return salted_hmac("companies.email", address, algorithm="sha256").hexdigest()[:16]
