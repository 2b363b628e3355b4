"""What a mail server means by a refusal: one ordered table over its numbers and words. Pure.

The command that it answers says little: Postfix refuses a sender at RCPT, Exchange and SES after the message.
"""

import re
import unicodedata
from collections.abc import Collection

from mailing.doctor.reply_rules import RULES

# What is not the server's own word: addresses may be called «spam@», and a domain may be «relay.mx».
_QUOTED = re.compile(r"(?P<kept>https?://\S+)|[^\s<>\"'(]+@[^\s<>\"':;,)]+")
# A reply of several lines repeats its numbers before each.
_REPEATED = re.compile(r"^(?:[2-5]\d\d[- ])?(?P<enhanced>[245]\.\d{1,3}\.\d{1,3}\b)?[ \t]*", re.MULTILINE)
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
SAID_CHARACTERS = 220
# No server says more to the purpose; what is made up to keep the patterns busy ends here.
READ_CHARACTERS = 1500
LONGEST_WORD = 80


def read(reply: int, text: str, hidden: Collection[str] = ()) -> str:
    """The code of what a reply means; empty when no rule knows it.

    `hidden`: names of the issuer's own (domain, server) that must not be taken for the server's words.
    """
    words = plain(reply, text, hidden)
    return next((rule.code for rule in RULES if rule.pattern.search(words)), "")


def plain(reply: int, text: str, hidden: Collection[str] = ()) -> str:
    """«535 5.7.8 words», small, on one line, without accents, addresses and names of the issuer's."""
    text = _QUOTED.sub(lambda found: found["kept"] or "@", text[:READ_CHARACTERS])
    for name in sorted(filter(None, hidden), key=len, reverse=True):
        text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", "@", text, flags=re.IGNORECASE)
    numbers = list(
        dict.fromkeys(found["enhanced"] for found in _REPEATED.finditer(text) if found["enhanced"])
    )
    bare = unicodedata.normalize("NFKD", _REPEATED.sub("", text))
    letters = "".join(char for char in bare if not unicodedata.combining(char))
    words = [word[:LONGEST_WORD] for word in letters.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()]
    return " ".join([str(reply), *numbers, *words]).lower()


def said(reply: int, text: str) -> str:
    """The server's own sentence, fit to be shown: one line, nothing unseen, not too long."""
    text = text[:READ_CHARACTERS]
    seen = "".join(" " if unicodedata.category(char) in _UNSEEN and char != "\n" else char for char in text)
    lines = (_REPEATED.sub("", line, count=1) for line in seen.splitlines() or [seen])
    first = _REPEATED.match(text)
    number = f"{reply} {first['enhanced']}" if first and first["enhanced"] else str(reply or "")
    sentence = " ".join(f"{number} {' '.join(lines)}".split())
    return sentence if len(sentence) <= SAID_CHARACTERS else sentence[: SAID_CHARACTERS - 1] + "…"
