"""The second factor of distributors and support: setting it up, asking for it, changing it, taking it away.

The algorithm is django-otp's; its own models are not used, because they keep keys and recovery codes in
the clear.
"""

import base64
import re
import secrets
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django_otp.oath import TOTP

from companies.accounts import sessions
from companies.codes import COPIED_ALPHABET, random_code
from companies.limits import Limit
from companies.models import RecoveryCode, SecondFactor, SecurityEvent, User
from companies.security_events import keep
from facturamos import vault
from facturamos.qr import qr_data_uri
from facturamos.security_log import note
from facturamos.text import clean, plain_dashes
from facturamos.vault import Secret
from mailing import outbox

# RFC 4226 asks for 160 bits.
KEY_BYTES = 20
# One step of thirty seconds to each side, for clocks that differ.
TOLERANCE = 1
DIGITS = 6
RECOVERY_CODES = 10
# Two groups of five out of 31 letters are 49 bits, under a limit.
_GROUPS, _GROUP = 2, 5
_BETWEEN = re.compile(r"[\s_.-]+")
MARK = "second_factor"
# In the session that began to set one up, which: no other session is shown its key.
_BEGUN = "second_factor_begun"
# The mail that tells of it.
RESET = "companies.second_factor_reset"
# Wrong ones, besides the few in a quarter of an hour: who has the password has not a year of tries.
A_DAYS_CODES = Limit("second-factor", 30, timedelta(days=1))


class LockedOut(Exception):
    """Too many wrong codes: the next one is looked at when the window is over."""


# --- whether it is asked for


def required(user: object) -> bool:
    """Whether this user needs a second factor at all: staff do, where the setting says so."""
    return settings.STAFF_SECOND_FACTOR == "on" and bool(getattr(user, "is_staff", False))


def confirmed(user: User) -> SecondFactor | None:
    """The user's second factor, if it has one that works."""
    return in_use(user).defer("key").first()


def in_use(user: User) -> QuerySet[SecondFactor]:
    """The user's one factor that is confirmed, or none."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False)


def passed(request: HttpRequest, factor: SecondFactor | None) -> bool:
    """Whether this session has shown the factor that the user has now."""
    return factor is not None and request.session.get(MARK) == str(factor.pk)


def remember(request: HttpRequest, factor: SecondFactor) -> None:
    """This session has shown it. A new session key, since it may do more from now on."""
    former = request.session.session_key
    request.session.cycle_key()
    sessions.follow(request, former)
    request.session[MARK] = str(factor.pk)


# --- setting it up


def begun(request: HttpRequest, user: User) -> SecondFactor | None:
    """The factor that this very session is setting up: who has only the password does not read its key."""
    pk = request.session.get(_BEGUN)
    return SecondFactor.objects.filter(user=user, confirmed_at=None, pk=pk).first() if pk else None


def begin(request: HttpRequest, user: User) -> None:
    """Makes a key for this session; what it began before stays, so that its picture stays good."""
    if not begun(request, user):
        request.session[_BEGUN] = str(make(user).pk)


@transaction.atomic
def make(user: User) -> SecondFactor:
    """A factor that waits for its first code, in the place of one that waited; the one in use stays so."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    SecondFactor.objects.filter(user=user, confirmed_at=None).delete()
    factor = SecondFactor(user=user)
    vault.put(factor, "key", Secret(secrets.token_bytes(KEY_BYTES)))
    factor.save()
    return factor


def key_text(factor: SecondFactor) -> str:
    """The key as a person types it into an authenticator. Only for a factor that is being set up."""
    text = _base32(factor)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture(factor: SecondFactor) -> str:
    """A QR code of the key for an authenticator, as a data URI."""
    label = quote(f"{settings.SITE_NAME}:{factor.user.username}")
    return qr_data_uri(f"otpauth://totp/{label}?secret={_base32(factor)}&issuer={settings.SITE_NAME}")


def _base32(factor: SecondFactor) -> str:
    return base64.b32encode(_key(factor)).decode()


def _key(factor: SecondFactor) -> bytes:
    key = vault.take(factor, "key")
    if key is None:
        raise ValueError("a second factor without a key")
    return key.reveal()


@transaction.atomic
def confirm(user: User, code: str) -> tuple[SecondFactor, list[str]] | None:
    """Puts the factor in use if its first code is right, in the place of a former one, of which the user is
    told; returns it with fresh recovery codes.

    Raises LockedOut. The codes are nowhere else: who does not write them down has none.
    """
    factor = _locked(user, confirmed_at=None)
    if factor is None or not _attempt(factor, code):
        return None
    if in_use(user).exists():
        _tell(user)
        in_use(user).delete()
    factor.confirmed_at = timezone.now()
    factor.save(update_fields=["confirmed_at"])
    return factor, renew_codes(factor)


# --- recovery codes


@transaction.atomic
def renew_codes(factor: SecondFactor) -> list[str]:
    """Fresh recovery codes; the former ones no longer open."""
    factor.codes.all().delete()
    codes = [random_code(_GROUP, groups=_GROUPS, alphabet=COPIED_ALPHABET) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(code)) for code in codes)
    note("second-factor.new-codes", factor.user.code)
    return codes


def codes_left(factor: SecondFactor) -> int:
    """How many recovery codes still open."""
    return factor.codes.filter(used_at=None).count()


def typed(text: str) -> str | None:
    """The code in what somebody typed: six digits, or a recovery code with or without its hyphen.

    None where it can be neither: that is no try, and counts for none.
    """
    plain = _BETWEEN.sub("", plain_dashes(clean(text))).lower()
    if plain.isascii() and plain.isdigit() and len(plain) == DIGITS:
        return plain
    if len(plain) == _GROUPS * _GROUP and set(plain) <= set(COPIED_ALPHABET):
        return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))
    return None


def _digest(code: str, key: str | None = None) -> str:
    return salted_hmac("companies.recovery", code, secret=key, algorithm="sha256").hexdigest()


# --- asking for it


@transaction.atomic
def check(user: User, code: str) -> SecondFactor | None:
    """The user's factor if `code` (as `typed` has it) is the authenticator's, or an unused recovery code.

    Raises LockedOut.
    """
    factor = _locked(user, confirmed_at__isnull=False)
    return factor if factor and _attempt(factor, code) else None


def _locked(user: User, **state: object) -> SecondFactor | None:
    """The row is locked: guesses sent at the same moment count each other, and a code opens once."""
    rows = SecondFactor.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(user=user, **state).first()


def _attempt(factor: SecondFactor, code: str) -> bool:
    """Whether the code is right; counts it when it is not."""
    now = timezone.now()
    over = factor.failing_since is None or factor.failing_since <= now - SecondFactor.WINDOW
    failures = 0 if over else factor.failures
    if failures >= SecondFactor.LIMIT or A_DAYS_CODES.is_spent(factor.user_id):
        note("second-factor.locked", factor.user.code)
        raise LockedOut
    right = _is_the_present_one(factor, code) or _is_a_recovery_code(factor, code)
    factor.failures = 0 if right else failures + 1
    factor.failing_since = None if right else (now if over else factor.failing_since)
    factor.save(update_fields=["failures", "failing_since", "last_step"])
    note("second-factor.good" if right else "second-factor.bad", factor.user.code)
    if right:
        A_DAYS_CODES.forget(factor.user_id)
    else:
        A_DAYS_CODES.take(factor.user_id)
        keep(factor.user, SecurityEvent.Kind.CODE_REFUSED)
    return right


def _is_the_present_one(factor: SecondFactor, code: str) -> bool:
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        return False
    try:
        totp = TOTP(_key(factor))
    except vault.VaultError:
        # The ring is not the one that it was kept with: recovery codes still open (docs/production.md).
        note("second-factor.unreadable", factor.user.code)
        return False
    totp.time = timezone.now().timestamp()
    right = bool(totp.verify(int(code), tolerance=TOLERANCE, min_t=factor.last_step + 1))
    if right:
        factor.last_step = totp.t()
    return right


def _is_a_recovery_code(factor: SecondFactor, code: str) -> bool:
    digests = [_digest(code, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    for kept in factor.codes.filter(used_at=None):
        if any(constant_time_compare(kept.digest, digest) for digest in digests):
            kept.used_at = timezone.now()
            kept.save(update_fields=["used_at"])
            return True
    return False


# --- taking it away


@transaction.atomic
def reset(user: User) -> None:
    """Forgets the user's factor with its codes, and tells the user.

    The sessions that showed it are asked for a new one.
    """
    SecondFactor.objects.filter(user=user).delete()
    _tell(user)


def _tell(user: User) -> None:
    """At every address of its own: whoever did this may have changed one of them."""
    for address in user.addresses:
        outbox.post(RESET, to=address, about=user)
