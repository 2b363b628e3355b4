"""Who issued a certificate: the SAT's authorities, and its test environment's.

A chain to none of them is no reason to refuse: the SAT opens new authorities before anybody publishes
them. Pure: the authorities' certificates come in as bytes.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from certificates import certificate
from certificates.certificate import Certificate

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.1.1.5": hashes.SHA1,
    "1.2.840.113549.1.1.11": hashes.SHA256,
    "1.2.840.113549.1.1.12": hashes.SHA384,
    "1.2.840.113549.1.1.13": hashes.SHA512,
}
# How the SAT names its test authorities: «AC UAT», «A.C. 2 de pruebas(4096)».
_TEST_NAMES = ("UAT", "PRUEBAS", "BETA")


class Environment(StrEnum):
    """Which of the SAT's two worlds a certificate belongs to."""

    PRODUCTION = "produccion"
    TEST = "prueba"


@dataclass(frozen=True)
class Authority:
    """A trusted issuer."""

    name: str
    environment: Environment
    public_key: rsa.RSAPublicKey


@dataclass(frozen=True)
class Issuance:
    """Who signed a certificate; nobody when we do not know. `is_forged`: not who it says it was."""

    authority: Authority | None
    is_forged: bool


class Authorities:
    """The issuers that are known, found by the name that their certificates give as issuer."""

    def __init__(self, production: Iterable[bytes] = (), test: Iterable[bytes] = ()) -> None:
        self._by_subject: dict[bytes, list[Authority]] = defaultdict(list)
        for environment, files in ((Environment.PRODUCTION, production), (Environment.TEST, test)):
            for data in files:
                self._add(certificate.load(data), environment)

    def _add(self, issuer: Certificate, environment: Environment) -> None:
        key = rsa.RSAPublicNumbers(issuer.exponent, issuer.modulus).public_key()
        self._by_subject[issuer.subject].append(Authority(issuer.name, environment, key))

    def trace(self, issued: Certificate) -> Issuance:
        """Who signed the certificate, as far as we know."""
        named = self._by_subject.get(issued.issuer, [])
        algorithm = _HASHES.get(issued.algorithm)
        if algorithm is None:
            return Issuance(None, is_forged=bool(named))
        for authority in named:
            if _verifies(authority.public_key, issued, algorithm()):
                return Issuance(authority, is_forged=False)
        # All keys of the test authorities are known; of a production one there may be a newer key.
        is_forged = any(authority.environment is Environment.TEST for authority in named)
        return Issuance(None, is_forged=is_forged or self._signed_something_else(issued, algorithm()))

    def _signed_something_else(self, issued: Certificate, algorithm: hashes.HashAlgorithm) -> bool:
        """Whether the signature is one of ours', yet over another text: then this one was altered."""
        return any(
            _made_by(authority.public_key, issued.signature, algorithm)
            for namesakes in self._by_subject.values()
            for authority in namesakes
        )


def _verifies(key: rsa.RSAPublicKey, issued: Certificate, algorithm: hashes.HashAlgorithm) -> bool:
    try:
        key.verify(issued.signature, issued.signed, padding.PKCS1v15(), algorithm)
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _made_by(key: rsa.RSAPublicKey, signature: bytes, algorithm: hashes.HashAlgorithm) -> bool:
    try:
        key.recover_data_from_signature(signature, padding.PKCS1v15(), algorithm)
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def claims_test_issuer(issued: Certificate) -> bool:
    """Whether the certificate itself names one of the SAT's test authorities. Nobody lies about that."""
    words = issued.issuer_name.upper().replace("(", " ").split()
    return any(word in _TEST_NAMES for word in words)
