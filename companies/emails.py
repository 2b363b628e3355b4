"""What the mails about accounts say. Each function builds one mail, in the worker."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from companies import services
from companies.models import User
from mailing.models import Message
from mailing.outbox import Mail, Moot, register, render

GIVE_UP_AFTER = timedelta(days=3)
# A temporary password must not wait for long; after that the distributor sends another.
CREDENTIALS_GIVE_UP_AFTER = timedelta(hours=24)
HOUR = timedelta(hours=1)


def credentials(message: Message) -> Mail:
    """User name and temporary password: the one place where that can be read."""
    user = _user(message)
    if not user.password_is_temporary:
        raise Moot("el usuario ya eligió su propia contraseña.")
    newest = Message.objects.filter(kind=message.kind, about=message.about).order_by("-created_at").first()
    if newest and newest.pk != message.pk:
        raise Moot("después se pidieron otras credenciales.")
    password = services.temporary_password(message)
    context = {
        "user": user,
        "password": password.text(),
        "hours": settings.TEMPORARY_PASSWORD_LIFETIME // HOUR,
        "url": _url("entrar"),
    }
    return render(message.kind, context)


def password_reset(message: Message) -> Mail:
    """A link to choose a new password; made anew at every try, so that its hour is a whole one."""
    user = _user(message)
    if user.confirmed_email != message.to:
        raise Moot("la dirección ya no es la del usuario.")
    key = urlsafe_base64_encode(force_bytes(user.pk))
    link = _url("recuperar_nueva", key, default_token_generator.make_token(user))
    return render(message.kind, {"user": user, "url": link})


def email_confirmation(message: Message) -> Mail:
    """A link that proves that the new address is read by the user."""
    user = _user(message)
    if user.email != message.to:
        raise Moot("después se escribió otra dirección.")
    link = _url("confirmar_correo", services.email_token(user, message.to))
    return render(message.kind, {"user": user, "url": link, "hours": services.EMAIL_LINK_LIFETIME // HOUR})


def email_changed(message: Message) -> Mail:
    """Tells the old address that another one took its place."""
    user = _user(message)
    return render(message.kind, {"user": user, "url": _url("recuperar")})


def _user(message: Message) -> User:
    found = User.objects.select_related("company__distributor")
    user = found.filter(pk=message.about, is_active=True, company__deleted_at=None).first()
    if user is None:
        raise Moot("la cuenta ya no existe o está inactiva.")
    return user


def _url(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def register_all() -> None:
    """Tells the outbox of every kind of mail of this app."""
    register(
        services.CREDENTIALS,
        label="Credenciales de acceso",
        build=credentials,
        sent=services.credentials_sent,
        give_up_after=CREDENTIALS_GIVE_UP_AFTER,
    )
    register(services.PASSWORD_RESET, label="Contraseña nueva", build=password_reset, give_up_after=HOUR)
    register(
        services.EMAIL_CONFIRMATION,
        label="Confirmación de correo",
        build=email_confirmation,
        give_up_after=GIVE_UP_AFTER,
    )
    register(
        services.EMAIL_CHANGED,
        label="Aviso de cambio de correo",
        build=email_changed,
        give_up_after=GIVE_UP_AFTER,
    )
