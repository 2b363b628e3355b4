"""What an adapter does for its PAC, and what a PAC may answer. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from certificates.letter.documents import Letter, SignedDocument
from certificates.x509.certificate import Certificate

# What comes next where the issuer can do nothing about a refusal: «Estado» tells support of each.
OUR_FAULT = "Es una falla nuestra: Asistencia ya lo sabe y lo corregirá."
SUPPORT_ASKS = "Asistencia lo revisará con el PAC. También puede firmar en el sitio del PAC, con su manual."
SUPPORT_SEES = "Asistencia lo verá con el PAC."
FOR_SUPPORT = (OUR_FAULT, SUPPORT_ASKS, SUPPORT_SEES)


@dataclass(frozen=True)
class LetterTaxpayer:
    """Who signs, as a PAC wants to know it."""

    rfc: str
    name: str
    email: str = ""
    address: str = ""


@dataclass(frozen=True)
class Pac:
    """To whom the letter is addressed."""

    name: str
    rfc: str
    authorization: str
    rule: str = ""


@dataclass(frozen=True)
class Parcel:
    """A signed letter as it is sent."""

    taxpayer: LetterTaxpayer
    certificate: bytes
    number: str
    documents: tuple[SignedDocument, ...]


class Standing(Enum):
    """What a PAC knows of a letter when it is asked."""

    THERE = "there"
    ABSENT = "absent"
    # It cannot be asked, or its answer says nothing of this letter.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Accepted:
    """The PAC has taken it; `confirmed` if its answer shows that it is this letter."""

    confirmed: bool
    code: str = ""
    message: str = ""


@dataclass(frozen=True)
class Rejected:
    """The PAC will not take it: its code and words, the reason in ours, and what to do."""

    code: str
    message: str
    reason: str
    action: str


class PacUnreachable(Exception):
    """No answer of use. `told`: whether the PAC may have read the question all the same."""

    def __init__(self, code: str, *, told: bool) -> None:
        super().__init__(code)
        self.code = code
        self.told = told


class Adapter(Protocol):
    """How letters are written for one PAC and sent there."""

    @property
    def sends(self) -> bool:
        """Whether there is anybody to send it to; else we hand the package over by hand."""
        ...

    @property
    def can_be_asked(self) -> bool:
        """Whether the PAC tells what it has: then nothing stays doubtful for long."""
        ...

    def prepare(self, taxpayer: LetterTaxpayer, signer: Certificate, folio: str, now: datetime) -> Letter:
        """What is to be signed; `now` in the time of Mexico City. Raises PacUnreachable."""
        ...

    def submit(self, parcel: Parcel) -> Accepted | Rejected:
        """Sends a signed letter, once. Raises PacUnreachable."""
        ...

    def standing(self, parcel: Parcel) -> Standing:
        """Whether the PAC has it already. Raises PacUnreachable."""
        ...
