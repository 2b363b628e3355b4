"""The words of servers' refusals, as pieces of patterns: English first, then what else is met here.

They are matched against small letters without accents; see `mailing.doctor.replies.plain`.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A refusal by its words: `pattern` is searched in what `plain` makes of a reply."""

    code: str
    pattern: re.Pattern[str]


def rule(code: str, *patterns: str) -> Rule:
    """One that fits where any of the patterns does."""
    return Rule(code, re.compile("|".join(patterns)))


# Within one sentence of the server's.
NEAR = r"[^.;]{0,60}"
IS = r"(is |are |was |has |have |had |been |esta |ha |sido |fue |se encuentra |currently |temporarily |now )*"
OFF = (
    r"(disabled|not enabled|not activated|turned off|switched off|not allowed|blocked|not permitted|"
    r"not available|"
    r"deshabilitad|desactivad|no (esta )?(habilitad|activad|disponible))"
)
DEAD = (
    r"(not active|no (esta )?(activ|habilitad)|"
    r"paused|blocked|locked|disabled|deactivated|inactive|frozen|terminated|banned|restricted|"
    r"closed|expired|"
    r"bloquead|inactiv|deshabilitad|cancelad|vencid|desactivad)"
)
DENIED = (
    r"(not (been )?(allowed|permitted|authori[sz]ed|owned|accepted|valid|one of your|yours)|"
    r"mismatch|denied|"
    r"does( not|n't) (match|belong)|must (match|equal|be (the )?same)|"
    r"no (esta |es )?(permitid|autorizad|coincid)|"
    r"not (the )?same)"
)
SENDER = r"\b(sender|from|originator|envelope|remitente|absender)( e?-?mail)?( address| header| domain)?\b"
ALLOWED = r"(allowed|authori[sz]ed|permitted)"
WORD = r"(password|passwd|passphrase|contrasena|clave|senha|passwort|kennwort|mot de passe)"
LIMIT = r"(limit\w*|quota|cuota|maximum|max\b|rate)"
PERIOD = (
    r"(daily|hourly|monthly|diari[oa]s?|mensual\w*|per[- ](day|hour|minute|second|month)|por (hora|dia)|"
    r"sending|send rate|envios?|outgoing|outbound|smtp|relay|salientes?|messages? sent)"
)
AUTH = r"auth\w*"
# A server that makes everybody wait the first time; what it says of our own mails is asked it too.
GREYLIST = r"gr[ea]y-?\s?list|lista gris|postgrey"
