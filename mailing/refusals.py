"""What a mail server's refusal means for a mail of the site: is it about the recipient, or about us?

Only what is the recipient's ends a mail: the address does not exist, or is closed for good. Whatever concerns
our relay, our sender, our reputation, our quota or the size of what we send is ours to mend: that waits.
Where the answer does not say, we wait too. Codes: RFC 3463 and IANA's registry of enhanced status codes.
"""

import re
import smtplib
from dataclasses import dataclass

# No such mailbox, host or syntax, ambiguous, moved away, the domain takes no mail. The others of 5.1 are the
# sender's (5.1.7, 5.1.8) or say nothing (5.1.0).
_NO_SUCH_ADDRESS = {"5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10"}
_CLOSED = "5.2.1"
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")

_SENDER = (
    "nuestro remitente",
    r"\bsender\b.{0,80}\b(rejected|refused|denied|not|verif\w*|unknown|unverified)\b|not owned by user"
    r"|\b(send ?as\w*|mail from|envelope from|from address|from domain|from header)\b|unauthenticated"
    r"|\b(spf|dkim|dmarc)\b|\b(email address|identity|domain) (is )?not verified",
)
_QUOTA = (
    "nuestra cuota de envíos",
    r"\b(sending|daily|hourly|user|message|rate|credits?)\b.{0,20}\b(limit|quota)|rate[- ]limit|at a rate"
    r"|(limit|quota|credits) (has been )?(exceeded|reached)|too (many|quickly|fast)",
)
# In the order in which they are looked for.
_OURS = (
    ("el tamaño del mensaje", r"too (large|big)|message size|size (limit|exceed)|exceeds.*size"),
    _SENDER,
    _QUOTA,
    (
        "nuestra reputación",
        r"\bblock(ed)?\b|blocked using|block ?list|black ?list|spamhaus|barracuda|spamcop"
        r"|\b(rb|dnsb|sb|xb|pb)l\b|\blisted (at|by|in|on)\b|reputation|\bspam\b|banned|policy|\bhelo\b",
    ),
    (
        "el permiso de nuestro servidor",
        r"\brelaying\b|relay access|relay (denied|not permitted)|(unable|not permitted) to relay|cannot relay"
        r"|authentication (is )?required|must (be )?authenticate|not logged in|unauthori[sz]ed|suspended"
        r"|not allowed to send",
    ),
)
_BY_CODE = {
    "5.1.7": "nuestro remitente",
    "5.1.8": "nuestro remitente",
    "5.2.3": "el tamaño del mensaje",
    "5.3.4": "el tamaño del mensaje",
    "5.4.5": "nuestra cuota de envíos",
    "5.7.1": "nuestra reputación",
}
# Without an enhanced code, what servers say of an address that is not there.
_NOBODY = re.compile(
    r"\b(no such|unknown|invalid|non-?existent) (local )?(user|recipient|mailbox|address|account|person)"
    r"|\b(user|recipient|mailbox|address|account)( address)?( rejected:| is)*"
    r" ((user )?unknown|not found|(does not|doesn'?t) exist|disabled|inactive)"
    r"|no (mailbox|user|recipient)( here)? (by|with) that name|not a known user"
    r"|doesn'?t have an? \S+ account",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Refusal:
    """What a server answered: its code, its enhanced code (empty: none), and what of ours it refuses."""

    reply: int
    enhanced: str
    final: bool
    # What somebody of ours has to mend («nuestra cuota de envíos»); empty where the answer does not say.
    ours: str

    def __str__(self) -> str:
        return f"{self.reply} {self.enhanced}".strip()


def refusals(error: Exception) -> list[Refusal]:
    """One for each recipient, or the server's last; none where there was no answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [read_refusal(code, text) for code, text in error.recipients.values()]
    if isinstance(error, smtplib.SMTPResponseException):
        may_end = isinstance(error, smtplib.SMTPDataError)
        return [read_refusal(error.smtp_code, error.smtp_error, may_end=may_end)]
    return []


def is_final(error: Exception) -> bool:
    """Whether nobody will ever read a mail at this address."""
    answers = refusals(error)
    return bool(answers) and all(answer.final for answer in answers)


def fault_of_ours(error: Exception) -> str:
    """What of ours a server refuses, or that there is none; empty when it is about this one recipient, or
    only «later».
    """
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "el usuario o la contraseña del sitio"
    answers = refusals(error)
    if not answers:
        return "no hay conexión con el servidor de correo"
    named = next((answer.ours for answer in answers if answer.ours), "")
    if not named and isinstance(error, smtplib.SMTPSenderRefused):
        return "nuestro remitente" if error.smtp_code >= 500 else "el servidor de correo pide esperar"
    return named


def codes_of(error: Exception) -> str:
    """The numbers of each answer; empty where there was none."""
    return ", ".join(map(str, refusals(error)))


def told_of(error: Exception) -> str:
    """What happened, for the history. Never the server's own words: they may quote the mail."""
    code = codes_of(error)
    match error:
        case smtplib.SMTPRecipientsRefused():
            return f"El servidor rechazó al destinatario ({code})."
        case smtplib.SMTPDataError():
            return f"El servidor rechazó el mensaje ({code})."
        case smtplib.SMTPSenderRefused():
            return f"El servidor rechazó al remitente ({code})."
        case smtplib.SMTPAuthenticationError():
            return f"El servidor rechazó el usuario o la contraseña del sitio ({code})."
        case TimeoutError():
            return "El servidor de correo no contestó a tiempo."
        case smtplib.SMTPException():
            return f"El servidor de correo contestó con un error ({code or type(error).__name__})."
        case _:
            return f"No hubo conexión con el servidor de correo ({type(error).__name__})."


def read_refusal(reply: int, text: bytes | str, *, may_end: bool = True) -> Refusal:
    """What an answer means; `may_end`: whether it was one about a recipient."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    found = _ENHANCED.match(words)
    enhanced = found[1] if found else ""
    ours = _ours(words, enhanced)
    final = may_end and 500 <= reply < 600 and not ours and _is_nobody(words, enhanced)
    return Refusal(reply, enhanced, final, ours)


def _ours(words: str, enhanced: str) -> str:
    """What of ours is refused. A code that is the recipient's leaves little to the words."""
    if enhanced in _NO_SUCH_ADDRESS:
        patterns: tuple[tuple[str, str], ...] = (_SENDER,)
    elif enhanced == _CLOSED:
        patterns = (_QUOTA,)
    elif enhanced in ("4.2.1", "4.2.2", "5.2.2"):  # the recipient's mailbox is busy or full
        patterns = ()
    else:
        patterns = _OURS
    said = next((what for what, pattern in patterns if re.search(pattern, words, re.IGNORECASE)), "")
    return said or _BY_CODE.get(enhanced, "")


def _is_nobody(words: str, enhanced: str) -> bool:
    if enhanced:
        return enhanced in _NO_SUCH_ADDRESS or enhanced == _CLOSED
    return bool(_NOBODY.search(words))
