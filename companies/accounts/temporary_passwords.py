"""Temporary passwords: how they look, how one is made, and what people paste in their place."""

import re
from datetime import timedelta

from companies.codes import COPIED_ALPHABET, random_code
from facturamos.text import clean, plain_dashes, plain_letters

# How long one lasts, from when its mail is sent; and the same as people read it.
LIFETIME = timedelta(hours=72)
HOURS = LIFETIME // timedelta(hours=1)
# Fifteen of 31 letters are 74 bits.
GROUPS, GROUP = 3, 5
_LETTERS = re.compile(f"[{COPIED_ALPHABET}]{{{GROUPS * GROUP}}}")
# What is copied with it of the mail or of the sentence that it stood in.
_LABEL = re.compile(
    r"\W*(?:(?:su|la|mi)\s+)?(?:contrase[ñn]a|clave|password)(?:\s+temporal)?(?:\s+es)?(?:\W+|\Z)",
    re.IGNORECASE,
)
_AROUND = re.compile(r"\A[\W_]+|[\W_]+\Z")
_BETWEEN = re.compile(r"[\s_-]+")


def new() -> str:
    """A password of that shape, from the system's source of chance."""
    return random_code(GROUP, groups=GROUPS, alphabet=COPIED_ALPHABET)


def typed(text: str) -> str | None:
    """The temporary password in what somebody typed or pasted; None when it has not the shape of one.

    It is only letters and digits in groups with «-» between, so nothing else can be meant that telephones,
    mail programs and people add: a blank at the end, a first letter in capitals, a long dash or none, a line
    that was broken, quotes, a full stop, «Contraseña temporal:».
    """
    plain = plain_dashes(plain_letters(clean(text)))
    label = _LABEL.match(plain)
    bare = _AROUND.sub("", plain[label.end() :] if label else plain)
    letters = _BETWEEN.sub("", bare).lower()
    if not _LETTERS.fullmatch(letters):
        return None
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
