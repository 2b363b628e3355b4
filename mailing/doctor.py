"""Says in Spanish what ails a mailbox and what to do next. Plain rules: no network, no database."""

import re
from dataclasses import dataclass

from mailing.protocol import Failure, Stage
from mailing.providers import Settings, propose, provider_of

# Failures after which other ports are worth a try: the server itself was not got to talk.
WRONG_DOOR = {
    "blocked_port",
    "refused",
    "unreachable",
    "timeout",
    "silent",
    "closed",
    "not_smtp",
    "speaks_clear",
    "speaks_tls",
    "tls_failed",
    "no_starttls",
    "auth_not_offered",
    "needs_tls",
}


@dataclass(frozen=True)
class Diagnosis:
    """A stage's outcome: what happened, what to do, and settings that would do better."""

    stage: Stage
    code: str
    message: str
    action: str
    proposal: Settings | None = None


@dataclass(frozen=True)
class Case:
    """What the doctor knows about a mailbox."""

    from_email: str
    settings: Settings
    username: str = ""


_SUPPORT = "Si no sabe cuál es, pregunte a quien le da su correo."
_RETRY = "Espere unos minutos y pruebe otra vez."
_LOOK_AT_BOX = "Marque SSL y use el puerto 465 o el 587."

# code: (what happened, what to do). {host}, {port}, {email} and {username} are the issuer's.
ADVICE = {
    "name_not_found": (
        "No existe ningún servidor con el nombre «{host}».",
        "Revise cómo está escrito el Servidor SMTP. " + _SUPPORT,
    ),
    "internal": (
        "«{host}» no es un servidor de correo en internet.",
        "Escriba el nombre del servidor de su proveedor, por ejemplo mail.suempresa.com.",
    ),
    "blocked_port": (
        "El puerto {port} no es de envío de correo.",
        "Use el puerto 465 o el 587, los dos con SSL marcado.",
    ),
    "refused": (
        "El servidor «{host}» no recibe conexiones en el puerto {port}.",
        "Revise el Puerto SMTP: los habituales son 465 y 587.",
    ),
    "unreachable": (
        "No hay camino hasta el servidor «{host}».",
        "Revise el Servidor SMTP. Si está bien escrito, espere unos minutos y pruebe otra vez.",
    ),
    "timeout": (
        "El servidor «{host}» no contestó a tiempo en el puerto {port}.",
        "Revise el Servidor SMTP y el puerto. Si están bien, " + _RETRY[0].lower() + _RETRY[1:],
    ),
    "silent": (
        "El servidor «{host}» aceptó la conexión en el puerto {port}, pero no saludó.",
        "Pruebe con el puerto 465 o el 587, los dos con SSL marcado.",
    ),
    "closed": (
        "El servidor «{host}» cortó la conexión.",
        "Revise el puerto y SSL. Si están bien, " + _RETRY[0].lower() + _RETRY[1:],
    ),
    "flood": (
        "El servidor «{host}» contestó mucho más de lo que contesta un servidor de correo.",
        "Revise el Servidor SMTP. " + _SUPPORT,
    ),
    "not_smtp": (
        "Lo que contesta «{host}» en el puerto {port} no es un servidor de envío de correo.",
        "Revise el Servidor SMTP y el puerto. " + _SUPPORT,
    ),
    "greeting_refused": ("El servidor «{host}» no nos atiende por ahora.", _RETRY),
    "hello_refused": (
        "El servidor «{host}» no acepta hablar con nosotros.",
        "Pregunte a su proveedor si permite enviar desde otros programas.",
    ),
    "speaks_clear": (
        "En el puerto {port}, «{host}» no empieza con una conexión segura.",
        "Use el puerto 587 con SSL marcado: ahí la conexión se asegura después del saludo.",
    ),
    "speaks_tls": (
        "En el puerto {port}, «{host}» solo acepta conexiones seguras desde el principio.",
        "Marque SSL y use el puerto 465.",
    ),
    "needs_tls": ("El servidor «{host}» exige una conexión segura.", _LOOK_AT_BOX),
    "no_starttls": (
        "El servidor «{host}» no ofrece una conexión segura en el puerto {port}; "
        "no enviamos su contraseña sin ella.",
        "Use el puerto 465 con SSL marcado.",
    ),
    "injected": (
        "Alguien se metió en la conexión con «{host}» antes de asegurarla; la cortamos.",
        "Use el puerto 465 con SSL marcado y avise a quien le da su correo.",
    ),
    "certificate_expired": (
        "El certificado de seguridad de «{host}» no está vigente.",
        "Avise a quien le da su correo: debe renovarlo. Mientras tanto sus facturas salen del nuestro.",
    ),
    "certificate_self_signed": (
        "El certificado de seguridad de «{host}» está firmado por él mismo y no prueba nada.",
        "Pida a quien le da su correo un certificado reconocido, o el nombre de su servidor compartido.",
    ),
    "certificate_host": (
        "El certificado de seguridad es de otro servidor, no de «{host}».",
        "Pregunte a quien le da su correo el nombre exacto del Servidor SMTP.",
    ),
    "certificate_untrusted": (
        "No se pudo comprobar el certificado de seguridad de «{host}».",
        "Pida a quien le da su correo que instale la cadena completa del certificado.",
    ),
    "tls_old": (
        "El servidor «{host}» solo ofrece una seguridad anticuada.",
        "Avise a quien le da su correo: debe permitir TLS 1.2 o más reciente.",
    ),
    "tls_failed": (
        "No se pudo asegurar la conexión con «{host}» en el puerto {port}.",
        "Pruebe con el otro puerto: 465 o 587, los dos con SSL marcado.",
    ),
    "password_in_clear": ("Sin una conexión segura no enviamos su contraseña.", _LOOK_AT_BOX),
    "auth_not_offered": (
        "El servidor «{host}» no acepta usuario y contraseña en el puerto {port}.",
        "Pruebe con el puerto 465 o el 587, los dos con SSL marcado.",
    ),
    "auth_refused": (
        "El servidor no aceptó el usuario «{username}» o su contraseña.",
        "Escríbalos otra vez. El usuario suele ser la dirección completa: {email}.",
    ),
    "auth_app_password": (
        "El servidor no aceptó la contraseña.",
        "Cree una «contraseña de aplicación» en la página de seguridad de su cuenta y úsela aquí.",
    ),
    "auth_disabled": (
        "Su proveedor ya no permite enviar con usuario y contraseña desde otros programas.",
        "Pulse «Omitir por ahora»: sus facturas saldrán de nuestro correo, con su nombre y con respuesta "
        "a su dirección.",
    ),
    "auth_two_factor": (
        "Su cuenta tiene verificación en dos pasos y el servidor no aceptó la contraseña.",
        "Cree una «contraseña de aplicación» en la página de seguridad de su cuenta y úsela aquí.",
    ),
    "auth_later": ("El servidor no pudo comprobar su contraseña por ahora.", _RETRY),
    "auth_required": (
        "El servidor «{host}» pide usuario y contraseña.",
        "Escríbalos y marque SSL.",
    ),
    "sender_refused": (
        "El servidor no permite enviar desde «{email}» con el usuario «{username}».",
        "Escriba en Dirección de correo electrónico la misma cuenta con que inicia sesión en su correo.",
    ),
    "recipient_refused": (
        "El servidor no aceptó la dirección a la que enviamos la prueba.",
        "Revise su correo electrónico y el alterno en «Usuario» y pruebe otra vez.",
    ),
    "message_refused": (
        "El servidor no aceptó el mensaje.",
        "Puede ser su filtro de correo no deseado. Pregunte a quien le da su correo.",
    ),
    "quota": (
        "El buzón está lleno o llegó a su límite de envíos.",
        "Libere espacio o espere a mañana, y pruebe otra vez.",
    ),
    "greylisted": (
        "El servidor pide que lo intentemos más tarde.",
        "Suele ser una medida contra el correo no deseado. " + _RETRY,
    ),
    "interrupted": ("La prueba se interrumpió.", "Pruebe otra vez."),
}
OK = "El servidor «{host}» aceptó el correo de prueba."
OK_ACTION = "Búsquelo en su bandeja de entrada; si no está, en la de correo no deseado."


def success(case: Case, refused: list[str]) -> Diagnosis:
    """The mail was accepted; a second recipient may have been refused all the same."""
    action = OK_ACTION
    if refused:
        action = f"El servidor no aceptó la dirección {', '.join(refused)}: revísela en «Usuario»."
    return Diagnosis(Stage.DELIVERY, "ok", _fill(OK, case), action)


def diagnose(case: Case, failure: Failure) -> Diagnosis:
    """What a failure means for this mailbox."""
    code = refine(case, failure)
    message, action = ADVICE[code]
    provider = provider_of(case.from_email, case.settings.host)
    if provider and code in ("auth_refused", "auth_app_password", "auth_two_factor", "auth_disabled"):
        if provider.refuses_passwords:
            code, (message, action) = "auth_disabled", ADVICE["auth_disabled"]
        elif provider.password_hint:
            code, action = "auth_app_password", provider.password_hint
    return Diagnosis(failure.stage, code, _fill(message, case), _fill(action, case), _proposal(case, code))


def _fill(text: str, case: Case) -> str:
    names = {
        "host": case.settings.host,
        "port": case.settings.port,
        "email": case.from_email,
        "username": case.username,
    }
    return text.format(**names)


def _proposal(case: Case, code: str) -> Settings | None:
    """The provider's own settings, when the server or port is what failed."""
    if code not in WRONG_DOOR | {"name_not_found", "internal"}:
        return None
    if provider_of(case.from_email) is None:
        return None
    proposed = propose(case.from_email)
    return None if proposed == case.settings else proposed


def alternatives(settings: Settings) -> list[Settings]:
    """The other ways to the same server that are worth a try."""
    ways = [Settings(settings.host, 465), Settings(settings.host, 587)]
    return [way for way in ways if way != settings]


def with_alternative(diagnosis: Diagnosis, works: Settings) -> Diagnosis:
    """Adds settings that were tried and did work."""
    action = f"Con el puerto {works.port} y SSL marcado sí funciona. ¿Usarlo?"
    return Diagnosis(diagnosis.stage, diagnosis.code, diagnosis.message, action, works)


def refine(case: Case, failure: Failure) -> str:
    """A more exact code than the stage alone gives, read from the server's reply.

    The numbers are those of RFC 5321 and, where a server gives them, the enhanced ones of RFC 3463.
    """
    text = failure.text.lower()
    later = 400 <= failure.reply < 500
    match failure.code:
        case "auth_refused":
            return _refine_sign_in(text, later=later)
        case "sender_refused" | "recipient_refused" | "message_refused":
            return _refine_delivery(case, failure, text, later=later)
        case "auth_not_offered" if re.search(r"xoauth2|oauthbearer", text):
            return "auth_disabled"
        case "greeting_refused" if failure.reply == 554:
            return "hello_refused"
        case code:
            return code


def _refine_sign_in(text: str, *, later: bool) -> str:
    if re.search(r"5\.7\.30|5\.7\.139|basic authentication is (disabled|not supported)", text):
        return "auth_disabled"
    if re.search(r"5\.7\.9|app(lication)?[- ]specific password|app password|contraseña de aplicación", text):
        return "auth_app_password"
    if re.search(r"two[- ]factor|2[- ]step|two[- ]step|multi[- ]?factor|\b(2fa|mfa)\b|dos pasos", text):
        return "auth_two_factor"
    return "auth_later" if later else "auth_refused"


# cPanel (Exim) says «Domain … has exceeded the max emails per hour», Zoho «Unusual sending activity».
_QUOTA = re.compile(
    r"\b[45]\.2\.2\b|\b[45]\.7\.708\b|quota|limit (was |has been )?exceeded|sending (limit|activity)"
    r"|exceeded (the|its|your) |too many (e-?mails|messages)|(mailbox|buzón) (is |está )?(full|lleno)"
)


def _refine_delivery(case: Case, failure: Failure, text: str, *, later: bool) -> str:
    if re.search(r"starttls|5\.7\.11|encryption (is )?required|must use tls", text) and failure.reply in (
        530,
        538,
    ):
        return "needs_tls"
    if failure.reply == 530 or (
        not case.username and re.search(r"auth(entication)? (is )?required|relay", text)
    ):
        return "auth_required"
    if failure.reply in (452, 552) or _QUOTA.search(text):
        return "quota"
    return "greylisted" if later else failure.code
