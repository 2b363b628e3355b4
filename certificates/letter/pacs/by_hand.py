"""No interface is configured: the letter is ours, signed with SHA-256, and handed to the PAC as a package."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from certificates.letter.documents import SHA256, Letter, LetterDocument
from certificates.letter.pacs.interface import Accepted, LetterTaxpayer, Pac, Parcel, Rejected, Standing
from certificates.letter.text import moment, written
from certificates.x509.certificate import Certificate

VERSION = "1.0"


@dataclass(frozen=True)
class ByHand:
    """Signs a cadena of ours, which carries the digest of the text."""

    pac: Pac
    text: str
    sends: bool = False
    can_be_asked: bool = False

    def prepare(self, taxpayer: LetterTaxpayer, signer: Certificate, folio: str, now: datetime) -> Letter:
        """Signed is a cadena of ours.

        `||version|folio|moment|RFC|representative|FIEL number|RFC of the PAC|authorisation|SHA-256 of text||`
        """
        text = written(self.text, taxpayer, self.pac, signer, folio, now)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        fields = (
            VERSION,
            folio,
            moment(now),
            taxpayer.rfc,
            signer.representative,
            signer.number,
            self.pac.rfc,
            self.pac.authorization,
            digest,
        )
        cadena = f"||{'|'.join(fields)}||"
        return Letter(SHA256, (LetterDocument("Carta Manifiesto", text, cadena.encode(), text.encode()),))

    def submit(self, parcel: Parcel) -> Accepted | Rejected:
        """Never asked for: there is nobody to send it to."""
        raise NotImplementedError

    def standing(self, parcel: Parcel) -> Standing:
        """There is nobody to ask."""
        return Standing.UNKNOWN
