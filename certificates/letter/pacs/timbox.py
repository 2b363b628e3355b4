"""Timbox: one cadena, signed with SHA-1, by SOAP.

`||NAME|RFC|FIEL NUMBER|DATE|RFC OF THE PAC|AUTHORISATION||`. Its answer repeats the cadena and the signature:
that is how we know that they have it. They cannot be asked later, so a letter whose answer got lost is
doubtful: somebody must ask them.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from certificates.letter.documents import SHA1, Letter, LetterDocument
from certificates.letter.pacs import soap
from certificates.letter.pacs.interface import (
    OUR_FAULT,
    SUPPORT_SEES,
    Accepted,
    LetterTaxpayer,
    Pac,
    PacUnreachable,
    Parcel,
    Rejected,
    Standing,
)
from certificates.letter.pacs.soap import PacEndpoint
from certificates.letter.text import moment, written
from certificates.x509.certificate import Certificate
from certificates.x509.pem import as_pem
from facturamos.vault import Secret

NAMESPACE = "urn:WashOut"
DONE, OUT_OF_ORDER = "200", "MAN999"
_AGAIN = "Firme otra vez."
# Their codes (firmar_manifiesto_sello): the reason in our words, and what to do.
REASONS = {
    "MAN001": ("El PAC no reconoce nuestra cuenta con él.", OUR_FAULT),
    "MAN002": ("Nuestro plan con el PAC venció.", OUR_FAULT),
    "MAN003": (
        "El PAC no aceptó el correo de su empresa.",
        "Revise su correo en «Usuario» y firme.",
    ),
    "MAN004": ("El PAC no entendió la carta.", OUR_FAULT),
    "MAN005": ("El PAC no entendió la firma.", _AGAIN),
    "MAN006": ("El PAC no pudo leer el certificado de su e.firma.", _AGAIN),
    "MAN007": ("El PAC no entendió la carta.", OUR_FAULT),
    "MAN008": ("El nombre de su empresa es demasiado largo para el PAC.", SUPPORT_SEES),
    "MAN009": (
        "El PAC dice que su RFC no es correcto.",
        "Revíselo en «Datos fiscales» y firme otra vez.",
    ),
    "MAN010": ("El PAC no reconoce el número de su e.firma.", "Firme otra vez con su e.firma vigente."),
    "MAN011": ("El PAC no aceptó la fecha de la carta.", _AGAIN),
    "MAN012": ("La carta está dirigida a otro PAC.", OUR_FAULT),
    "MAN013": ("El número de autorización del PAC no es correcto.", OUR_FAULT),
    "MAN014": ("El certificado no es el que nombra la carta.", "Firme otra vez con su e.firma vigente."),
    "MAN015": ("El certificado es un CSD y no una e.firma.", "Firme otra vez con su e.firma (FIEL)."),
    "MAN016": ("La firma no corresponde a la carta.", _AGAIN),
}
# Their own example keeps the pipe for what separates.
_PIPE = str.maketrans("|", " ")


@dataclass(frozen=True)
class Timbox:
    """Their service, with an account of ours."""

    endpoint: PacEndpoint
    user: str
    password: Secret
    pac: Pac
    text: str
    sends: bool = True
    can_be_asked: bool = False

    def prepare(self, taxpayer: LetterTaxpayer, signer: Certificate, folio: str, now: datetime) -> Letter:
        """The letter in words, and below them the cadena, which is what is signed."""
        fields = (
            taxpayer.name,
            taxpayer.rfc,
            signer.number,
            moment(now),
            self.pac.rfc,
            self.pac.authorization,
        )
        cadena = f"||{'|'.join(each.translate(_PIPE) for each in fields)}||"
        text = written(self.text, taxpayer, self.pac, signer, folio, now)
        shown = f"{text}\nCadena que se firma:\n{cadena}\n"
        return Letter(SHA1, (LetterDocument("Carta Manifiesto", shown, cadena.encode()),))

    def submit(self, parcel: Parcel) -> Accepted | Rejected:
        """Sends it. Raises PacUnreachable, also where the answer is about another letter."""
        (signed,) = parcel.documents
        values = {
            "username": self.user,
            "password": self.password.text(),
            "email": parcel.taxpayer.email,
            "cadena": signed.document.signed.decode(),
            "sello": base64.b64encode(signed.signature).decode(),
            "certificado": as_pem(parcel.certificate),
        }
        answer = soap.call(
            self.endpoint, NAMESPACE, "firmar_manifiesto_sello", values, seconds=soap.SECONDS_OF_WORKER
        )
        code, message = answer.text("code").strip(), answer.words("message")
        if code == DONE:
            same = (
                answer.text("cadena_original").strip() == signed.document.signed.decode()
                and _decoded(answer.text("firma")) == signed.signature
            )
            if not same:
                raise PacUnreachable("other_letter", told=True)
            return Accepted(confirmed=True, code=code, message=message)
        if code not in REASONS:
            raise PacUnreachable(code[:20] if code == OUT_OF_ORDER else "not_understood", told=True)
        return Rejected(code, message, *REASONS[code])

    def standing(self, parcel: Parcel) -> Standing:
        """They cannot be asked what they have."""
        return Standing.UNKNOWN


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
