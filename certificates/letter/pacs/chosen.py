"""Which adapter the settings choose."""

from django.conf import settings

from certificates.letter.pacs.by_hand import ByHand
from certificates.letter.pacs.interface import Adapter, Pac
from companies.letter_terms import letter_text


def pac() -> Pac:
    """The PAC that the settings name."""
    said = settings.PAC
    return Pac(said["name"], said["rfc"], said["authorization"], said["rule"])


def adapter() -> Adapter:
    """The adapter in force."""
    return ByHand(pac(), letter_text(str(settings.LETTER_TEXT)))
