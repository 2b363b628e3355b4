"""What keeps a company from going on, in words that a distributor can say on the telephone."""

from django.utils import timezone
from django.utils.formats import date_format

from certificates.spanish import day
from mailing.models import Message
from onboarding.progress import Progress
from onboarding.steps import STEPS
from onboarding.steps.base import Step

SEALS = {
    "none": "Falta subir los sellos (CSD).",
    "waiting_password": "Falta la contraseña de la llave de sus sellos.",
    "validating": "Sus sellos se están revisando.",
}


def blocked_by(progress: Progress, credentials: Message | None) -> str:
    """One sentence; empty for a company that has finished and whose seals are in order.

    `credentials` is the latest mail with credentials; it matters while nobody has signed in.
    """
    if progress.user.last_login is None:
        return _not_in(progress, credentials)
    if progress.finished:
        return "" if progress.csd.state == "valid" else _seals(progress)
    missing = progress.missing(STEPS)
    return _missing(progress, missing[0]) if missing else "Solo falta «Finalizar configuración»."


def _not_in(progress: Progress, mail: Message | None) -> str:
    if mail is None:
        return "No ha entrado, y no se le han enviado credenciales."
    if mail.state == Message.State.DEAD or (mail.finished_at and mail.mailed_at is None):
        return f"No ha entrado: el correo a {mail.to} no se pudo entregar. Corrija la dirección."
    if mail.mailed_at is None:
        return "No ha entrado: sus credenciales están en camino."
    if progress.user.temporary_password_expired:
        return "No ha entrado, y su contraseña temporal ya venció. Reenvíe las credenciales."
    day = date_format(timezone.localtime(mail.mailed_at), r"j \d\e F")
    return f"No ha entrado: le enviamos sus credenciales el {day}."


def _missing(progress: Progress, step: Step) -> str:
    if note := progress.note(step.slug):
        return f"«{step.title}», por una nota de Asistencia: {note}"
    if step.slug == "sellos":
        return _seals(progress)
    return f"Falta «{step.title}»."


def _seals(progress: Progress) -> str:
    csd = progress.csd
    if csd.state in SEALS:
        return SEALS[csd.state]
    if csd.seal is None:
        return "Los sellos que subió no se pueden usar."
    if csd.rfc_differs:
        return f"El CSD es de {csd.seal.rfc}, y la empresa es {progress.company.rfc}."
    if csd.seal.is_expired:
        return f"El CSD venció el {day(csd.seal.valid_to)}."
    return "En la lista del SAT, el CSD aparece como revocado o caduco."
