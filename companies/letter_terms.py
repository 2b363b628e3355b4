"""Which Carta Manifiesto is asked for now: addressed to which PAC, in which version of its text.

A letter was signed under the terms of its day. While the settings name others, a new letter is asked for;
once there is one, the old one stays as evidence (companies.models.FormerLetter).
"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

# Its text is the PAC's own, asked for each time; LETTER_VERSION says when that has changed.
OWN_TEXT = ("finkok",)


def current_terms() -> str:
    """A name for the terms in force; equal for equal terms."""
    path = "" if settings.PAC_ADAPTER in OWN_TEXT else str(settings.LETTER_TEXT)
    pac = settings.PAC
    return _name_of((settings.PAC_ADAPTER, pac["rfc"], pac["authorization"], settings.LETTER_VERSION), path)


@cache
def _name_of(said: tuple[str, ...], path: str) -> str:
    text = letter_text(path) if path else ""
    return hashlib.sha256("\n".join((*said, text)).encode()).hexdigest()


@cache
def letter_text(path: str) -> str:
    """The letter's text with its places still open."""
    return Path(path).read_text(encoding="utf-8")
