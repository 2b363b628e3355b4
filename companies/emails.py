"""What the mails about accounts say. Each function builds one mail, in the worker."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from companies.accounts import (
    changes_by_staff,
    guessing,
    held_email,
    renewal,
    second_factor,
    sessions,
    temporary_passwords,
)
from companies.accounts.credentials import CREDENTIALS, credentials_sent, temporary_password
from companies.accounts.email_confirmation import (
    EMAIL_CHANGED,
    EMAIL_CONFIRMATION,
    EMAIL_LINK_LIFETIME,
    email_token,
)
from companies.accounts.password_reset import PASSWORD_RESET, reset_address
from companies.letters import LETTER_REJECTED, LETTER_VERIFIED
from companies.models import ManifestLetter, SignedInSession, User
from mailing.models import Message
from mailing.notices import context_of
from mailing.outbox import Mail, Moot, mail, page_url, render

GIVE_UP_AFTER = timedelta(days=3)
# A temporary password must not wait for long; after that the distributor sends another.
CREDENTIALS_GIVE_UP_AFTER = timedelta(hours=24)
HOUR = timedelta(hours=1)


def sign_in_url(user: User) -> str:
    """The sign-in page with the user's name on it, so that nobody types it; the password is in no address."""
    return f"{page_url('entrar')}?{urlencode({'usuario': user.username})}"


@mail(
    CREDENTIALS,
    label="Credenciales de acceso",
    give_up_after=CREDENTIALS_GIVE_UP_AFTER,
    sent=credentials_sent,
)
def credentials(message: Message) -> Mail:
    """User name and temporary password: the one place where that can be read."""
    user = _user(message)
    if not user.password_is_temporary:
        raise Moot("el usuario ya eligió su propia contraseña.")
    if message.to != user.email:
        raise Moot("la dirección ya no es la del usuario.")
    if held_email.held_until(user):
        raise Moot("la dirección es nueva y espera un día, o a que otra persona de Asistencia la confirme.")
    newest = Message.objects.filter(kind=message.kind, about=message.about).order_by("-created_at").first()
    if newest and newest.pk != message.pk:
        raise Moot("después se pidieron otras credenciales.")
    password = temporary_password(message)
    context = {
        "user": user,
        "password": password.text(),
        "hours": temporary_passwords.HOURS,
        "url": sign_in_url(user),
        "renewal_url": page_url("renovar_credenciales", renewal.token(user)),
    }
    return render(message.kind, context)


@mail(PASSWORD_RESET, label="Contraseña nueva", give_up_after=HOUR)
def password_reset(message: Message) -> Mail:
    """A link to choose a new password; made anew at every try, so that its hour is a whole one."""
    user = _user(message)
    if reset_address(user) != message.to:
        raise Moot("la dirección ya no es la del usuario.")
    key = urlsafe_base64_encode(force_bytes(user.pk))
    link = page_url("recuperar_nueva", key, default_token_generator.make_token(user))
    return render(message.kind, {"user": user, "url": link})


@mail(EMAIL_CONFIRMATION, label="Confirmación de correo", give_up_after=GIVE_UP_AFTER)
def email_confirmation(message: Message) -> Mail:
    """A link that proves that the new address is read by the user."""
    user = _user(message)
    if user.email != message.to:
        raise Moot("después se escribió otra dirección.")
    link = page_url("confirmar_correo", email_token(user, message.to))
    return render(message.kind, {"user": user, "url": link, "hours": EMAIL_LINK_LIFETIME // HOUR})


@mail(EMAIL_CHANGED, label="Aviso de cambio de correo", give_up_after=GIVE_UP_AFTER)
def email_changed(message: Message) -> Mail:
    """Tells the old address that another one took its place, and how to undo what staff did."""
    user = _user(message)
    if user.email == user.confirmed_email:
        raise Moot("la dirección ya es otra vez la de antes.")
    held, by = held_email.held_until(user), user.email_changed_by
    url = page_url("no_fui_yo", held_email.token(user)) if held else page_url("recuperar")
    changed_by = str(by.distributor) if by and by.distributor else "Asistencia"
    return render(message.kind, {"user": user, "held_until": held, "changed_by": changed_by, "url": url})


@mail(second_factor.RESET, label="Segundo factor restablecido", give_up_after=GIVE_UP_AFTER)
def second_factor_reset(message: Message) -> Mail:
    """That the authenticator and its codes no longer open, whoever did it."""
    return render(message.kind, {"user": _user(message), "url": page_url("recuperar")})


@mail(
    changes_by_staff.CREDENTIALS_REPLACED, label="Aviso de credenciales nuevas", give_up_after=GIVE_UP_AFTER
)
def credentials_replaced(message: Message) -> Mail:
    """Tells the confirmed address that credentials went to the present one."""
    user = _user(message)
    if user.email == message.to:
        raise Moot("la dirección ya es otra vez la de antes.")
    return render(message.kind, {"user": user, "url": page_url("recuperar")})


@mail(changes_by_staff.ROLE_CHANGED, label="Aviso de cambio de función", give_up_after=GIVE_UP_AFTER)
def role_changed(message: Message) -> Mail:
    """What somebody does for its distributor from now on."""
    return render(message.kind, {"user": _user(message), "url": page_url("entrar")})


@mail(guessing.GUESSED_AT, label="Intentos de entrar con su usuario", give_up_after=GIVE_UP_AFTER)
def guessed_at(message: Message) -> Mail:
    """That somebody tries many passwords on the account."""
    return render(message.kind, {"user": _user(message), "url": page_url("recuperar")})


@mail(sessions.NEW_PLACE, label="Entrada desde un equipo nuevo", give_up_after=GIVE_UP_AFTER)
def new_place(message: Message) -> Mail:
    """That a member of staff came in with a browser that it never used before."""
    session = SignedInSession.objects.select_related("user").filter(pk=message.about).first()
    if session is None:
        raise Moot("esa sesión ya se cerró.")
    return render(message.kind, {"user": session.user, "session": session, "url": page_url("sesiones")})


@mail(LETTER_VERIFIED, label="Carta Manifiesto comprobada", give_up_after=GIVE_UP_AFTER)
def letter_verified(message: Message) -> Mail:
    """That the PAC has the letter."""
    letter = ManifestLetter.objects.select_related("company").filter(pk=message.about).first()
    if letter is None or letter.verified_at is None or not letter.is_current:
        raise Moot("la carta ya no está comprobada.")
    context = {**context_of(message), "letter": letter, "url": page_url("panel")}
    return render(message.kind, context)


@mail(LETTER_REJECTED, label="Carta Manifiesto rechazada", give_up_after=GIVE_UP_AFTER)
def letter_rejected(message: Message) -> Mail:
    """That the PAC did not take the letter, why, and what to do."""
    letter = ManifestLetter.objects.select_related("company").filter(pk=message.about).first()
    if letter is None or letter.state is not ManifestLetter.State.REJECTED:
        raise Moot("la carta ya no está rechazada.")
    context = {**context_of(message), "letter": letter, "url": page_url("paso", "carta-manifiesto")}
    return render(message.kind, context)


def _user(message: Message) -> User:
    found = User.objects.open().select_related("company__distributor")
    user = found.filter(pk=message.about).first()
    if user is None:
        raise Moot("la cuenta ya no existe o está inactiva.")
    return user
