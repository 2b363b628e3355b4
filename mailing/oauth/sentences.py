"""What goes wrong without a password, in Spanish: what happened, what to do, who can mend it. Plain data."""

from dataclasses import dataclass
from enum import StrEnum


class Remedy(StrEnum):
    """Who can mend what went wrong."""

    # It may work by itself the next time.
    LATER = "later"
    # The issuer, by connecting anew; until then the mailbox is out of use.
    RECONNECT = "reconnect"
    # The administrator of the issuer's organisation; until then likewise.
    ADMINISTRATOR = "administrator"
    # The mail itself, or an address: the permission is good.
    MAIL = "mail"


@dataclass(frozen=True)
class OAuthAdvice:
    """One outcome. `{name}` is the provider, `{email}` the mailbox, `{said}` the account that consented."""

    message: str
    action: str
    remedy: Remedy


_AGAIN = "Conéctelo otra vez."
_RETRY = "Espere unos minutos y pruebe otra vez."
_ASK = "Envíe a su administrador el texto que está abajo."

OAUTH_ADVICE = {
    # --- at the page of consent
    "permit_cancelled": OAuthAdvice(
        "Usted no dio el permiso en la página de {name}.",
        "Si quiere enviar desde ese correo, conéctelo otra vez y acepte.",
        Remedy.RECONNECT,
    ),
    "permit_stale": OAuthAdvice(
        "Esa autorización ya se usó o caducó.",
        "Empiece otra vez desde esta página, con el botón de {name}.",
        Remedy.RECONNECT,
    ),
    "permit_foreign": OAuthAdvice(
        "Esa autorización no se empezó en esta sesión; no la usamos.",
        "Empiece otra vez desde esta página, con el botón de {name}.",
        Remedy.RECONNECT,
    ),
    "permit_address": OAuthAdvice(
        "Dio permiso con «{said}», y el correo que escribió es «{email}».",
        "Conéctelo otra vez y elija en {name} la cuenta «{email}», o escriba aquí la otra dirección.",
        Remedy.RECONNECT,
    ),
    "permit_partial": OAuthAdvice(
        "En la página de {name} quedó sin marcar el permiso de enviar correo.",
        "Conéctelo otra vez y deje marcada la casilla de enviar correo en su nombre.",
        Remedy.RECONNECT,
    ),
    "permit_admin": OAuthAdvice(
        "Su organización pide que un administrador de {name} apruebe antes esta conexión.",
        f"{_ASK} Cuando la apruebe, conéctelo otra vez.",
        Remedy.ADMINISTRATOR,
    ),
    "permit_policy": OAuthAdvice(
        "Las reglas de su organización en {name} no permiten esta conexión.",
        f"{_ASK} Cuando la permita, conéctelo otra vez.",
        Remedy.ADMINISTRATOR,
    ),
    # --- with the permission
    "permit_dead": OAuthAdvice(
        "{name} ya no acepta el permiso de {email}: se retiró, caducó o cambió la contraseña de esa cuenta.",
        _AGAIN,
        Remedy.RECONNECT,
    ),
    "permit_sign_in": OAuthAdvice(
        "{name} pide que usted inicie sesión otra vez para seguir enviando desde {email}.",
        _AGAIN,
        Remedy.RECONNECT,
    ),
    "permit_none": OAuthAdvice(
        "Todavía no hay permiso de {name} para {email}.", "Conéctelo.", Remedy.RECONNECT
    ),
    "permit_mailbox": OAuthAdvice(
        "La cuenta {email} no tiene un buzón de {name} con el que se pueda enviar.",
        "Pida a su administrador que le active el correo a esa cuenta, o use otra dirección.",
        Remedy.ADMINISTRATOR,
    ),
    "account_blocked": OAuthAdvice(
        "{name} tiene bloqueada la cuenta {email}.",
        "Pregunte a su administrador, o a {name}, por qué; después conéctela otra vez.",
        Remedy.ADMINISTRATOR,
    ),
    # --- later
    "oauth_no_answer": OAuthAdvice("{name} no contestó a tiempo.", _RETRY, Remedy.LATER),
    "oauth_later": OAuthAdvice("{name} no está disponible por ahora.", _RETRY, Remedy.LATER),
    "oauth_unknown": OAuthAdvice(
        "{name} contestó algo que no entendemos.", f"{_RETRY} Si se repite, avise a Asistencia.", Remedy.LATER
    ),
    "oauth_site": OAuthAdvice(
        "{name} no reconoce a este sitio; es una falla nuestra y ya quedó anotada.",
        "Pruebe más tarde, o avise a Asistencia.",
        Remedy.LATER,
    ),
    "rate": OAuthAdvice(
        "{name} no acepta más correos de {email} por ahora: llegó a su límite.",
        "Espere unas horas y pruebe otra vez.",
        Remedy.LATER,
    ),
    "quota": OAuthAdvice(
        "El buzón de {email} en {name} está lleno.", "Libere espacio y pruebe otra vez.", Remedy.LATER
    ),
    # --- the mail itself
    "sender_not_allowed": OAuthAdvice(
        "{name} no permite que esa cuenta envíe como {email}.",
        "Conecte la cuenta a la que pertenece esa dirección.",
        Remedy.MAIL,
    ),
    "recipient_refused": OAuthAdvice(
        "{name} no aceptó la dirección a la que enviamos.", "Revísela en «Usuario».", Remedy.MAIL
    ),
    "too_large": OAuthAdvice(
        "El correo es más grande de lo que {name} acepta.", "Pruebe con menos archivos adjuntos.", Remedy.MAIL
    ),
    "message_refused": OAuthAdvice(
        "{name} no aceptó el correo.", "Pruebe otra vez; si se repite, avise a Asistencia.", Remedy.MAIL
    ),
}


def remedy_of(code: str) -> Remedy:
    """Who can mend what an outcome says."""
    return OAUTH_ADVICE[code].remedy


def ends_permit(code: str) -> bool:
    """Whether after an outcome nothing can be sent until a person has done something about the permission."""
    return code in OAUTH_ADVICE and remedy_of(code) in (Remedy.RECONNECT, Remedy.ADMINISTRATOR)
