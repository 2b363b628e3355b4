"""What kind of file did they upload? Users bring .pfx, .zip, swapped and wrong files; each has a name here.

A pure module: bytes in, a `Shape` and the DER inside out.
"""

import base64
import binascii
import re
from enum import StrEnum

from certificates import der
from certificates.der import Unreadable

# The SAT's certificates have 1.5 to 2.5 KB and its keys 1.3 to 2.5 KB.
MAX_BYTES = 16 * 1024

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]{1,24000})-----END \1-----")
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!", "zip"),
    (b"7z\xbc\xaf", "zip"),
    (b"\x1f\x8b", "zip"),
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
)


class Shape(StrEnum):
    """What a file looks like from outside."""

    CERTIFICATE = "certificate"
    ENCRYPTED_KEY = "encrypted_key"
    PLAIN_KEY = "plain_key"
    PKCS12 = "pkcs12"
    PKCS7 = "pkcs7"
    REQUEST = "request"
    ZIP = "zip"
    PDF = "pdf"
    IMAGE = "image"
    TEXT = "text"
    EMPTY = "empty"
    TOO_BIG = "too_big"
    OTHER = "other"


_PEM_SHAPES = {
    b"CERTIFICATE": Shape.CERTIFICATE,
    b"X509 CERTIFICATE": Shape.CERTIFICATE,
    b"ENCRYPTED PRIVATE KEY": Shape.ENCRYPTED_KEY,
    b"PRIVATE KEY": Shape.PLAIN_KEY,
    b"RSA PRIVATE KEY": Shape.PLAIN_KEY,
    b"PKCS7": Shape.PKCS7,
    b"CERTIFICATE REQUEST": Shape.REQUEST,
    b"NEW CERTIFICATE REQUEST": Shape.REQUEST,
}
# The tags of what the outermost sequence holds tell these formats apart.
_SEQ, _INT, _OCTETS, _BITS, _OID = der.SEQUENCE, der.INTEGER, der.OCTET_STRING, der.BIT_STRING, der.OID
_DER_SHAPES = {
    (_SEQ, _OCTETS): Shape.ENCRYPTED_KEY,
    (_INT, _SEQ, _OCTETS): Shape.PLAIN_KEY,
    (_INT, _SEQ, _OCTETS, 0xA0): Shape.PLAIN_KEY,
    (_INT,) * 9: Shape.PLAIN_KEY,
    (_INT, _SEQ): Shape.PKCS12,
    (_INT, _SEQ, _SEQ): Shape.PKCS12,
    (_OID, 0xA0): Shape.PKCS7,
}


def _from_der(data: bytes) -> Shape:
    try:
        outer = der.children(der.read(data), der.SEQUENCE)
        tags = tuple(node.tag for node in outer)
        if tags != (_SEQ, _SEQ, _BITS):
            return _DER_SHAPES.get(tags, Shape.OTHER)
        # A request begins with its version; a certificate wraps that in [0], or has none.
        inside = [node.tag for node in der.children(outer[0])]
        return Shape.REQUEST if inside[:3] == [_INT, _SEQ, _SEQ] and len(inside) == 4 else Shape.CERTIFICATE
    except Unreadable:
        return Shape.OTHER


def _from_pem(data: bytes) -> tuple[Shape, bytes] | None:
    found = _PEM.search(data)
    if found is None:
        # An old OpenSSL key carries headers («Proc-Type»), which the pattern does not admit.
        old = b"-----BEGIN RSA PRIVATE KEY-----" in data
        return (Shape.PLAIN_KEY, b"") if old else None
    try:
        inside = base64.b64decode(b"".join(found[2].split()), validate=True)
    except binascii.Error:
        return Shape.TEXT, b""
    return _PEM_SHAPES.get(found[1], Shape.OTHER), inside


def recognise(data: bytes) -> tuple[Shape, bytes]:
    """What a file looks like, and its DER (taken out of PEM text). Never raises."""
    if not data or len(data) > MAX_BYTES:
        # A zip or a .pfx is named as such even when it is also too big.
        named = next((Shape(name) for start, name in _SIGNATURES if data.startswith(start)), None)
        return named or (Shape.TOO_BIG if data else Shape.EMPTY), b""
    for start, name in _SIGNATURES:
        if data.startswith(start):
            return Shape(name), b""
    if pem := _from_pem(data):
        return pem
    if data[0] == der.SEQUENCE:
        return _from_der(data), data
    if _is_base64(data):
        return recognise(base64.b64decode(b"".join(data.split())))
    return (Shape.TEXT if _is_text(data) else Shape.OTHER), b""


def _is_base64(data: bytes) -> bool:
    """Base64 of DER without PEM's frame, as some tools save it."""
    compact = b"".join(data.split())
    return compact.startswith(b"MII") and bool(_BASE64.fullmatch(compact))


def _is_text(data: bytes) -> bool:
    return all(byte >= 0x20 or byte in b"\t\r\n" for byte in data[:512])
