"""Creating an account, and the credentials mailed to it: a temporary password, made when they leave."""

from django.db import transaction
from django.utils import timezone

from companies.accounts import held_email, temporary_passwords
from companies.models import Company, Distributor, User
from facturamos import vault
from facturamos.vault import Secret
from mailing import outbox
from mailing.models import Message

# The mail; companies/emails.py says what it contains.
CREDENTIALS = "companies.credentials"


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
    user.temporary_password_until = message.give_up_at + temporary_passwords.LIFETIME
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
    until = timezone.now() + temporary_passwords.LIFETIME
    User.objects.filter(pk=message.about, password_is_temporary=True).update(temporary_password_until=until)
