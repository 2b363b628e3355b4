"""The second factor of distributors and support: setting it up, asking for it, taking it away.

The algorithm is django-otp's; its own models are not used, because they keep keys and recovery codes in
the clear.
"""

import base64
import secrets
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django_otp.oath import TOTP

from companies.accounts import devices
from companies.codes import COPIED_ALPHABET, random_code
from companies.limits import Limit
from companies.models import RecoveryCode, SecondFactor, SecurityEvent, User
from companies.security_events import keep
from facturamos import vault
from facturamos.qr import qr_data_uri
from facturamos.security_log import note
from facturamos.vault import Secret

# RFC 4226 asks for 160 bits.
KEY_BYTES = 20
# One step of thirty seconds to each side, for clocks that differ.
TOLERANCE = 1
RECOVERY_CODES = 10
MARK = "second_factor"
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
    return SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).defer("key").first()


def passed(request: HttpRequest, factor: SecondFactor | None) -> bool:
    """Whether this session has shown the factor that the user has now."""
    return factor is not None and request.session.get(MARK) == str(factor.pk)


def remember(request: HttpRequest, factor: SecondFactor) -> None:
    """This session has shown it. A new session key, since it may do more from now on."""
    former = request.session.session_key
    request.session.cycle_key()
    devices.follow(request, former)
    request.session[MARK] = str(factor.pk)


# --- setting it up


def pending(user: User) -> SecondFactor | None:
    """The factor that the user is setting up."""
    return SecondFactor.objects.filter(user=user, confirmed_at=None).first()


@transaction.atomic
def begin(user: User) -> None:
    """Makes a key; one that waits for its first code already stays, so that its picture stays good."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if not SecondFactor.objects.filter(user=user).exists():
        factor = SecondFactor(user=user)
        vault.put(factor, "key", Secret(secrets.token_bytes(KEY_BYTES)))
        factor.save()


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
    """Puts the factor in use if its first code is right; returns it with fresh recovery codes.

    Raises LockedOut. The codes are nowhere else: who does not write them down has none.
    """
    factor = _locked(user, confirmed_at=None)
    if factor is None or not _attempt(factor, code):
        return None
    factor.confirmed_at = timezone.now()
    factor.save(update_fields=["confirmed_at"])
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(code)) for code in codes)
    return factor, codes


def _new_code() -> str:
    # Two groups of five out of 31 letters are 49 bits, under a limit.
    return random_code(5, groups=2, alphabet=COPIED_ALPHABET)


def _digest(code: str, key: str | None = None) -> str:
    return salted_hmac("companies.recovery", code, secret=key, algorithm="sha256").hexdigest()


# --- asking for it


@transaction.atomic
def check(user: User, code: str) -> SecondFactor | None:
    """The user's factor if `code` is the authenticator's, or an unused recovery code. Raises LockedOut."""
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
    typed = code.replace(" ", "").lower()
    right = _is_the_present_one(factor, typed) or _is_a_recovery_code(factor, typed)
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


def _is_the_present_one(factor: SecondFactor, typed: str) -> bool:
    if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return False
    try:
        totp = TOTP(_key(factor))
    except vault.VaultError:
        # The ring is not the one that it was kept with: recovery codes still open (docs/production.md).
        note("second-factor.unreadable", factor.user.code)
        return False
    totp.time = timezone.now().timestamp()
    right = bool(totp.verify(int(typed), tolerance=TOLERANCE, min_t=factor.last_step + 1))
    if right:
        factor.last_step = totp.t()
    return right


def _is_a_recovery_code(factor: SecondFactor, typed: str) -> bool:
    digests = [_digest(typed, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    for kept in factor.codes.filter(used_at=None):
        if any(constant_time_compare(kept.digest, digest) for digest in digests):
            kept.used_at = timezone.now()
            kept.save(update_fields=["used_at"])
            return True
    return False


# --- taking it away


def reset(user: User) -> None:
    """Forgets the user's factor with its codes; the sessions that showed it are asked for a new one."""
    SecondFactor.objects.filter(user=user).delete()
