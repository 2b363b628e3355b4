"""Is this an e.firma that may sign for this company? And is this signature its own? Pure."""

from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from certificates.authorities.chain import Authorities, Environment, claims_test_issuer
from certificates.file_types import FileType, recognise
from certificates.letter.documents import HASHES, SHA1, SHA256
from certificates.letter.signing_refusals import SigningRefused
from certificates.x509 import certificate
from certificates.x509.certificate import Certificate, CertificateKind
from certificates.x509.der import Unreadable
from companies.sat.rfc import Persona, persona_of

MIN_BITS, MAX_BITS = 2048, 4096
_KEYS = (FileType.ENCRYPTED_KEY, FileType.PLAIN_KEY, FileType.CONVERTED_KEY, FileType.ZIP_KEY)


def read(data: bytes) -> Certificate:
    """The certificate in a file. Raises SigningRefused."""
    file_type, der = recognise(data)
    if file_type in _KEYS:
        raise SigningRefused("key")
    if file_type is not FileType.CERTIFICATE:
        raise SigningRefused("unreadable")
    try:
        return certificate.load(der)
    except Unreadable:
        raise SigningRefused("unreadable") from None


def check(
    signer: Certificate, rfc: str, *, now: datetime, authorities: Authorities, production: bool
) -> None:
    """Raises SigningRefused unless it is a FIEL of the company's, valid, and issued by the SAT.

    That the issuing authority has ended since spoils nothing that it issued before.
    """
    if signer.kind is CertificateKind.CSD:
        raise SigningRefused("csd")
    if signer.kind is not CertificateKind.FIEL or signer.is_authority or not signer.number:
        raise SigningRefused("not_fiel")
    if not MIN_BITS <= signer.modulus.bit_length() <= MAX_BITS:
        raise SigningRefused("not_fiel")
    _check_issuer(signer, authorities, production=production)
    if now > signer.valid_to:
        raise SigningRefused("expired")
    if now < signer.valid_from:
        raise SigningRefused("early")
    _check_holder(signer, rfc)


def _check_issuer(signer: Certificate, authorities: Authorities, *, production: bool) -> None:
    issuance = authorities.trace(signer)
    if issuance.is_forged:
        raise SigningRefused("altered")
    if issuance.authority is None:
        raise SigningRefused("test" if production and claims_test_issuer(signer) else "unknown_issuer")
    if production and issuance.authority.environment is Environment.TEST:
        raise SigningRefused("test")


def _check_holder(signer: Certificate, rfc: str) -> None:
    """Of a persona moral its own e.firma, which names the representative after the slash."""
    ours = rfc.strip().upper()
    if not ours:
        raise SigningRefused("no_company_data")
    if signer.rfc.upper() == ours:
        return
    personal = persona_of(ours) is Persona.MORAL and persona_of(signer.rfc.upper()) is Persona.FISICA
    raise SigningRefused("representative" if personal else "other_rfc")


def verify(signer: Certificate, algorithm: str, signed: bytes, signature: bytes) -> None:
    """Raises SigningRefused unless the signature is over exactly these bytes, with this algorithm."""
    if _made(signer, algorithm, signed, signature):
        return
    other = SHA1 if algorithm == SHA256 else SHA256
    raise SigningRefused("wrong_hash" if _made(signer, other, signed, signature) else "bad_signature")


def _made(signer: Certificate, algorithm: str, signed: bytes, signature: bytes) -> bool:
    try:
        key = rsa.RSAPublicNumbers(signer.exponent, signer.modulus).public_key()
        key.verify(signature, signed, padding.PKCS1v15(), HASHES[algorithm]())
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
