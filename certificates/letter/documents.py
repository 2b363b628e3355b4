"""What is signed, before and after: pure."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

SHA1, SHA256 = "SHA-1", "SHA-256"
# Of SHA-1, whose use here is the PAC's choice: docs/adr/0025.
HASHES: dict[str, type[hashes.HashAlgorithm]] = {SHA1: hashes.SHA1, SHA256: hashes.SHA256}


@dataclass(frozen=True)
class LetterDocument:
    """One document to be signed. `text` is what the person reads, whole; `signed` the bytes to sign.

    Where `digest_of` is not empty, `signed` holds the base64 of its digest (of the letter's algorithm); else
    `signed` is the document itself, and `text` holds it whole.
    """

    title: str
    text: str
    signed: bytes
    digest_of: bytes = b""

    def to_json(self) -> dict[str, str]:
        """As a column and the page have it."""
        return {
            "title": self.title,
            "text": self.text,
            "signed": base64.b64encode(self.signed).decode(),
            "digest_of": base64.b64encode(self.digest_of).decode(),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, str]) -> "LetterDocument":
        return cls(
            row["title"], row["text"], base64.b64decode(row["signed"]), base64.b64decode(row["digest_of"])
        )


@dataclass(frozen=True)
class SignedDocument:
    """A document with its signature: RSA PKCS#1 v1.5 over `document.signed`."""

    document: LetterDocument
    signature: bytes

    def to_json(self) -> dict[str, str]:
        """As the evidence keeps it, with the digest of the text that was read."""
        return self.document.to_json() | {
            "signature": base64.b64encode(self.signature).decode(),
            "text_sha256": hashlib.sha256(self.document.text.encode()).hexdigest(),
            "signed_sha256": hashlib.sha256(self.document.signed).hexdigest(),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, str]) -> "SignedDocument":
        return cls(LetterDocument.from_json(row), base64.b64decode(row["signature"]))


@dataclass(frozen=True)
class Letter:
    """All that a PAC asks to be signed, and with which algorithm."""

    algorithm: str
    documents: tuple[LetterDocument, ...]
