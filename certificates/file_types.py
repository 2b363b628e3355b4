"""What kind of file did they upload? Users bring .pfx, .zip, swapped and wrong files; each has a name here.

A pure module: bytes in, a `FileType` and the DER inside out. What each is called, and what to do about it,
says `file_advice`.
"""

import base64
import re
from enum import StrEnum

from certificates import file_signatures, text_damage
from certificates.x509 import certificate, der, pem
from certificates.x509.certificate import CertificateKind
from certificates.x509.der import Unreadable

# The SAT's certificates have 1.5 to 2.5 KB and its keys 1.3 to 2.5 KB.
MAX_BYTES = 16 * 1024


class FileType(StrEnum):
    """What a file looks like from outside."""

    CERTIFICATE = "certificate"
    ENCRYPTED_KEY = "encrypted_key"
    PLAIN_KEY = "plain_key"
    # Encrypted in OpenSSL's old manner, inside the text.
    CONVERTED_KEY = "converted_key"
    PUBLIC_KEY = "public_key"
    # What the SAT's program leaves beside the key: to be sent for a CSD, for a new FIEL, or for either.
    SDG = "sdg"
    REN = "ren"
    REQUEST = "request"
    PKCS12 = "pkcs12"
    PKCS7 = "pkcs7"
    SIGNED = "signed"
    REVOCATIONS = "revocations"
    KEYSTORE = "keystore"
    SSH_KEY = "ssh_key"
    PGP = "pgp"
    ZIP = "zip"
    ZIP_PAIR = "zip_pair"
    ZIP_CERTIFICATE = "zip_certificate"
    ZIP_KEY = "zip_key"
    ZIP_REQUEST = "zip_request"
    ZIP_OTHER = "zip_other"
    RAR = "rar"
    ARCHIVE = "archive"
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    AVIF = "avif"
    IMAGE = "image"
    MEDIA = "media"
    WORD = "word"
    EXCEL = "excel"
    DOCUMENT = "document"
    OLD_OFFICE = "old_office"
    CFDI = "cfdi"
    XML = "xml"
    HTML = "html"
    MAIL = "mail"
    TEXT = "text"
    SHORTCUT = "shortcut"
    MAC = "mac"
    PROGRAM = "program"
    EMPTY = "empty"
    BLANK = "blank"
    CUT = "cut"
    DAMAGED_AS_TEXT = "damaged_as_text"
    TOO_BIG = "too_big"
    OTHER = "other"


# What a copy may leave around a good file: line ends, blanks, a byte order mark, the end mark of DOS, zeros.
_PADDING = b" \t\r\n\0\x1a"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

_LABELS = {
    "CERTIFICATE": FileType.CERTIFICATE,
    "X509 CERTIFICATE": FileType.CERTIFICATE,
    "TRUSTED CERTIFICATE": FileType.CERTIFICATE,
    "ENCRYPTED PRIVATE KEY": FileType.ENCRYPTED_KEY,
    "PRIVATE KEY": FileType.PLAIN_KEY,
    "RSA PRIVATE KEY": FileType.PLAIN_KEY,
    "EC PRIVATE KEY": FileType.PLAIN_KEY,
    "PUBLIC KEY": FileType.PUBLIC_KEY,
    "RSA PUBLIC KEY": FileType.PUBLIC_KEY,
    "PKCS7": FileType.PKCS7,
    "CMS": FileType.PKCS7,
    "CERTIFICATE REQUEST": FileType.REQUEST,
    "NEW CERTIFICATE REQUEST": FileType.REQUEST,
    "X509 CRL": FileType.REVOCATIONS,
    "OPENSSH PRIVATE KEY": FileType.SSH_KEY,
}
# Of several blocks that are not what the field wants, the one that says most about what happened.
_TELLING = (FileType.ENCRYPTED_KEY, FileType.CONVERTED_KEY, FileType.PLAIN_KEY, FileType.CERTIFICATE)

# The tags of what the outermost sequence holds tell these formats apart.
_SEQ, _INT, _OCTETS, _BITS = der.SEQUENCE, der.INTEGER, der.OCTET_STRING, der.BIT_STRING
_TAGS: dict[tuple[int, ...], FileType] = {
    (_SEQ, _OCTETS): FileType.ENCRYPTED_KEY,
    (_INT, _SEQ, _OCTETS): FileType.PLAIN_KEY,
    (_INT, _SEQ, _OCTETS, 0xA0): FileType.PLAIN_KEY,
    (_INT, _OCTETS, 0xA0): FileType.PLAIN_KEY,
    (_INT, _OCTETS, 0xA0, 0xA1): FileType.PLAIN_KEY,
    (_INT,) * 9: FileType.PLAIN_KEY,
    (_SEQ, _BITS): FileType.PUBLIC_KEY,
    (_INT, _INT): FileType.PUBLIC_KEY,
    (_INT, _SEQ): FileType.PKCS12,
    (_INT, _SEQ, _SEQ): FileType.PKCS12,
}

# These come in BER too, with lengths that are not known beforehand («30 80»), and may be of any size.
_ANY_LENGTH = rb"(?:\x80|[\x01-\x7f]|\x81.|\x82..|\x83...|\x84....)"
_PKCS7_OID = rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_PKCS12 = re.compile(rb"\x30%b\x02\x01\x03\x30%b%b" % (_ANY_LENGTH, _ANY_LENGTH, _PKCS7_OID), re.DOTALL)
_PKCS7 = re.compile(rb"\x30%b%b(.)" % (_ANY_LENGTH, _PKCS7_OID), re.DOTALL)
_SIGNED_DATA = b"\x02"
_CONTENT = re.compile(
    rb"%b\x01\xa0%b(?:\x24%b)?\x04%b" % (_PKCS7_OID, _ANY_LENGTH, _ANY_LENGTH, _ANY_LENGTH), re.DOTALL
)
_REQUEST = re.compile(rb"\x30%b\x30%b\x02\x01\x00\x30" % (_ANY_LENGTH, _ANY_LENGTH), re.DOTALL)


def recognise(data: bytes, wanted: FileType | None = None) -> tuple[FileType, bytes]:
    """What a file looks like, and its DER (taken out of PEM text). Never raises.

    Of a text with several blocks it is the one that is `wanted`.
    """
    if not data.strip(_PADDING):
        return (FileType.BLANK if data else FileType.EMPTY), b""
    whole = _without_padding(data)
    # Most files are the right ones: what is DER needs no other look.
    if len(whole) <= MAX_BYTES and (file_type := _from_der(whole)) is not FileType.OTHER:
        return file_type, whole
    if named := file_signatures.of_binary(data):
        return FileType(named), b""
    if bundle := _bundle(whole):
        return bundle, whole
    text = pem.as_utf_8(data)
    if len(whole) > MAX_BYTES:
        return FileType(file_signatures.of_text(text) or FileType.TOO_BIG), b""
    if blocks := pem.blocks(text):
        return _from_pem(blocks, wanted)
    if _is_base64(text):
        return recognise(base64.b64decode(b"".join(text.split())), wanted)
    return _unreadable(data, text), b""


def _without_padding(data: bytes) -> bytes:
    """The DER that the file is, without what a copy left around it; or else the file as it is."""
    inside = data.removeprefix(_BYTE_ORDER_MARK).lstrip(_PADDING)
    size = der.size(inside)
    return inside[:size] if size and not inside[size:].strip(_PADDING) else data


def _unreadable(data: bytes, text: bytes) -> FileType:
    """What is neither binary that we know nor DER."""
    if text_damage.is_damaged(data):
        return FileType.DAMAGED_AS_TEXT
    if (der.size(data) or 0) > len(data):
        return FileType.CUT
    if named := file_signatures.of_text(text):
        return FileType(named)
    return FileType.TEXT if _is_text(text) else FileType.OTHER


def _is_base64(data: bytes) -> bool:
    """Base64 of DER without PEM's frame, as some tools save it."""
    compact = b"".join(data.split())
    return compact.startswith(b"MI") and bool(_BASE64.fullmatch(compact))


def _is_text(data: bytes) -> bool:
    return all(byte >= 0x20 or byte in b"\t\r\n" for byte in data[:512])


# --- DER and BER


def _bundle(data: bytes) -> FileType | None:
    """PKCS#12 and PKCS#7, as which the SAT's programs write what is to be sent to it."""
    if _PKCS12.match(data):
        return FileType.PKCS12
    kind = _PKCS7.match(data)
    if kind is None:
        return None
    found = _CONTENT.search(data) if kind[1] == _SIGNED_DATA else None
    if found is None:
        return FileType.PKCS7 if kind[1] == _SIGNED_DATA else FileType.SIGNED
    if data.startswith(b"PK\x03\x04", found.end()):
        return FileType.SDG
    return FileType.REN if _REQUEST.match(data, found.end()) else FileType.SIGNED


def _from_der(data: bytes) -> FileType:
    try:
        outer = der.children(der.read(data), der.SEQUENCE)
        tags = tuple(node.tag for node in outer)
        if tags != (_SEQ, _SEQ, _BITS):
            return _TAGS.get(tags, FileType.OTHER)
        return _signed([node.tag for node in der.children(outer[0])])
    except Unreadable:
        return FileType.OTHER


def _signed(inside: list[int]) -> FileType:
    """A request begins with its version; a certificate wraps it in [0], or has none; a list has its dates."""
    if inside[:3] == [_INT, _SEQ, _SEQ] and len(inside) == 4:
        return FileType.REQUEST
    if {der.UTC_TIME, der.GENERALIZED_TIME} & set(inside):
        return FileType.REVOCATIONS
    return FileType.CERTIFICATE


# --- PEM


def _from_pem(blocks: list[pem.Block], wanted: FileType | None) -> tuple[FileType, bytes]:
    found = [_from_block(block) for block in blocks]
    return min(found, key=lambda each: _rank(each, wanted)) if wanted else found[0]


def _from_block(block: pem.Block) -> tuple[FileType, bytes]:
    """By what is inside, for programs frame anything as a certificate; or else by its frame."""
    if block.is_encrypted:
        return FileType.CONVERTED_KEY, b""
    if block.is_cut:
        return FileType.CUT, b""
    labelled = _LABELS.get(block.label, FileType.PGP if block.label.startswith("PGP ") else FileType.OTHER)
    if not block.der:
        return (labelled if labelled in (FileType.PGP, FileType.SSH_KEY) else FileType.TEXT), b""
    # «TRUSTED» has OpenSSL's own remarks behind the certificate.
    inside = block.der[: der.size(block.der)] if block.label == "TRUSTED CERTIFICATE" else block.der
    file_type = _bundle(inside) or _from_der(inside)
    return (labelled if file_type is FileType.OTHER else file_type), inside


def _rank(found: tuple[FileType, bytes], wanted: FileType) -> tuple[int, int]:
    """The lower, the nearer to what is wanted; the taxpayer's certificate before its authorities'."""
    file_type, data = found
    order = (wanted, *_TELLING)
    nearness = order.index(file_type) if file_type in order else len(order)
    return nearness, _rank_of_certificate(data) if file_type is FileType.CERTIFICATE else 0


def _rank_of_certificate(data: bytes) -> int:
    try:
        read = certificate.load(data)
    except Unreadable:
        return 3
    return 2 if read.is_authority else int(read.kind is not CertificateKind.CSD)
