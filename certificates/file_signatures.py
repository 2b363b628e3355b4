"""Files that are neither certificate nor key, told by how they begin. Pure.

The names are those of `file_types.FileType`.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from companies.logo.signatures import type_of

# How much of a text is looked at.
_HEAD = 4096
_ZIP_NAMES = 1000

_BEGINNINGS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG", "png"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"MSCF", "archive"),
    # The compound file: .doc, .xls, .ppt and .msg of old.
    (b"\xd0\xcf\x11\xe0", "old_office"),
    (b"{\\rtf", "word"),
    (b"L\0\0\0\x01\x14\x02\0", "shortcut"),
    (b"book\0\0\0\0", "shortcut"),
    (b"\0\0\0\x01Bud1", "mac"),
    (b"\0\x05\x16\x07", "mac"),
    (b"\xfe\xed\xfe\xed", "keystore"),
    (b"\xce\xce\xce\xce", "keystore"),
    (b"kych", "keystore"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"ID3", "media"),
    (b"OggS", "media"),
)
_BINARY = (
    (re.compile(rb"PK(?:\x03\x04|\x05\x06)"), "zip"),
    # Readers of PDF let a kilobyte of anything stand before it.
    (re.compile(rb".{0,1024}?%PDF-", re.S), "pdf"),
    (re.compile(rb"MZ.\0", re.S), "program"),
    (re.compile(rb"BM.{4}\0\0\0\0", re.S), "image"),
    (re.compile(rb"RIFF.{4}WEBP", re.S), "image"),
    (re.compile(rb"RIFF.{4}", re.S), "media"),
    (re.compile(rb".{4}ftyp", re.S), "media"),
    (re.compile(rb".{257}ustar", re.S), "archive"),
    # A key of OpenPGP, version 4 (RFC 4880, 4.2 and 5.5), with its length in either manner.
    (
        re.compile(rb"(?:[\x94\x98].|[\x95\x99]..|[\xc5\xc6](?:[\x01-\xbf]|[\xc0-\xdf].))\x04", re.S),
        "pgp",
    ),
)
_TEXTS = (
    (re.compile(rb"<.*<(?:cfdi:)?comprobante\b|<(?:cfdi:)?comprobante\b", re.S), "cfdi"),
    (re.compile(rb"(?:<\?xml.*)?<jnlp\b", re.S), "program"),
    (re.compile(rb"(?:<\?xml.*)?<svg\b", re.S), "image"),
    (re.compile(rb"(?:<\?xml.*)?<(?:!doctype html|html|head|body|script)\b", re.S), "html"),
    (re.compile(rb"<\?xml.*<plist\b.*<key>url</key>", re.S), "shortcut"),
    (re.compile(rb"\[internetshortcut\]|\[desktop entry\]"), "shortcut"),
    (re.compile(rb"<\?xml|<[a-z][\w:.-]*[\s>]"), "xml"),
    (re.compile(rb"ssh-(?:rsa|dss|ed25519) |ecdsa-sha2-|---- begin ssh2|putty-user-key-file"), "ssh_key"),
    (
        re.compile(
            rb"(?:return-path|received|delivered-to|from|to|date|subject|message-id|mime-version|x-[\w-]+):"
            rb"|from \S+@"
        ),
        "mail",
    ),
)
# What stands in a zip, by the names of its members; «.docx» and the like are zips too.
_LOCAL_HEADER = re.compile(rb"PK\x03\x04.{22}(..)..", re.S)
# What ends a zip; the ends of the names of requests, and of what may hold a pair itself.
_ZIP_END = b"PK\x05\x06"
_REQUESTS = frozenset({"req", "sdg", "ren"})
_PACKED = frozenset({"zip", "rar", "7z", "pfx", "p12", "pem", "crt"})
_INSIDE = (
    ("word/", "word"),
    ("xl/", "excel"),
    ("ppt/", "document"),
    ("index/", "document"),
    ("meta-inf/manifest.mf", "program"),
)


def of_binary(data: bytes) -> str | None:
    """What a binary file is by its first bytes."""
    for beginning, name in _BEGINNINGS:
        if data.startswith(beginning):
            return name
    for pattern, name in _BINARY:
        if pattern.match(data):
            return _CLOSER[name](data) if name in _CLOSER else name
    return None


def of_text(data: bytes) -> str | None:
    """What a text in UTF-8 is by its first words."""
    head = data[:_HEAD].lstrip().lower()
    return next((name for pattern, name in _TEXTS if pattern.match(head)), None)


def _in_zip(data: bytes) -> str:
    names = list(islice(_zip_names(data), _ZIP_NAMES))
    for beginning, name in _INSIDE:
        if any(inside.startswith(beginning) for inside in names):
            return name
    if "mimetype" in names[:1] and b"vnd.oasis" in data[:100]:
        return "document"
    return _by_endings({inside.rpartition(".")[2] for inside in names}, whole=_ZIP_END in data)


def _by_endings(endings: set[str], *, whole: bool) -> str:
    """What of a CSD is inside. Of a cut one, of one packed once more nobody knows what is not."""
    if {"cer", "key"} <= endings:
        return "zip_pair"
    if not whole or endings & _PACKED:
        return "zip"
    if "cer" in endings:
        return "zip_certificate"
    if "key" in endings:
        return "zip_key"
    return "zip_request" if endings & _REQUESTS else "zip_other"


def _in_iso_media(data: bytes) -> str:
    """HEIC, AVIF and videos are one format, told by their brands; other media have one of their own."""
    if data[4:8] != b"ftyp":
        return "media"
    return {"heic": "heic", "avif": "avif", "video": "media"}.get(type_of(data), "image")


_CLOSER: dict[str, Callable[[bytes], str]] = {"zip": _in_zip, "media": _in_iso_media}


def _zip_names(data: bytes) -> Iterator[str]:
    for header in _LOCAL_HEADER.finditer(data):
        end = header.end() + int.from_bytes(header[1], "little")
        name = data[header.end() : end].decode("latin-1").lower()
        # A Mac packs a shadow of each file, too.
        if not name.startswith("__macosx/"):
            yield name
