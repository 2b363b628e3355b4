"""Says in Spanish what ails a mailbox and what to do next. Plain rules: no network, no database."""

import re
from dataclasses import dataclass, replace

from mailing.doctor import replies
from mailing.doctor.provider_catalogue import PASSWORD_CODES, Provider
from mailing.doctor.providers import domain_of, propose, provider_of
from mailing.doctor.sentences import ADVICE
from mailing.doctor.smtp_settings import SmtpSettings
from mailing.smtp.protocol import Failure, Stage

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
class MailDiagnosis:
    """A stage's outcome: what happened, what to do, and settings that would do better."""

    stage: Stage
    code: str
    message: str
    action: str
    proposal: SmtpSettings | None = None
    # The provider's own page about it, if we know one.
    page: str = ""


@dataclass(frozen=True)
class Case:
    """What the doctor knows about a mailbox."""

    from_email: str
    settings: SmtpSettings
    username: str = ""


# A mail that was refused with no more than that: only the server's own words say why.
_UNREAD = {
    "auth_refused": ("auth_later", "unknown"),
    "sender_refused": ("later", "unknown"),
    "recipient_refused": ("later", "unknown"),
    "message_refused": ("later", "unknown"),
    "greeting_refused": ("greeting_refused", "hello_refused"),
}
# Where our sentence may mean several things, the server's own stands beside it.
_QUOTED = {
    "unknown",
    "later",
    "auth_later",
    "auth_policy",
    "greeting_refused",
    "hello_refused",
    "message_refused",
    "relay_denied",
    "account_suspended",
    "rate",
}
# A test that ended so says nothing against the settings: the issuer may know better, until one passes.
UNDECIDED = {"timeout", "greylisted", "later", "message_refused", "rate"}
OK = "El servidor «{host}» aceptó el correo de prueba."
OK_ACTION = "Búsquelo en su bandeja de entrada; si no está, en la de correo no deseado."


def success(case: Case, refused: list[str]) -> MailDiagnosis:
    """The mail was accepted; a second recipient may have been refused all the same."""
    action = OK_ACTION
    if refused:
        action = f"El servidor no aceptó la dirección {', '.join(refused)}: revísela en «Usuario»."
    return MailDiagnosis(Stage.DELIVERY, "ok", _fill(OK, case), action)


def diagnose(case: Case, failure: Failure) -> MailDiagnosis:
    """What a failure means for this mailbox."""
    provider = provider_of(case.from_email, case.settings.host)
    code = refine(case, failure)
    if provider:
        code = _by_provider(provider, code, failure)
    message, action = ADVICE[code]
    if provider:
        action = provider.actions.get(code, action)
    if failure.reply and code in _QUOTED:
        message = f"{message} Dijo: «{{said}}»."
    return MailDiagnosis(
        failure.stage,
        code,
        _fill(message, case, replies.said(failure.reply, failure.text)),
        _fill(action, case),
        _proposal(case, code),
        page_of(case, code),
    )


def _by_provider(provider: Provider, code: str, failure: Failure) -> str:
    """The same refusal means another thing where the provider wants another password, or none."""
    if code not in PASSWORD_CODES:
        return code
    told = "5.7.139" in failure.text and code == "auth_refused"
    if provider.refuses_passwords and not told:
        return "auth_disabled"
    return "auth_app_password" if provider.app_password and code != "auth_disabled" else code


def page_of(case: Case, code: str) -> str:
    """The provider's own page about what went wrong; empty when we know none."""
    provider = provider_of(case.from_email, case.settings.host)
    return provider.page_about(code) if provider else ""


def _fill(text: str, case: Case, said: str = "") -> str:
    """Fills in the issuer's own values; what they hold is not read as a pattern."""
    names = {
        "host": case.settings.host,
        "port": case.settings.port,
        "email": case.from_email,
        "username": case.username,
        "as_user": f" con el usuario «{case.username}»" if case.username else "",
        "said": said.rstrip("."),
        "retype": _retype(case),
    }
    return text.format(**names)


def _retype(case: Case) -> str:
    """What to do about a refused user or password; nobody is sent to a user that it cannot be."""
    if case.username.lower() == case.from_email.lower():
        return (
            "Escriba otra vez la contraseña. Para saber si es la correcta, entre con ella a "
            "su correo por internet."
        )
    if "\\" in case.username:
        return "Escríbalos otra vez; delante de la diagonal invertida va el nombre de la red de su empresa."
    return f"Escríbalos otra vez. El usuario suele ser la dirección completa: {case.from_email}."


def _proposal(case: Case, code: str) -> SmtpSettings | None:
    """The provider's own settings, when the server or port is what failed."""
    if code not in WRONG_DOOR | {"name_not_found", "internal"}:
        return None
    if provider_of(case.from_email) is None:
        return None
    proposed = propose(case.from_email)
    return None if proposed == case.settings else proposed


def alternatives(settings: SmtpSettings) -> list[SmtpSettings]:
    """The other ways to the same server that are worth a try."""
    ways = [SmtpSettings(settings.host, 465), SmtpSettings(settings.host, 587)]
    return [way for way in ways if way != settings]


def with_alternative(diagnosis: MailDiagnosis, works: SmtpSettings, *, signed_in: bool) -> MailDiagnosis:
    """Adds settings that were tried and did answer; that they work is said only where somebody signed in."""
    if signed_in:
        action = f"Con el puerto {works.port} y SSL marcado sí funciona. ¿Usarlo?"
        return replace(diagnosis, action=action, proposal=works)
    action = (
        f"Con el puerto {works.port} y SSL marcado el servidor contesta. Escriba también "
        f"usuario y contraseña."
    )
    code = "auth_required" if diagnosis.code == "needs_tls" else diagnosis.code
    return replace(diagnosis, code=code, action=action, proposal=works)


def holds_unseen(password: str) -> bool:
    """Whether a password begins or ends with a blank, or holds what nobody sees."""
    return password != password.strip() or not password.replace("\N{NO-BREAK SPACE}", "\t").isprintable()


def with_unseen(diagnosis: MailDiagnosis) -> MailDiagnosis:
    """Says so of a password that was refused: it was sent as typed, which may not be as meant."""
    if diagnosis.code not in PASSWORD_CODES:
        return diagnosis
    hint = "La contraseña lleva un espacio al principio o al final, o algo que no se ve: escríbala a mano."
    return replace(diagnosis, action=f"{hint} {diagnosis.action}")


def refine(case: Case, failure: Failure) -> str:
    """A more exact code than the stage alone gives, read from the server's reply, whatever it answers."""
    if failure.code == "auth_not_offered":
        others = set(re.findall(r"[\w-]+", failure.text.lower())) - {"xoauth2", "oauthbearer"}
        return "auth_disabled" if failure.text and not others else failure.code
    if not failure.reply:
        return failure.code
    code = replies.read(failure.reply, failure.text, {domain_of(case.from_email), case.settings.host})
    if not code:
        later, never = _UNREAD.get(failure.code, (failure.code, failure.code))
        return later if failure.reply < 500 else never
    # At MAIL nobody but the sender can be unknown.
    if failure.code == "sender_refused" and code == "recipient_refused":
        return "sender_unknown"
    if failure.code == "no_starttls" and not code.startswith("our_"):
        return failure.code
    return "auth_required" if code == "relay_denied" and not case.username else code
