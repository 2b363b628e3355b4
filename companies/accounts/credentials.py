"""What concerns several rows at once: accounts, credentials, addresses of mail, passwords."""

from datetime import datetime, timedelta

from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from companies.accounts import guessing, held_email, temporary_passwords
from companies.accounts.auth import limit_key
from companies.accounts.second_factor import A_DAYS_CODES
from companies.models import Company, Distributor, ResetRequest, User
from facturamos import vault
from facturamos.locks import lock_name
from facturamos.security_log import note
from facturamos.vault import Secret
from mailing import outbox
from mailing.models import Message

# Kinds of mail; companies/emails.py says what each contains.
CREDENTIALS = "companies.credentials"
PASSWORD_RESET = "companies.password_reset"  # noqa: S105  (a name)
EMAIL_CONFIRMATION = "companies.email_confirmation"
EMAIL_CHANGED = "companies.email_changed"
GUESSED_AT = "companies.guessed_at"

EMAIL_LINK_LIFETIME = timedelta(hours=72)
HOUR = timedelta(hours=1)
# Of each kind, about one user.
MAILS_PER_HOUR = 3
RESETS_PER_NAME = 3
RESETS_PER_ADDRESS = 20
# One address may be that of a few accounts, each of which gets its own link.
ACCOUNTS_PER_RESET = 5

# --- accounts


@transaction.atomic
def create_account(
    *,
    distributor: Distributor,
    name: str,
    rfc: str,
    full_name: str,
    email: str,
    phone: str = "",
    username: str = "",
    **more: object,
) -> User:
    """Creates a company and the user who signs in for it, and queues the mail with the credentials.

    The arguments are validated already; `more` are the company's other columns. Raises IntegrityError when
    the distributor has a company with this RFC, or when the user name is taken.
    """
    company = Company.objects.create(distributor=distributor, name=name, rfc=rfc, phone=phone, **more)
    user = User(
        company=company,
        username=username or free_username(company),
        full_name=full_name,
        email=email,
        phone=phone,
        password_is_temporary=True,
    )
    user.set_unusable_password()
    user.save()
    outbox.post(CREDENTIALS, to=user.email, about=user)
    return user


def free_username(company: Company) -> str:
    """A user name that nobody has, after the company's code: an RFC would tell of others' clients."""
    company.refresh_from_db(fields=["code"])
    base: str = company.code.lower()
    name, number = base, 1
    while User.objects.filter(username__iexact=name).exists():
        number += 1
        name = f"{base}-{number}"
    return name


@transaction.atomic
def reissue_credentials(user: User, *, hurried: bool = True) -> Message:
    """Queues a new temporary password; the present one holds until the worker makes it.

    Not `hurried`, it is one of many, which leave at their lane's pace. To an address that staff gave a moment
    ago it leaves when that is held no longer.
    """
    user.password_is_temporary = True
    user.save(update_fields=["password_is_temporary"])
    if until := held_email.held_until(user):
        waits = [(user.email, user.pk, user.company_id)]
        return outbox.post_many(CREDENTIALS, waits, after=until - timezone.now())[0]
    return outbox.post(CREDENTIALS, to=user.email, about=user, hurried=hurried)


@transaction.atomic
def temporary_password(message: Message) -> Secret:
    """The password that a credentials mail carries: made once, and the same at every retry.

    The hash and an encrypted copy are committed together, before anything is sent. The user's row is locked
    first: a worker that was believed dead must not make a second one, nor one for an address that was
    corrected at this moment (Moot).
    """
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=message.about)
    if user.email != message.to:
        raise outbox.Moot("la dirección ya no es la del usuario.")
    message.refresh_from_db(fields=["secret"])
    if made := vault.take(message, "secret"):
        return made
    password = Secret(temporary_passwords.new())
    user.set_password(password.text())
    user.secret_changed_at = timezone.now()
    # Its time runs from sending, which is yet to come; this is the latest that can become.
    user.temporary_password_until = message.give_up_at + settings.TEMPORARY_PASSWORD_LIFETIME
    user.save(update_fields=["password", "secret_changed_at", "temporary_password_until"])
    vault.put(message, "secret", password)
    message.save(update_fields=["secret"])
    return password


def is_the_temporary_password(user: User, password: str) -> bool:
    """Whether `password` is the temporary one that the user still has.

    Its shape is looked at first: nearly every other password is told apart without hashing it.
    """
    meant = temporary_passwords.typed(password)
    return user.password_is_temporary and meant is not None and user.check_password(meant)


def credentials_sent(message: Message) -> None:
    """From now on the temporary password's time runs."""
    until = timezone.now() + settings.TEMPORARY_PASSWORD_LIFETIME
    User.objects.filter(pk=message.about, password_is_temporary=True).update(temporary_password_until=until)


# --- addresses of mail


def confirm_by_credentials(user: User) -> None:
    """Who signs in with the temporary password has read the mail that carried it."""
    if user.password_is_temporary:
        made = Q(mailed_at__isnull=False) | Q(secret__isnull=False)
        _confirm_by(user, Message.objects.filter(made, kind=CREDENTIALS))


def _confirm_by(user: User, messages: QuerySet[Message]) -> None:
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


def tell_of_guesses(name: str) -> None:
    """Writes to whoever is guessed at, once a day; to nobody where the name is nobody's."""
    user = User.objects.open().filter(username__iexact=name).exclude(confirmed_email="").first()
    if user and guessing.TOLD.take(user.pk):
        outbox.post(GUESSED_AT, to=user.confirmed_email, about=user)


# --- passwords


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
    _forget_requests(before=since)
    recent = ResetRequest.objects.filter(created_at__gt=since)
    if recent.filter(asked_for__iexact=asked_for).count() >= RESETS_PER_NAME:
        return
    if recent.filter(address=address).count() >= RESETS_PER_ADDRESS:
        return
    ResetRequest.objects.create(asked_for=asked_for, address=address).enqueue()


def _forget_requests(*, before: datetime) -> None:
    ResetRequest.objects.filter(finished_at__lte=before).delete()


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
        _confirm_by(locked, Message.objects.filter(kind=PASSWORD_RESET, mailed_at__isnull=False))
    locked.save(update_fields=set_own_password(locked, password))
    forget_failures(username=limit_key(locked.username))
    guessing.forget(locked)
    A_DAYS_CODES.forget(locked.pk)
    note("reset.done", locked.code)
    return True
