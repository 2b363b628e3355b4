"""What a mail server's refusal means for a mail of the site: is it about the recipient, or about us?

Only what is the recipient's ends a mail: the address does not exist, or is closed for good. Whatever concerns
our relay, our sender, our reputation, our quota or the size of what we send is ours to mend: that waits.
Where the answer does not say, we wait too. Codes: RFC 3463 and IANA's registry of enhanced status codes.
"""

import re
import smtplib
from dataclasses import dataclass

from mailing.doctor.reply_rules.words import GREYLIST
from mailing.nonexistent_addresses import CODE, ENDING, is_nobody

# At the beginning, «#5.1.0», or as qmail has it, at the end: «(#5.7.1)». RFC numbers its sections with four.
_ENHANCED = re.compile(rf"\s*#?({CODE})|.*\(#({CODE})\)", re.DOTALL)
# Whoever is named is not the server's word: an address may be called «sender@», a domain «no-relay.mx».
_ADDRESS = re.compile(r"<[^<>\s]*>|[^\s<>\"'(\[]+@[^\s<>\"':;,)\]]+")

_SENDER = (
    "nuestro remitente",
    r"\bsender( address| domain| e-?mail)?( is| was| has been)?:? (rejected|refused|denied|not (?!notified)"
    r"|verif\w*|unknown|unverified|invalid|blocked)|not owned by user|\b(invalid|unknown|bad) sender\b"
    r"|\bsender\b.{0,80}\b(rejected|refused|denied|verif\w*|unverified|must|does not|mismatch)\b"
    r"|\b(send ?as\w*|mail from|envelope from|from address|from domain|from header)\b|unauthenticated"
    r"|\b(spf|dkim|dmarc)\b|\b(email address|identity|domain) (is )?not verified",
)
_QUOTA = (
    "nuestra cuota de envíos",
    r"\b(sending|daily|hourly|user|message|rate|credits?)\b.{0,20}\b(limit|quota)|rate[- ]limit|at a rate"
    r"|(limit|quota|credits) (has been )?(exceeded|reached)|too (many|quickly|fast)"
    r"|exceeded the max|\b(e-?mails|messages) per (hour|day)",
)
_LISTED = (
    r"blocked using|block ?list|black ?list|spamhaus|barracuda|spamcop|client host.{0,60}(blocked|rejected)"
    r"|\b(rb|dnsb|sb|xb|pb)l\b|(?<!not )\blisted (at|by|in|on)\b|reputation"
)
_NO_RELAY = (
    r"\brelaying\b|relay access|relay (denied|not permitted)|(unable|not permitted) to relay"
    r"|not authori[sz]ed to relay|(cannot|for) relay|rcpthosts|must (be )?authenticate"
    r"|authenticate first|\bauth\w* (is )?required|\bautentica\w*"
    r"|not logged in|please log ?in|smtp (account|auth\w*|user)|password|credentials|not allowed to send"
    r"|\byour( smtp| user| mail)? (account|mailbox|user|login)\b|unpaid|payment|\bpay\b|billing"
    r"|(for|from) (sending|outgoing)|outgoing mail"
)
_REPUTATION = ("nuestra reputación", _LISTED)
_PERMISSION = ("el permiso de nuestro servidor", _NO_RELAY)
# In the order in which they are looked for.
_OURS = (
    ("el tamaño del mensaje", r"too (large|big)|message size|size (limit|exceed)|exceeds.*size"),
    _SENDER,
    _QUOTA,
    _PERMISSION,
    ("nuestra reputación", rf"{_LISTED}|\bblock(ed)?\b|\bspam\b|banned|policy|\bhelo\b"),
    ("el permiso de nuestro servidor", r"unauthori[sz]ed|suspended"),
)
_BY_CODE = {
    "5.1.7": "nuestro remitente",
    "5.1.8": "nuestro remitente",
    "5.2.3": "el tamaño del mensaje",
    "5.3.4": "el tamaño del mensaje",
    "5.4.5": "nuestra cuota de envíos",
    "5.7.0": "el permiso de nuestro servidor",
    "5.7.1": "nuestra reputación",
}
# A «policy» of the server's own, and nothing against us.
_LATER = re.compile(GREYLIST, re.IGNORECASE)


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
        return [read_refusal(error.smtp_code, error.smtp_error, at_rcpt=False, may_end=may_end)]
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


def read_refusal(reply: int, text: bytes | str, *, at_rcpt: bool = True, may_end: bool = True) -> Refusal:
    """What an answer means; `at_rcpt`: whether it was one to a recipient, `may_end`: or to the mail."""
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    words = _ADDRESS.sub("", said)
    found = _ENHANCED.match(words)
    enhanced = (found[1] or found[2]) if found else ""
    # Of a sign-in, nothing is the recipient's.
    by_number = "el permiso de nuestro servidor" if 530 <= reply < 540 else ""
    later = 400 <= reply < 500 and _LATER.search(words)
    ours = "" if later else fault_in(words, enhanced) or _BY_CODE.get(enhanced, "") or by_number
    may_end = may_end and 500 <= reply < 600
    final = may_end and not ours and is_nobody(words, enhanced, at_rcpt=at_rcpt)
    return Refusal(reply, enhanced, final, ours)


def fault_in(words: str, enhanced: str) -> str:
    """What of ours the words refuse. A code that is the recipient's leaves little to them."""
    if enhanced in ENDING:
        patterns: tuple[tuple[str, str], ...] = (_SENDER, _QUOTA, _REPUTATION, _PERMISSION)
    elif enhanced in ("4.2.1", "4.2.2", "5.2.2"):  # the recipient's mailbox is busy or full
        patterns = ()
    else:
        patterns = _OURS
    return next((what for what, pattern in patterns if re.search(pattern, words, re.IGNORECASE)), "")
