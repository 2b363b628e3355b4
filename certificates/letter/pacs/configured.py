"""Which adapter the settings choose."""

from django.conf import settings

from certificates.letter.pacs.by_hand import ByHand
from certificates.letter.pacs.finkok import Finkok
from certificates.letter.pacs.interface import Adapter, Pac
from certificates.letter.pacs.soap import PacEndpoint
from certificates.letter.pacs.timbox import Timbox
from companies.letter_terms import letter_text
from facturamos.https import stand_in_at
from facturamos.vault import Secret


def pac() -> Pac:
    """The PAC that the settings name."""
    said = settings.PAC
    return Pac(said["name"], said["rfc"], said["authorization"], said["rule"])


def adapter() -> Adapter:
    """The one that the settings name, with our account there."""
    secret = Secret(settings.PAC_API_SECRET)
    match settings.PAC_ADAPTER:
        case "finkok":
            return Finkok(_endpoint(), secret)
        case "timbox":
            return Timbox(_endpoint(), settings.PAC_API_USER, secret, pac(), _text())
    return ByHand(pac(), _text())


def _text() -> str:
    return letter_text(str(settings.LETTER_TEXT))


def _endpoint() -> PacEndpoint:
    stand_in = stand_in_at(settings.PAC_STAND_IN, settings.PAC_STAND_IN_AUTHORITY, setting="PAC_STAND_IN")
    return PacEndpoint(*settings.PAC_API, stand_in)
