"""The demo's users: made once, found again whatever they are called now."""

import re
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.utils import timezone

from companies.accounts import credentials, password_reset
from companies.codes import random_code
from companies.models import Distributor, User
from facturamos.devserver import inbox
from onboarding.account_opening import open_account
from onboarding.demo.cast import DemoIssuer, DemoStaff

# The worker sends the first credentials while we wait.
MAIL_PATIENCE = timedelta(seconds=40)
POLL_SECONDS = 0.1
EVER = datetime.min.replace(tzinfo=UTC)
# Without letters and digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


# Of a temporary password, as companies.accounts.credentials makes it.
PASSWORD_SHAPE = re.compile(r"\b(?:[a-z0-9]{5}-){2}[a-z0-9]{5}\b")


class NoMail(Exception):
    """The credentials did not arrive in time."""


def new_password() -> str:
    """Random, and short enough to be typed from a terminal: 12 characters, about 69 bits."""
    return random_code(4, groups=3, alphabet=ALPHABET)


def find(username: str) -> User | None:
    """The user that was made under this name. People rename themselves; the audit remembers."""
    made = apps.get_model("companies", "UserEvent").objects.filter(pgh_label="insert", username=username)
    users = User.objects.filter(pk__in=made.values("pgh_obj_id"))
    return users.select_related("company", "distributor").first()


# --- staff


def staff(
    person: DemoStaff,
    role: User.Role,
    known: str,
    *,
    distributor: Distributor | None = None,
    distributor_role: str = "",
) -> tuple[User, str]:
    """Somebody who works in admin, and the password: `known`, or a new one when there is none."""
    user = find(person.username)
    if user and known:
        return user, known
    user = user or User(
        username=person.username,
        role=role,
        distributor=distributor,
        distributor_role=distributor_role,
        full_name=person.full_name,
        email=person.email,
        confirmed_email=person.email,
    )
    password = new_password()
    password_reset.set_own_password(user, password)
    user.save()
    return user, password


# --- issuers


def issuer(person: DemoIssuer, distributor: Distributor, known: str, mails: Path) -> tuple[User, str]:
    """An issuer as its distributor opened the account, and the password that opens it.

    That is `known` while it holds; the one that the user chose meanwhile is nobody's business. A
    temporary one whose time is over, or that is known no more, is sent again.
    """
    since = timezone.now()
    user = find(person.username)
    if user is None:
        user = open_account(
            distributor=distributor,
            name=person.name,
            rfc=person.rfc,
            full_name=person.full_name,
            email=person.email,
            phone=person.phone,
            username=person.username,
        )
    elif known and not user.password_is_temporary:
        return user, known
    elif not user.temporary_password_expired and (password := _opening(user, [known, *_mailed(user, mails)])):
        return user, password
    else:
        credentials.reissue_credentials(user)
    return user, _await_password(user, mails, since)


def _await_password(user: User, mails: Path, since: datetime) -> str:
    """The temporary password, from the mail that the worker sends. Raises NoMail."""
    deadline = time.monotonic() + MAIL_PATIENCE.total_seconds()
    while time.monotonic() < deadline:
        user.refresh_from_db()
        if password := _opening(user, _mailed(user, mails, since)):
            return password
        time.sleep(POLL_SECONDS)
    raise NoMail(f"No llegó el correo con las credenciales de «{user.username}».")


def _opening(user: User, candidates: Iterable[str]) -> str:
    """Which of the candidates opens the account now; empty when none does."""
    return next((each for each in candidates if each and user.check_password(each)), "")


def _mailed(user: User, mails: Path, since: datetime = EVER) -> Iterator[str]:
    """What looks like a password in the mails to a user, the newest first."""
    for mail in inbox.newest(mails):
        if mail.to == user.email and mail.received_at >= since:
            yield from PASSWORD_SHAPE.findall(mail.text)
