"""Reads the SAT's list of who may invoice (LCO) a piece at a time: however long, it takes little memory.

A list comes as XML, packed by gzip, signed as PKCS#7, or both, in either order: each layer is recognised by
its first byte and taken off while it is read. The signature is not verified: who imports a list has
downloaded it from the SAT. Pure: a binary file in, entries out, LcoUnreadable for all else.
"""

import gzip
import io
import zlib
from collections.abc import Buffer, Iterator
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from certificates.lco.cms import CHUNK, signed_content
from certificates.x509.der import Unreadable

# The SAT writes it with one slash.
NAMESPACE = "http:/www.sat.gob.mx/cfd/LCO"
ROOT, CERTIFICATE = f"{NAMESPACE} LCO", f"{NAMESPACE} Certificado"
# No tag of a list comes near it, and expat keeps one whole.
MAX_TAG = 64 * 1024
# gzip and PKCS#7, and room for a file that was packed twice.
MAX_LAYERS = 4
_GZIP, _PKCS7 = b"\x1f", b"\x30"


class LcoUnreadable(Exception):
    """Not a whole LCO. `code` says why: `damaged`, `layers`, `xml`, `foreign` or `entry`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ListedCertificate(NamedTuple):
    """What a list says of one certificate. `status`: A active, R revoked, C expired («caduco»)."""

    number: str
    status: str


def entries(file: BinaryIO) -> Iterator[ListedCertificate]:
    """Every certificate of a list, in its order. Raises LcoUnreadable, possibly after the last one."""
    try:
        yield from _parse(_unwrapped(_buffered(iter(lambda: file.read(CHUNK), b""))))
    except (EOFError, OSError, zlib.error, Unreadable):
        raise LcoUnreadable("damaged") from None
    except expat.ExpatError:
        raise LcoUnreadable("xml") from None


# --- the layers


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        room = memoryview(buffer)
        self._rest = self._rest or memoryview(next(self._pieces, b""))
        count = min(len(room), len(self._rest))
        room[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _buffered(pieces: Iterator[bytes]) -> io.BufferedReader:
    return io.BufferedReader(_Pieces(pieces), CHUNK)


def _unwrapped(source: io.BufferedReader) -> io.BufferedReader:
    for _ in range(MAX_LAYERS):
        start = source.peek(1)[:1]
        if start == _GZIP:
            source = io.BufferedReader(gzip.GzipFile(fileobj=source), CHUNK)
        elif start == _PKCS7:
            source = _buffered(signed_content(source))
        else:
            return source
    raise LcoUnreadable("layers")


# --- the XML


def _parse(source: io.BufferedReader) -> Iterator[ListedCertificate]:
    reader = _Reader()
    fed = 0
    while chunk := source.read(CHUNK):
        reader.parser.Parse(chunk, False)
        fed += len(chunk)
        if fed - reader.parser.CurrentByteIndex > MAX_TAG + CHUNK:
            raise LcoUnreadable("xml")
        yield from reader.taken()
    reader.parser.Parse(b"", True)
    yield from reader.taken()


class _Reader:
    """Collects entries while expat finds them."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._root
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._found: list[ListedCertificate] = []

    def taken(self) -> list[ListedCertificate]:
        """What was found since the last call."""
        found, self._found = self._found, []
        return found

    def _doctype(self, *declared: object) -> None:
        raise LcoUnreadable("xml")  # entities, which a list has no use for

    def _root(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != ROOT:
            raise LcoUnreadable("foreign")
        self.parser.StartElementHandler = self._element

    def _element(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != CERTIFICATE:
            return
        try:
            self._found.append(
                ListedCertificate(attributes["noCertificado"], attributes["EstatusCertificado"])
            )
        except KeyError:
            raise LcoUnreadable("entry") from None
