"""What keeps a company from going on, and whose turn it is, in words for who can help it on the telephone."""

from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format

from mailing.models import Message
from onboarding.readiness import Readiness
from onboarding.steps.aviso_de_privacidad import PrivacyNoticeStep
from onboarding.wizard.progress import Progress
from onboarding.wizard.requirement import Requirement, Turn

ONLY_FINISH = "Solo falta «Finalizar configuración»."
CAN_FINISH = "Ya puede oprimir «Finalizar configuración»."
NEW_NOTICE = "Falta que acepte el aviso de privacidad nuevo."
ISSUER, DISTRIBUTOR, US = "Le toca al emisor", "Le toca al distribuidor", "Le toca a Facturamos"
TURNS = {Turn.ISSUER: ISSUER, Turn.US: US, Turn.SAT: Turn.SAT.value, Turn.PAC: Turn.PAC.value}


class Obstacle(NamedTuple):
    """The first that is missing, in one sentence or two, and whose turn it is; both empty if nothing is."""

    text: str = ""
    turn: str = ""
    # How many things are missing besides, and what became of the latest upload of a CSD, if it was refused.
    others: int = 0
    upload: str = ""

    def __str__(self) -> str:
        more = f"Y {self.others} más." if self.others else ""
        return " ".join(filter(None, [self.text, more, self.upload]))


def blocked_by(readiness: Readiness, credentials: Message | None, upload: str = "") -> Obstacle:
    """Nothing for a company that can invoice.

    `credentials` is the latest mail with credentials; it matters while nobody has signed in. `upload` is a
    sentence of refused_uploads.py.
    """
    progress = readiness.progress
    if progress.user.last_login is None:
        text, turn = _not_in(progress, credentials)
        return Obstacle(text, turn, upload=upload)
    missing = missing_now(readiness)
    first = _brief(missing[0], progress) if missing else ""
    if not progress.finished and not readiness.before_finishing:
        first = f"{first} {CAN_FINISH}" if first else ONLY_FINISH
    return Obstacle(first, _turn(readiness) if first else "", max(0, len(missing) - 1), upload)


def missing_now(readiness: Readiness) -> list[Requirement]:
    """What is missing, with a notice that was published meanwhile last: it hides where the company stands."""
    if not notice_is_new(readiness.progress):
        return readiness.before_invoicing
    return sorted(readiness.before_invoicing, key=lambda line: line.code == PrivacyNoticeStep.slug)


def notice_is_new(progress: Progress) -> bool:
    """Whether the company accepted a notice, and another one has been published since."""
    return progress.saved(PrivacyNoticeStep.slug) and not progress.notice_accepted


def _brief(line: Requirement, progress: Progress) -> str:
    renewed = line.code == PrivacyNoticeStep.slug and notice_is_new(progress)
    return NEW_NOTICE if renewed else line.brief


def _turn(readiness: Readiness) -> str:
    """The issuer's, as long as there is anything that it can do."""
    waits = readiness.before_invoicing
    if readiness.next_action or not readiness.progress.finished or not waits:
        return ISSUER
    return TURNS[waits[0].turn]


def _not_in(progress: Progress, mail: Message | None) -> tuple[str, str]:
    if mail is None:
        return "No ha entrado, y no se le han enviado credenciales.", DISTRIBUTOR
    if mail.bounce and mail.to.lower() != progress.user.email.lower():
        again = (
            f"No ha entrado: el correo a {mail.to} rebotó; ya tiene otra dirección. Reenvíe las credenciales."
        )
        return again, DISTRIBUTOR
    if mail.bounce == Message.Bounce.NO_ADDRESS:
        return f"No ha entrado: la dirección {mail.to} no existe. Corrija el correo y reenvíe.", DISTRIBUTOR
    if mail.bounce:
        return f"No ha entrado: el correo a {mail.to} rebotó. Corrija el correo y reenvíe.", DISTRIBUTOR
    if mail.did_not_arrive:
        return f"No ha entrado: el correo a {mail.to} no se pudo entregar. Corrija la dirección.", DISTRIBUTOR
    if mail.mailed_at is None:
        return "No ha entrado: sus credenciales están en camino.", US
    if progress.user.temporary_password_expired:
        return "No ha entrado, y su contraseña temporal ya venció. Reenvíe las credenciales.", DISTRIBUTOR
    day = date_format(timezone.localtime(mail.mailed_at), r"j \d\e F")
    return f"No ha entrado: le enviamos sus credenciales el {day}.", ISSUER
