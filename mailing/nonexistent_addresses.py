"""Which codes and words say that nobody is at an address: «dirección inexistente», not only «rebotó». Pure.

A server's answer to a mail of ours is asked `is_nobody`. A report, which comes back later, holds the answer
of another server, often without its code: where that says nothing, `report_says_nobody` asks its words.
"""

import re

# No such mailbox, host or syntax, ambiguous, moved away, the domain takes no mail. The others of 5.1 are the
# sender's (5.1.7, 5.1.8) or say nothing (5.1.0).
_NO_SUCH_ADDRESS = {"5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10"}
_CLOSED = "5.2.1"
ENDING = {*_NO_SUCH_ADDRESS, _CLOSED}
# An enhanced code (RFC 3463). RFC numbers its sections with four.
CODE = r"[245]\.[0-7]\.\d{1,3}(?![\d.]*\d)"
_CODES = re.compile(rf"(?<![\d.]){CODE}")

# --- a server's answer

# What servers say at RCPT, without an enhanced code, of an address that is not there. An «account» may be
# ours.
_NOBODY_AT_RCPT = re.compile(
    r"\b(no such|unknown|invalid|non-?existent) (local )?(user|recipient|mailbox|address|person)"
    r"|\b(user|recipient|mailbox|address)( address)?( rejected:| is)*"
    r" ((user )?unknown|not found|(does not|doesn'?t) exist)"
    r"|no (mailbox|user|recipient)( here)? (by|with) that name|not a known user"
    r"|doesn'?t have an? \S+ account"
    r"|\b(usuario|destinatario|buzón)( \S+)? (no existe|desconocido|inexistente)",
    re.IGNORECASE,
)
# What is said to somebody who sends, and never of a recipient.
_TO_US = re.compile(
    r"\b(your|smtp|auth\w*|relay|log ?in|password|credentials?|sending|outgoing|sender|support|licen[cs]e"
    r"|su (cuenta|usuario|buzón)|autentica\w*|contraseña|clave|remitente|env[ií]os?|saliente|soporte"
    r"|licencia)\b",
    re.IGNORECASE,
)
# What makes even a code that is the recipient's doubtful.
_DOUBT = re.compile(
    r"\b(sending|outgoing|log ?in|not relay|helo|temporar\w*|try (again )?later|blocked|expired|abuse"
    r"|subscription|env[ií]os?|saliente|reverse|ptr|ip|(start)?tls|api|trial|gr[ea]y\w*"
    r"|your (server|host|domain)"
    r"|(account|cuenta)( \S+)? (is |fue |has been |ha sido )?(suspend\w*|not \w+)|su|remitente|autoriza\w*"
    r"|authori[sz]\w*)\b",
    re.IGNORECASE,
)


def is_nobody(words: str, enhanced: str, *, at_rcpt: bool) -> bool:
    """Whether an answer says that there is nobody. In doubt there is somebody: what ends is lost."""
    # Within the answer may be that of another server: «host mx said: 550 5.7.1 …».
    if not ENDING.issuperset(_CODES.findall(words)) or _DOUBT.search(words):
        return False
    if enhanced:
        # After the mail itself, a closed mailbox may be our own at the relay.
        return enhanced in ENDING and (at_rcpt or enhanced != _CLOSED)
    return at_rcpt and bool(_NOBODY_AT_RCPT.search(words)) and not _TO_US.search(words)


# --- a report

_VAGUE = ("4.0.0", "5.0.0", "5.1.0", "5.3.0", "5.4.1", "5.4.4", "5.4.6", "5.4.310", "5.5.0", "5.7.1")
# Words of reports, besides those at RCPT, that say that there is nobody; they count where the code is vague.
NOBODY_IN_A_REPORT = re.compile(
    r"not listed in|(no such|unknown|invalid|nonexistent) (domain|host)|domain( name)? (\S+ )?(was "
    r"|is )?not found"
    r"|domain \S+ does not exist|no mx or a record"
    # Hotmail's number for it; MailEnable.
    r"|mailbox unavailable (\(s2017062302\)|or not local)"
    r"|domain.{0,60}couldn'?t be found|host or domain name not found|host not found|unrouteable address"
    r"|address (was )?not found|address (\S+ )?couldn'?t be found|no such (user|mailbox|address|recipient)"
    r"|(unknown|invalid) (user|mailbox|address|recipient)|(user|mailbox|account"
    r"|recipient) (\S+ )?(is )?(unknown"
    r"|not found|(does not|doesn'?t) exist)|doesn'?t have an? \S+ account"
    r"|(no existe|inexistente|desconocid[oa])|non-?existent hosts"
    # Exchange Online, IronPort, a domain without mail (RFC 7505), Yahoo.
    r"|5\.4\.1 .*recipient address rejected: access denied|5\.1\.0 \W*address rejected|null ?mx|nxdomain"
    r"|domain \S+ does not accept (e-?)?mail|(mailbox|user|account) (is )?(disabled|inactive)",
    re.IGNORECASE,
)
# A service that sends for others has had it back so often that it no longer tries.
_SUPPRESSED = re.compile(r"history of bouncing as an invalid address", re.IGNORECASE)


def report_says_nobody(words: str, enhanced: str) -> bool:
    """Where the code says little, or only that there is no way to the host, the words may say more."""
    vague = not enhanced or enhanced in _VAGUE
    return bool(NOBODY_IN_A_REPORT.search(words) if vague else _SUPPRESSED.search(words))
