"""An authority's certificate that support wants to add: what it says, or why it is refused. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from certificates.authorities.chain import Authorities, Authority, Environment, claims_sat, names_test
from certificates.file_types import FileType, recognise
from certificates.x509 import certificate, der
from certificates.x509.certificate import Certificate, CertificateKind
from certificates.x509.der import Unreadable
from certificates.x509.distinguished_names import short_name, whole

_KEY_USAGE, _MAY_SIGN_CERTIFICATES = "2.5.29.15", 0x04
MIN_KEY_BITS = 2048

_IN_THE_PLACE = "Elija el certificado (.cer) de la autoridad, tal como lo publica el SAT o Banco de México."
_A_KEY = "Es una llave privada, no un certificado. No debe salir de las manos de su dueño."
_PACKED = "Es un archivo comprimido: extraiga primero el certificado."
_FILE_TYPES = {
    FileType.EMPTY: "El archivo está vacío.",
    FileType.TOO_BIG: "El archivo es demasiado grande para ser un certificado.",
    FileType.ENCRYPTED_KEY: _A_KEY,
    FileType.PLAIN_KEY: _A_KEY,
    FileType.ZIP: _PACKED,
    FileType.ZIP_PAIR: _PACKED,
    FileType.ZIP_CERTIFICATE: _PACKED,
}


class AuthorityRefused(Exception):
    """The file cannot be added; the message says why, in Spanish."""


@dataclass(frozen=True)
class ProposedAuthority:
    """What is shown before somebody vouches for it."""

    certificate: Certificate
    sha256: str
    environment: Environment
    # The authority of ours that has signed it; "" where we know of none.
    root: str
    is_own_root: bool
    # Whether one that is known has the same name: a newer key of the SAT's, or an impostor.
    has_namesake: bool

    @property
    def name(self) -> str:
        """Whom it claims to be, in a few words."""
        return short_name(self.certificate.subject)

    @property
    def fingerprint(self) -> str:
        """Its SHA-256 as other programs show it: «6D:1D:1F…»."""
        return bytes.fromhex(self.sha256).hex(":").upper()

    @property
    def subject(self) -> str:
        """All that it says of itself."""
        return whole(self.certificate.subject)

    @property
    def issuer(self) -> str:
        """All that it says of who signed it."""
        return whole(self.certificate.issuer)

    @property
    def claims_sat(self) -> bool:
        """Whether it says that it is the SAT's."""
        return claims_sat(self.certificate.subject)

    @property
    def is_test(self) -> bool:
        """Whether its certificates serve for the SAT's test environment only."""
        return self.environment is Environment.TEST

    def has_ended(self, now: datetime) -> bool:
        """Whether it issues no longer. What it did issue may still be in force."""
        return now > self.certificate.valid_to


def propose(data: bytes, roots: Authorities, known: Authorities) -> ProposedAuthority:
    """Reads an uploaded file, and looks for who has signed it. Raises AuthorityRefused."""
    read = _read(data)
    _refuse_who_may_not_issue(read)
    authority = _authority(read)
    names_itself = read.issuer == read.subject
    # Several authorities may have one name, and sign themselves; Banco de México's roots have theirs alone.
    issuance = roots.trace(read)
    if issuance.authority is None and not issuance.is_forged and not names_itself:
        issuance = known.trace(read)
    if issuance.is_forged or (names_itself and not authority.signed(read)):
        raise AuthorityRefused(
            f"Dice que lo firmó «{read.issuer_name}», pero la firma no es suya: está alterado."
        )
    return ProposedAuthority(
        certificate=read,
        sha256=hashlib.sha256(read.der).hexdigest(),
        environment=_environment(read, issuance.authority),
        root=issuance.authority.name if issuance.authority else "",
        is_own_root=names_itself,
        has_namesake=any(each.called == authority.called for each in known.known),
    )


def _read(data: bytes) -> Certificate:
    file_type, inside = recognise(data)
    if file_type is not FileType.CERTIFICATE:
        raise AuthorityRefused(f"{_FILE_TYPES.get(file_type, 'No es un certificado.')} {_IN_THE_PLACE}")
    try:
        return certificate.load(inside)
    except Unreadable:
        raise AuthorityRefused(f"El certificado está dañado o incompleto. {_IN_THE_PLACE}") from None


def _refuse_who_may_not_issue(read: Certificate) -> None:
    """RFC 5280, 4.2.1.9 and 4.2.1.3: an authority says that it is one, and that it signs certificates."""
    if not read.is_authority and read.kind is not CertificateKind.UNKNOWN:
        raise AuthorityRefused(f"Es {_ARTICLE[read.kind]} de {read.rfc}, no una autoridad. {_IN_THE_PLACE}")
    if not read.is_authority or not _may_sign(read):
        raise AuthorityRefused(f"«{read.name}» no es una autoridad: no puede emitir otros. {_IN_THE_PLACE}")


_ARTICLE = {CertificateKind.CSD: "el CSD", CertificateKind.FIEL: "la FIEL (e.firma)"}


def _may_sign(read: Certificate) -> bool:
    """Whether its key usage, if it has one, includes signing certificates."""
    raw = read.extensions.get(_KEY_USAGE)
    if raw is None:
        return True
    try:
        first_byte = der.bits(der.read(raw))[0][:1]
    except Unreadable:
        return False
    return bool(int.from_bytes(first_byte) & _MAY_SIGN_CERTIFICATES)


def _authority(read: Certificate) -> Authority:
    try:
        authority = Authority.of(read.der, Environment.PRODUCTION)
    except Unreadable:
        raise AuthorityRefused("Su llave no es RSA, y con otra no sabemos comprobar firmas.") from None
    if authority.public_key.key_size < MIN_KEY_BITS:
        raise AuthorityRefused(f"Su llave es de menos de {MIN_KEY_BITS} bits: cualquiera podría copiarla.")
    return authority


def _environment(read: Certificate, voucher: Authority | None) -> Environment:
    """Of the test environment by its name, its issuer's, or who signed it: production refuses those."""
    is_test = voucher is not None and voucher.environment is Environment.TEST
    is_test = is_test or names_test(read.subject) or names_test(read.issuer)
    return Environment.TEST if is_test else Environment.PRODUCTION
