"""What staff does to somebody's account, and what the person is told of it.

Who may is told by authority.py; who takes a second factor away, by second_factor.py.
"""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from companies.accounts import credentials, email_confirmation
from companies.models import User
from mailing import outbox

# Kinds of mail; companies/emails.py says what each contains.
CREDENTIALS_REPLACED = "companies.credentials_replaced"
ROLE_CHANGED = "companies.role_changed"


@transaction.atomic
def corrected(user: User, changed: Collection[str], by: User) -> None:
    """After `by` has saved these fields of a user."""
    if "email" in changed and user.never_entered:
        start_over(user)
    elif "email" in changed:
        email_confirmation.email_changed(user, by=by)
    if "distributor_role" in changed:
        for address in user.addresses:
            outbox.post(ROLE_CHANGED, to=address, about=user)


@transaction.atomic
def start_over(user: User) -> None:
    """Of an account that nobody has entered: what was mailed before opens nothing any more, from now on.

    New credentials go to the present address at once: there is no owner yet who could be robbed.
    """
    user.set_unusable_password()
    user.temporary_password_until = None
    user.secret_changed_at = timezone.now()
    user.save(update_fields=["password", "temporary_password_until", "secret_changed_at"])
    credentials.reissue_credentials(user)


@transaction.atomic
def replace_credentials(user: User) -> None:
    """New credentials to the present address; an owner that may not read it is told at the confirmed one."""
    had_its_own = not user.password_is_temporary
    credentials.reissue_credentials(user)
    if had_its_own and user.confirmed_email not in ("", user.email):
        outbox.post(CREDENTIALS_REPLACED, to=user.confirmed_email, about=user)
