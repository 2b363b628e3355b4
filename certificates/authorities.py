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

    def issuer_of(self, issued: Certificate) -> Authority | None:
        """The authority whose signature is on the certificate, or None when none of ours signed it."""
        algorithm = _HASHES.get(issued.algorithm)
        if algorithm is None:
            return None
        for authority in self._by_subject.get(issued.issuer, ()):
            try:
                authority.public_key.verify(issued.signature, issued.signed, padding.PKCS1v15(), algorithm())
            except (InvalidSignature, UnsupportedAlgorithm):
                continue
            return authority
        return None


def claims_test_issuer(issued: Certificate) -> bool:
    """Whether the certificate itself names one of the SAT's test authorities. Nobody lies about that."""
    words = issued.issuer_name.upper().replace("(", " ").split()
    return any(word in _TEST_NAMES for word in words)
