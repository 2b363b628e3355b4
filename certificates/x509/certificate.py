"""Reads a certificate of the SAT (.cer): RFC 5280's structure with the SAT's own habits.

Measured on the SAT's test packs and production certificates: names with Ñ or accents are T61String
holding Latin-1; the RFC is in 2.5.4.45 as `RFC` or `RFC / RFC_DEL_REPRESENTANTE`; the serial's bytes are
the twenty ASCII digits of the certificate's number; CSD and FIEL differ by their key usages only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certificates.x509 import der, distinguished_names
from certificates.x509.der import Node, Unreadable
from certificates.x509.distinguished_names import COMMON_NAME, ORGANIZATION, UNIT

_RSA = "1.2.840.113549.1.1.1"
_KEY_USAGE, _EXTENDED_KEY_USAGE, _BASIC_CONSTRAINTS = "2.5.29.15", "2.5.29.37", "2.5.29.19"

_NAME, _SERIAL, _UNIQUE_ID = "2.5.4.41", "2.5.4.5", "2.5.4.45"

# Bits of keyUsage (RFC 5280, 4.2.1.3), counted from the left.
_DIGITAL_SIGNATURE, _NON_REPUDIATION, _KEY_AGREEMENT = 0x80, 0x40, 0x08
_CSD_USAGE = _DIGITAL_SIGNATURE | _NON_REPUDIATION

# A public exponent beyond 32 bits serves nobody, and makes each verification slow.
MAX_EXPONENT = 2**32
YEARS = range(1980, 2200)


class CertificateKind(StrEnum):
    """What a certificate is for."""

    CSD = "CSD"
    FIEL = "FIEL"
    UNKNOWN = "unknown"

    @property
    def word(self) -> str:
        """What people read: in admin, and in the JSON of `doctor csd`."""
        return "desconocido" if self is CertificateKind.UNKNOWN else self.value


@dataclass(frozen=True)
class Certificate:
    """What a certificate says. Nothing in it has been verified; see `authorities`."""

    der: bytes
    # Twenty digits, or "" where the serial is not made of ASCII digits.
    number: str
    serial: int
    rfc: str
    representative: str
    name: str
    branch: str
    curp: str
    kind: CertificateKind
    is_authority: bool
    valid_from: datetime
    valid_to: datetime
    # DER of the two names, to be compared byte by byte.
    subject: bytes
    issuer: bytes
    issuer_name: str
    modulus: int
    exponent: int
    # What the issuer signed, with which algorithm (OID), and the signature.
    signed: bytes
    algorithm: str
    signature: bytes
    # By OID, in DER.
    extensions: dict[str, bytes]


def load(data: bytes) -> Certificate:
    """Reads the DER of a certificate. Raises Unreadable("certificate") and never anything else."""
    try:
        return _load(data)
    except Unreadable:
        raise Unreadable("certificate") from None


def _load(data: bytes) -> Certificate:
    signed, algorithm, signature = der.fields(der.read(data), der.SEQUENCE, der.SEQUENCE, der.BIT_STRING)
    parts = der.children(signed)
    if parts and parts[0].tag == 0xA0:
        parts = parts[1:]
    if len(parts) < 6:
        raise Unreadable("certificate")
    serial, promised, issuer, validity, subject, public_key, *rest = parts
    # RFC 5280, 4.1.1.2: what stands outside the signed part repeats what stands in it.
    if promised.encoded != algorithm.encoded or der.bits(signature)[1]:
        raise Unreadable("certificate")
    valid_from, valid_to = map(_date, _two(validity))
    modulus, exponent = _public_key(public_key)
    names, extensions = _attributes(subject), _extensions(rest)
    return Certificate(
        der=data,
        number=_number(der.integer(serial)),
        serial=der.integer(serial),
        rfc=_half(names.get(_UNIQUE_ID, ""), 0),
        representative=_half(names.get(_UNIQUE_ID, ""), 1),
        name=names.get(_NAME) or names.get(ORGANIZATION) or names.get(COMMON_NAME, ""),
        branch=names.get(UNIT, ""),
        curp=_half(names.get(_SERIAL, ""), 0) or _half(names.get(_SERIAL, ""), 1),
        kind=_kind(extensions),
        is_authority=_is_authority(extensions),
        valid_from=valid_from,
        valid_to=valid_to,
        subject=subject.encoded,
        issuer=issuer.encoded,
        issuer_name=distinguished_names.short(_attributes(issuer)),
        modulus=modulus,
        exponent=exponent,
        signed=signed.encoded,
        algorithm=der.oid(der.first(algorithm)),
        signature=der.bits(signature)[0],
        extensions=extensions,
    )


def _date(node: Node) -> datetime:
    moment = der.time(node)
    # Beyond these years a date could not be moved to another time zone, nor counted on from.
    if moment.year not in YEARS:
        raise Unreadable("certificate")
    return moment


def _number(serial: int) -> str:
    raw = serial.to_bytes((serial.bit_length() + 7) // 8 or 1) if serial > 0 else b""
    return raw.decode() if len(raw) == 20 and raw.isdigit() else ""


def _half(value: str, index: int) -> str:
    """`RFC / RFC_DEL_REPRESENTANTE` and `CURP / CURP`: either half, which may be empty."""
    return [*value.split("/"), ""][index].strip()


def _attributes(name: Node) -> dict[str, str]:
    """A Name's attributes; of a repeated one the first counts."""
    return dict(reversed(distinguished_names.attributes(name)))


def _two(node: Node) -> tuple[Node, Node]:
    found = der.children(node, der.SEQUENCE)
    if len(found) != 2:
        raise Unreadable("certificate")
    return found[0], found[1]


def _public_key(node: Node) -> tuple[int, int]:
    """RSA's modulus and exponent; 0 and 0 for any other kind of key."""
    algorithm, key = _two(node)
    if der.oid(der.first(algorithm)) != _RSA:
        return 0, 0
    modulus, exponent = map(der.integer, der.fields(der.read(der.bits(key)[0]), der.INTEGER, der.INTEGER))
    if modulus <= 0 or modulus % 2 == 0 or not 3 <= exponent < MAX_EXPONENT or exponent % 2 == 0:
        raise Unreadable("certificate")
    return modulus, exponent


def _extensions(rest: list[Node]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for node in rest:
        if node.tag == 0xA3:
            for extension in der.children(der.first(node, 0xA3), der.SEQUENCE):
                parts = der.children(extension, der.SEQUENCE)
                if len(parts) < 2 or parts[-1].tag != der.OCTET_STRING or der.oid(parts[0]) in found:
                    raise Unreadable("certificate")
                found[der.oid(parts[0])] = parts[-1].content
    return found


def _kind(extensions: dict[str, bytes]) -> CertificateKind:
    """Decided on key usage, never on the branch's name: some CSDs have none."""
    usage = _usage(extensions)
    if _EXTENDED_KEY_USAGE in extensions or (usage & _KEY_AGREEMENT):
        return CertificateKind.FIEL
    return CertificateKind.CSD if usage == _CSD_USAGE else CertificateKind.UNKNOWN


def _usage(extensions: dict[str, bytes]) -> int:
    """keyUsage's first eight bits, or 0 where there is none."""
    raw = extensions.get(_KEY_USAGE)
    if raw is None:
        return 0
    value, _ = der.bits(der.read(raw))
    # decipherOnly, the ninth bit, makes it none of the SAT's.
    return value[0] if len(value) == 1 else 0


def _is_authority(extensions: dict[str, bytes]) -> bool:
    raw = extensions.get(_BASIC_CONSTRAINTS)
    if raw is None:
        return False
    parts = der.children(der.read(raw), der.SEQUENCE)
    return bool(parts) and parts[0].tag == der.BOOLEAN and parts[0].content == b"\xff"
