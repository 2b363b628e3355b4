"""A password of one's own in the place of another: the link that is asked for, and what it opens."""

from axes.utils import reset as forget_failures
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from companies.accounts import guessing
from companies.accounts.auth import limit_key
from companies.accounts.email_confirmation import confirm_by
from companies.accounts.second_factor import A_DAYS_CODES
from companies.models import ResetRequest, User
from facturamos.locks import lock_name
from facturamos.security_log import note
from mailing import outbox
from mailing.models import Message

# The mail; companies/emails.py says what it contains.
PASSWORD_RESET = "companies.password_reset"  # noqa: S105  (a name)
# In the window of ResetRequest.
RESETS_PER_NAME = 3
RESETS_PER_ADDRESS = 20
# One address may be that of a few accounts, each of which gets its own link.
ACCOUNTS_PER_RESET = 5


def set_own_password(user: User, password: str) -> list[str]:
    """Gives a user a password of its own in the place of any other; returns the columns to save.

    The user's other sessions end: they carry a hash of the old password.
    """
    user.set_password(password)
    user.password_is_temporary = False
    user.temporary_password_until = None
    user.secret_changed_at = timezone.now()
    return ["password", "password_is_temporary", "temporary_password_until", "secret_changed_at"]


@transaction.atomic
def request_reset(asked_for: str, address: str) -> None:
    """Notes that somebody at an IP address asks for a new password; above the limits, does nothing.

    Known or unknown, the work is the same: a worker finds out which. The locks make simultaneous
    requests count each other.
    """
    note("reset.asked")
    lock_name(f"reset-from:{address}")
    lock_name(f"reset-of:{limit_key(asked_for)}")
    since = timezone.now() - ResetRequest.WINDOW
    recent = ResetRequest.objects.filter(created_at__gt=since)
    if recent.filter(asked_for__iexact=asked_for).count() >= RESETS_PER_NAME:
        return
    if recent.filter(address=address).count() >= RESETS_PER_ADDRESS:
        return
    ResetRequest.objects.create(asked_for=asked_for, address=address).enqueue()


def forget_requests() -> None:
    """Deletes requests that count for no limit any more, answered or not."""
    ResetRequest.objects.filter(created_at__lte=timezone.now() - ResetRequest.WINDOW).delete()


def reset_address(user: User) -> str:
    """Where a link to a new password may go: to the confirmed address, or before the account has ever been
    entered to the one that its credentials go to. Empty: nowhere.
    """
    return user.confirmed_email or (user.email if user.password_is_temporary else "")


def answer_reset(request: ResetRequest) -> None:
    """Sends a link to every account that the request names, each at its `reset_address`.

    An account gets no more of them than its name may ask for, however it is called each time.
    """
    never_entered = Q(confirmed_email="", password_is_temporary=True)
    by_address = Q(confirmed_email__iexact=request.asked_for) | (
        never_entered & Q(email__iexact=request.asked_for)
    )
    users = User.objects.open().filter(Q(username__iexact=request.asked_for) | by_address)
    with request.settle():
        for user in users[:ACCOUNTS_PER_RESET]:
            address = reset_address(user)
            if address and _links_lately(user) < RESETS_PER_NAME:
                outbox.post(PASSWORD_RESET, to=address, about=user)


def _links_lately(user: User) -> int:
    since = timezone.now() - ResetRequest.WINDOW
    return Message.objects.filter(kind=PASSWORD_RESET, about=str(user.pk), created_at__gt=since).count()


@transaction.atomic
def reset_password(user: User, token: str, password: str) -> bool:
    """Sets the password if the token still holds; False when it has been used meanwhile.

    The row is locked, so that of two submissions one finds the token used. Failed attempts to sign in
    are forgotten: who reads the mail is the user.
    """
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if not default_token_generator.check_token(locked, token):
        return False
    if not locked.confirmed_email:
        confirm_by(locked, Message.objects.filter(kind=PASSWORD_RESET, mailed_at__isnull=False))
    locked.save(update_fields=set_own_password(locked, password))
    forget_failures(username=limit_key(locked.username))
    guessing.forget(locked)
    A_DAYS_CODES.forget(locked.pk)
    note("reset.done", locked.code)
    return True
