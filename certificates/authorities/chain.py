"""Who issued a certificate: the SAT's authorities, and its test environment's.

A chain to none of them is no reason to refuse: the SAT opens new authorities before anybody publishes
them. A signature that is not the one of the authority that is named is a reason. Pure: the authorities'
certificates come in as bytes.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from certificates.x509 import certificate, der
from certificates.x509.certificate import Certificate
from certificates.x509.der import Unreadable
from certificates.x509.distinguished_names import COMMON_NAME, attributes, comparable, folded, short_name

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    # The first of the SAT's authorities, and its root, signed with MD5 until 2008.
    "1.2.840.113549.1.1.4": hashes.MD5,
    "1.2.840.113549.1.1.5": hashes.SHA1,
    "1.2.840.113549.1.1.11": hashes.SHA256,
    "1.2.840.113549.1.1.12": hashes.SHA384,
    "1.2.840.113549.1.1.13": hashes.SHA512,
}
_SUBJECT_KEY, _AUTHORITY_KEY = "2.5.29.14", "2.5.29.35"
_KEY_IDENTIFIER = 0x80
# How the SAT names its test authorities: «AC UAT», «A.C. 2 de pruebas(4096)».
_TEST = re.compile(r"(?<![a-z])(uat|pruebas|beta)(?![a-z])")
# What its authorities have called themselves, with its RFC, its addresses and its unit «SAT-IES Authority».
_SAT = re.compile(r"administracion tributaria|autoridad certificadora|sat970701nn3|\bsat\b")


class Environment(StrEnum):
    """Which of the SAT's two worlds a certificate belongs to."""

    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True)
class Authority:
    """An issuer that is trusted, with what a signature is checked against."""

    name: str
    environment: Environment
    public_key: rsa.RSAPublicKey
    valid_to: datetime
    # The fingerprint of its certificate.
    sha256: str
    # Its name in DER, its name by what it says, and its key's identifier (RFC 5280, 4.2.1.2), or b"".
    subject: bytes
    called: frozenset[tuple[str, str]]
    key_identifier: bytes

    @classmethod
    def of(cls, data: bytes, environment: Environment) -> "Authority":
        """From its certificate. Raises Unreadable, also where its key is none of RSA."""
        read = certificate.load(data)
        try:
            key = rsa.RSAPublicNumbers(read.exponent, read.modulus).public_key()
        except ValueError:
            raise Unreadable("authority") from None
        return cls(
            name=short_name(read.subject),
            environment=environment,
            public_key=key,
            valid_to=read.valid_to,
            sha256=hashlib.sha256(data).hexdigest(),
            subject=read.subject,
            called=comparable(read.subject),
            key_identifier=_subject_key(read),
        )

    def signed(self, issued: Certificate) -> bool:
        """Whether the certificate, as it is, is signed by this authority."""
        algorithm = _HASHES.get(issued.algorithm)
        if algorithm is None:
            return False
        try:
            self.public_key.verify(issued.signature, issued.signed, padding.PKCS1v15(), algorithm())
        except (InvalidSignature, UnsupportedAlgorithm):
            return False
        return True

    def made(self, signature: bytes) -> bool:
        """Whether the signature is of this authority's making, over whatever text."""
        try:
            self.public_key.recover_data_from_signature(signature, padding.PKCS1v15(), None)
        except (InvalidSignature, UnsupportedAlgorithm):
            return False
        return True


@dataclass(frozen=True)
class Issuance:
    """Who signed a certificate; nobody when we do not know. `is_forged`: not who it says it was."""

    authority: Authority | None
    is_forged: bool


class Authorities:
    """The issuers that are known, found by the name that their certificates give as issuer.

    Their roots, if any are given, are no issuers of CSDs, but what bears a root's name is held to it, too.
    """

    def __init__(
        self,
        production: Iterable[bytes] = (),
        test: Iterable[bytes] = (),
        *,
        roots: "Authorities | None" = None,
    ) -> None:
        self.known = [
            *(Authority.of(data, Environment.PRODUCTION) for data in production),
            *(Authority.of(data, Environment.TEST) for data in test),
        ]
        self._roots = roots.known if roots else []
        self._named = [*self.known, *self._roots]
        self._by_subject: dict[bytes, list[Authority]] = defaultdict(list)
        for authority in self._named:
            self._by_subject[authority.subject].append(authority)

    def trace(self, issued: Certificate) -> Issuance:
        """Who signed the certificate, as far as we know."""
        for authority in self._by_subject.get(issued.issuer, ()):
            if authority.signed(issued):
                return Issuance(authority, is_forged=False)
        return self._trace_by_signature(issued)

    def _trace_by_signature(self, issued: Certificate) -> Issuance:
        """For a name that is written in another way, and for what was altered: asks each authority's key.

        What one of them has signed, but not with this text, was altered afterwards; so was, or was made up,
        what names one of them and was signed by none.
        """
        makers = [authority for authority in self._named if authority.made(issued.signature)]
        for authority in makers:
            if authority.signed(issued):
                return Issuance(authority, is_forged=False)
        return Issuance(None, is_forged=bool(makers) or self._are_named(issued))

    def _are_named(self, issued: Certificate) -> bool:
        """Whether one of them is named as issuer: by its name, by its key's identifier, or as a root."""
        called, identifier = comparable(issued.issuer), _issuer_key(issued)
        return self._is_root_named(issued, called) or any(
            called == authority.called or (identifier and identifier == authority.key_identifier)
            for authority in self._named
        )

    def _is_root_named(self, issued: Certificate, called: frozenset[tuple[str, str]]) -> bool:
        """Whether a holder's certificate bears a root's common name: roots sign authorities, never holders.

        A new root may be called like a former one; then it has signed an authority's certificate.
        """
        common = {attribute for attribute in called if attribute[0] == COMMON_NAME}
        return not issued.is_authority and any(common & root.called for root in self._roots)

    def last_end(self) -> datetime | None:
        """When the last of the production authorities ends; None when there is none."""
        return max((a.valid_to for a in self.known if a.environment is Environment.PRODUCTION), default=None)


def _subject_key(read: Certificate) -> bytes:
    try:
        return der.read(read.extensions[_SUBJECT_KEY]).content
    except (KeyError, Unreadable):
        return b""


def _issuer_key(issued: Certificate) -> bytes:
    try:
        first = der.first(der.read(issued.extensions[_AUTHORITY_KEY]))
    except (KeyError, Unreadable):
        return b""
    return first.content if first.tag == _KEY_IDENTIFIER else b""


def claims_test_issuer(issued: Certificate) -> bool:
    """Whether the certificate itself names one of the SAT's test authorities. Nobody lies about that."""
    return names_test(issued.issuer)


def names_test(name: bytes) -> bool:
    """Whether an authority is called like one of the SAT's test environment."""
    return bool(_TEST.search(folded(short_name(name))))


def claims_sat(name: bytes) -> bool:
    """Whether any attribute of a name says that it is of an authority of the SAT's."""
    said = " ".join(text for _, text in attributes(der.read(name)))
    return bool(_SAT.search(folded(said)))
