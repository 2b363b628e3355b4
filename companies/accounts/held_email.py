"""An address that staff gave to an account: for a day nobody comes in by it.

Else whoever may correct an address could give the account one of its own, send the credentials there, and be
the issuer. The address that the user had confirmed is told, with a link that undoes the change; a second
member of staff may vouch for it.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from companies.limits import NOT_ME
from companies.models import User
from facturamos.security_log import note
from mailing.models import Message

HOLD = timedelta(hours=24)
# The link may be read after a weekend.
LINK_LIFETIME = timedelta(days=7)
_SALT = "companies.not_me"
_COLUMNS = ["email_held_until", "email_changed_by"]


def note_change(user: User, staff: User | None) -> None:
    """After the address changed: by staff it is held, if there is a confirmed one to ask; else it is not."""
    if staff is None and user.email_held_until is None:
        return
    theirs = staff is not None and user.confirmed_email and user.email != user.confirmed_email
    user.email_held_until = timezone.now() + HOLD if theirs else None
    user.email_changed_by = staff if theirs else None
    user.save(update_fields=_COLUMNS)
    if staff:
        note("email.changed-by-staff", user.code)


def held_until(user: User) -> datetime | None:
    """Until when nobody comes in by the present address; None when it is not held, or no longer."""
    until = user.email_held_until
    return until if until and until > timezone.now() else None


@transaction.atomic
def vouch(user: User) -> None:
    """A second member of staff has made sure: what waits leaves now."""
    user.email_held_until = user.email_changed_by = None
    user.save(update_fields=_COLUMNS)
    waiting = Message.objects.filter(to=user.email, about=str(user.pk), state=Message.State.QUEUED, attempt=0)
    waiting.filter(run_after__gt=timezone.now()).update(run_after=timezone.now())
    note("email.vouched-for", user.code)


def token(user: User) -> str:
    """What the link to undo carries: it is mailed to the confirmed address alone."""
    return signing.dumps([user.pk, _digest(user.confirmed_email)], salt=_SALT)


def find(token: str) -> User | None:
    """Whose change it undoes; None when it is altered, too old, or there is nothing to undo any more."""
    try:
        pk, digest = signing.loads(token, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        return None
    user = User.objects.open().filter(pk=pk).first()
    if user is None or user.email == user.confirmed_email or _digest(user.confirmed_email) != digest:
        return None
    return user


@transaction.atomic
def undo(user: User) -> None:
    """The confirmed address is the user's again; mails to the other one find that it is nobody's."""
    user.email, user.email_held_until, user.email_changed_by = user.confirmed_email, None, None
    user.save(update_fields=["email", *_COLUMNS])
    note("email.not-me", user.code)
    NOT_ME.take("site")


def _digest(address: str) -> str:
    return salted_hmac(_SALT, address, algorithm="sha256").hexdigest()[:16]
