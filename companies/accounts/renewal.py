"""New credentials in the place of expired ones, asked for without signing in: by the link of a mail, or by
who has just given the right ones too late.

The link gives its bearer nothing but this: a new temporary password is mailed to the account's own
address, and only while the account has never been entered and its temporary password has expired.
"""

from datetime import timedelta
from enum import Enum

from django.core import signing
from django.db import transaction

from companies.accounts import credentials
from companies.models import User
from mailing.models import Message

LINK_LIFETIME = timedelta(days=90)
_SALT = "companies.renewal"


class RenewalState(Enum):
    """What asking for new credentials would do."""

    EXPIRED = "expired"  # it would send them
    WAITING = "waiting"  # they are on their way
    GOOD = "good"  # the temporary password still opens
    OVER = "over"  # the user has a password of its own


def token(user: User) -> str:
    """What the link carries: the user's key, signed with the time."""
    return signing.dumps(user.pk, salt=_SALT)


def find(token: str) -> User | None:
    """Whose link it is; None when it is altered, too old, or the account is closed."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        return None
    return User.objects.open().filter(pk=pk).first()


def state_of(user: User) -> RenewalState:
    if not user.password_is_temporary:
        return RenewalState.OVER
    if not user.temporary_password_expired:
        return RenewalState.GOOD
    return RenewalState.WAITING if _on_their_way(user) else RenewalState.EXPIRED


@transaction.atomic
def renew(user: User) -> None:
    """Queues new credentials if the present ones have expired; two clicks queue one mail.

    The user's row is locked, so that the second click finds the first one's message.
    """
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if state_of(locked) is RenewalState.EXPIRED:
        credentials.reissue_credentials(locked)


def _on_their_way(user: User) -> bool:
    underway = [Message.State.QUEUED, Message.State.RUNNING]
    return Message.objects.filter(
        kind=credentials.CREDENTIALS, about=str(user.pk), state__in=underway
    ).exists()
