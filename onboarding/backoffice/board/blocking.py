"""What keeps a company from going on, in words that a distributor can say on the telephone."""

from django.utils import timezone
from django.utils.formats import date_format

from mailing.models import Message
from onboarding.readiness import Readiness
from onboarding.wizard.progress import Progress

ONLY_FINISH = "Solo falta «Finalizar configuración»."
CAN_FINISH = "Ya puede oprimir «Finalizar configuración»."


def blocked_by(readiness: Readiness, credentials: Message | None) -> str:
    """The first that is missing, in one sentence or two; empty for a company that can invoice.

    `credentials` is the latest mail with credentials; it matters while nobody has signed in.
    """
    progress, missing = readiness.progress, readiness.before_invoicing
    if progress.user.last_login is None:
        return _not_in(progress, credentials)
    first = missing[0].brief if missing else ""
    if progress.finished or readiness.before_finishing:
        return first
    return f"{first} {CAN_FINISH}" if first else ONLY_FINISH


def _not_in(progress: Progress, mail: Message | None) -> str:
    if mail is None:
        return "No ha entrado, y no se le han enviado credenciales."
    if mail.bounce and mail.to.lower() != progress.user.email.lower():
        return (
            f"No ha entrado: el correo a {mail.to} rebotó; ya tiene otra dirección. Reenvíe las credenciales."
        )
    if mail.bounce == Message.Bounce.NO_ADDRESS:
        return f"No ha entrado: la dirección {mail.to} no existe. Corrija el correo y reenvíe."
    if mail.bounce:
        return f"No ha entrado: el correo a {mail.to} rebotó. Corrija el correo y reenvíe."
    if mail.did_not_arrive:
        return f"No ha entrado: el correo a {mail.to} no se pudo entregar. Corrija la dirección."
    if mail.mailed_at is None:
        return "No ha entrado: sus credenciales están en camino."
    if progress.user.temporary_password_expired:
        return "No ha entrado, y su contraseña temporal ya venció. Reenvíe las credenciales."
    day = date_format(timezone.localtime(mail.mailed_at), r"j \d\e F")
    return f"No ha entrado: le enviamos sus credenciales el {day}."
