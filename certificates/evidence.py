"""All that can be found out about an upload, read once, for the checks to judge. Never raises.

Pure: bytes in, facts out.
"""

from dataclasses import dataclass, field
from datetime import datetime

from certificates import certificate as cer
from certificates import envelope, private_key, shapes
from certificates.authorities import Authorities, Issuance
from certificates.certificate import Certificate
from certificates.der import Unreadable
from certificates.envelope import Envelope
from certificates.private_key import Hint, PrivateKey
from certificates.shapes import Shape


@dataclass(frozen=True, repr=False)
class Upload:
    """What the issuer gives: two files, the key's password (UTF-8) and the name its file had."""

    certificate: bytes
    key: bytes
    password: bytes | None = None
    key_name: str = ""


@dataclass(frozen=True)
class Situation:
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

    situation: Situation
    certificate_shape: Shape
    key_shape: Shape
    certificate: Certificate | None
    certificate_is_text: bool
    issuance: Issuance | None
    envelope: Envelope | None
    envelope_problem: str
    key_name: str
    password_given: bool
    key: PrivateKey | None
    # Why the key did not open: `password`, or what is wrong behind the right one (`key.…`).
    opening_problem: str
    hint: Hint


def gather(upload: Upload, situation: Situation) -> Evidence:
    """Reads the files, and opens the key when its header allows it and a password was given."""
    certificate_shape, certificate_der = shapes.recognise(upload.certificate)
    key_shape, key_der = shapes.recognise(upload.key)
    certificate = _certificate(certificate_shape, certificate_der)
    header, envelope_problem = _envelope(key_shape, key_der)
    key, opening_problem, hint = _open(header, upload.password)
    return Evidence(
        situation=situation,
        certificate_shape=certificate_shape,
        key_shape=key_shape,
        certificate=certificate,
        certificate_is_text=certificate_der != upload.certificate,
        issuance=situation.authorities.trace(certificate) if certificate else None,
        envelope=header,
        envelope_problem=envelope_problem,
        key_name=upload.key_name,
        password_given=bool(upload.password),
        key=key,
        opening_problem=opening_problem,
        hint=hint,
    )


def _certificate(shape: Shape, data: bytes) -> Certificate | None:
    try:
        return cer.load(data) if shape is Shape.CERTIFICATE else None
    except Unreadable:
        return None


def _envelope(shape: Shape, data: bytes) -> tuple[Envelope | None, str]:
    if shape is not Shape.ENCRYPTED_KEY:
        return None, "key.plain" if shape is Shape.PLAIN_KEY else "key"
    try:
        return envelope.read(data), ""
    except Unreadable as problem:
        return None, problem.code


def _open(header: Envelope | None, password: bytes | None) -> tuple[PrivateKey | None, str, Hint]:
    if header is None or not password:
        return None, "", Hint.NONE
    try:
        opened = private_key.open_with(header, password)
    except Unreadable as problem:
        wrong = problem.code == "password"
        return None, problem.code, private_key.hint_for(header, password) if wrong else Hint.NONE
    return opened.key, "", opened.hint
