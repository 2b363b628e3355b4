"""All that can be found out about an upload, read once, for the checks to judge. Never raises.

Pure: bytes in, facts out.
"""

from dataclasses import dataclass, field
from datetime import datetime

from certificates import file_types
from certificates.authorities.chain import Authorities, Issuance
from certificates.file_types import FileType
from certificates.x509 import certificate as cer
from certificates.x509 import key_header, private_key
from certificates.x509.certificate import Certificate
from certificates.x509.der import Unreadable
from certificates.x509.key_header import KeyHeader
from certificates.x509.private_key import Hint, PrivateKey


@dataclass(frozen=True, repr=False)
class CsdUpload:
    """What the issuer gives: two files, the key's password (UTF-8) and the name its file had."""

    certificate: bytes
    key: bytes
    password: bytes | None = None
    key_name: str = ""


@dataclass(frozen=True)
class CheckContext:
    """What an upload is judged against. An empty RFC or name is not compared."""

    now: datetime
    rfc: str = ""
    name: str = ""
    # Whether this site invoices for real: test certificates are refused then.
    production: bool = True
    authorities: Authorities = field(default_factory=Authorities)


@dataclass(frozen=True, repr=False)
class Evidence:
    """What the files turned out to be. What could not be read is None, and why is beside it."""

    context: CheckContext
    certificate_type: FileType
    key_type: FileType
    certificate: Certificate | None
    certificate_is_text: bool
    issuance: Issuance | None
    key_header: KeyHeader | None
    header_problem: str
    key_name: str
    password_given: bool
    key: PrivateKey | None
    # Why the key did not open: `password`, or what is wrong behind the right one (`key.…`).
    opening_problem: str
    hint: Hint

    @property
    def taxpayer(self) -> Certificate | None:
        """The certificate where it is somebody's, and not an authority's."""
        return None if self.certificate is None or self.certificate.is_authority else self.certificate


def gather(upload: CsdUpload, context: CheckContext) -> Evidence:
    """Reads the files, and opens the key when its header allows it and a password was given."""
    certificate_type, certificate_der = file_types.recognise(upload.certificate, FileType.CERTIFICATE)
    key_type, key_der = file_types.recognise(upload.key, FileType.ENCRYPTED_KEY)
    certificate = _certificate(certificate_type, certificate_der)
    header, header_problem = _read_header(key_type, key_der)
    key, opening_problem, hint = _open(header, upload.password)
    return Evidence(
        context=context,
        certificate_type=certificate_type,
        key_type=key_type,
        certificate=certificate,
        certificate_is_text=certificate_der not in upload.certificate,
        issuance=context.authorities.trace(certificate) if certificate else None,
        key_header=header,
        header_problem=header_problem,
        key_name=upload.key_name,
        password_given=bool(upload.password),
        key=key,
        opening_problem=opening_problem,
        hint=hint,
    )


# Keys that cannot be the SAT's: the code of what is wrong with each.
_KEYS_OF_OTHERS = {FileType.PLAIN_KEY: "key.plain", FileType.CONVERTED_KEY: "key.converted"}


def _certificate(file_type: FileType, data: bytes) -> Certificate | None:
    try:
        return cer.load(data) if file_type is FileType.CERTIFICATE else None
    except Unreadable:
        return None


def _read_header(file_type: FileType, data: bytes) -> tuple[KeyHeader | None, str]:
    if file_type is not FileType.ENCRYPTED_KEY:
        return None, _KEYS_OF_OTHERS.get(file_type, "key")
    try:
        return key_header.read(data), ""
    except Unreadable as problem:
        return None, problem.code


def _open(header: KeyHeader | None, password: bytes | None) -> tuple[PrivateKey | None, str, Hint]:
    if header is None or not password:
        return None, "", Hint.NONE
    try:
        opened = private_key.open_with(header, password)
    except Unreadable as problem:
        wrong = problem.code == "password"
        return None, problem.code, private_key.hint_for(header, password) if wrong else Hint.NONE
    return opened.key, "", opened.hint
