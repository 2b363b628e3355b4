"""Temporary passwords: how they look, how one is made, and what people paste in their place."""

import re
from datetime import timedelta

from django.conf import settings

from companies.codes import COPIED_ALPHABET, random_code
from facturamos.text import clean, plain_dashes, plain_letters

# How long one lasts.
HOURS = settings.TEMPORARY_PASSWORD_LIFETIME // timedelta(hours=1)
# Fifteen of 31 letters are 74 bits.
GROUPS, GROUP = 3, 5
SHAPE = re.compile("-".join([f"[{COPIED_ALPHABET}]{{{GROUP}}}"] * GROUPS))
_BLANKS = re.compile(r"\s+")


def new() -> str:
    """A password of that shape, from the system's source of chance."""
    return random_code(GROUP, groups=GROUPS, alphabet=COPIED_ALPHABET)


def typed(text: str) -> str | None:
    """The temporary password in what somebody typed or pasted; None when it has not the shape of one.

    A temporary password holds no blank, no capital and no other dash than «-», so none of those that
    telephones and mail programs add can be meant: a blank at the end, a first letter in capitals, a long
    dash, a line that was broken.
    """
    letters = plain_dashes(plain_letters(_BLANKS.sub("", clean(text)))).lower()
    return letters if SHAPE.fullmatch(letters) else None
