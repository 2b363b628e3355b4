"""The test of a mailbox without a password, and what the doctor says of it."""

from collections.abc import Callable

from mailing.doctor.advice import MailDiagnosis
from mailing.doctor.providers import provider_of
from mailing.models import Mailbox
from mailing.oauth.providers import PROVIDERS
from mailing.oauth.sentences import OAUTH_ADVICE, OAuthAdvice
from mailing.smtp.protocol import Failure, MailEnvelope, Stage
from mailing.transports import way_of

STAGES = (
    (Stage.PERMISSION, "Comprobar el permiso"),
    (Stage.TOKEN, "Pedir la entrada de hoy"),
    (Stage.DELIVERY, "Entregar el correo"),
)
OK = "{name} aceptó el correo de prueba."
OK_ACTION = "Búsquelo en su bandeja de entrada; si no está, en la de correo no deseado."


def examine(
    mailbox: Mailbox, envelope: MailEnvelope, reached: Callable[[Stage], None]
) -> tuple[MailDiagnosis, str]:
    """Sends the mail, or finds out why not. There is no conversation to show: tokens are in it."""
    reached(Stage.PERMISSION)
    try:
        way_of(mailbox, reached).send(envelope)
    except Failure as failure:
        message, action = told(failure.code, mailbox.kind, mailbox.from_email)
        return MailDiagnosis(failure.stage, failure.code, message, action), ""
    message = OK.format(name=PROVIDERS[mailbox.kind].name)
    return MailDiagnosis(Stage.DELIVERY, "ok", message, OK_ACTION), ""


def told(code: str, kind: str, email: str, said: str = "") -> tuple[str, str]:
    """What an outcome means for a mailbox, and what to do."""
    advice: OAuthAdvice = OAUTH_ADVICE[code]
    names = {"name": PROVIDERS[kind].name, "email": email, "said": said}
    return advice.message.format(**names), advice.action.format(**names)


def server_of(mailbox: Mailbox) -> str:
    """The server whose mail the provider's is, for what its domain says of who may send."""
    owner, known = PROVIDERS[mailbox.kind], provider_of(mailbox.from_email)
    return (known if known and known in owner.catalogued else owner.catalogued[0]).settings.host
