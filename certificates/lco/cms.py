"""What a PKCS#7 (CMS, RFC 5652) message has signed, read a piece at a time. Pure.

`certificates.x509.der` reads whole small files; this one is for content that does not fit into memory.
Signers
that stream write BER, with lengths that are not known beforehand; the SAT's DER is a special case of it.
"""

from collections.abc import Iterator
from typing import BinaryIO

from certificates.x509 import der
from certificates.x509.der import Unreadable

CHUNK = 256 * 1024
_SIGNED_DATA, _DATA = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010701")
_EXPLICIT, _OCTETS, _OCTETS_IN_PARTS = 0xA0, 0x04, 0x24
# A version, a list of digests: what stands before the content has a few bytes.
_MAX_SMALL = 4096
# Eight exabytes.
_MAX_LENGTH_BYTES = 8


def signed_content(source: BinaryIO) -> Iterator[bytes]:
    """The content of `SEQ {OID, [0] {SEQ {version, SET, SEQ {OID, [0] {content}}}}}`, to the file's end.

    The signature behind it is read, but not verified. Raises Unreadable, and EOFError where it is cut off.
    """
    ber = _Ber(source)
    ber.enter(der.SEQUENCE)
    ber.expect(der.OID, _SIGNED_DATA)
    ber.enter(_EXPLICIT)
    ber.enter(der.SEQUENCE)
    ber.small(der.INTEGER)  # the version
    ber.small(der.SET)  # the digests
    ber.enter(der.SEQUENCE)
    ber.expect(der.OID, _DATA)
    ber.enter(_EXPLICIT)
    yield from ber.octets()
    # A layer below, such as gzip, verifies its sum when its last byte is read.
    while source.read(CHUNK):
        pass


class _Ber:
    """A file of BER elements, read forward."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._position = 0

    def take(self, count: int) -> bytes:
        """Exactly so many bytes of what follows. Raises EOFError where the file ends before."""
        data = self._source.read(count)
        if len(data) != count:
            raise EOFError
        self._position += count
        return data

    def header(self) -> tuple[int, int | None]:
        """A tag and its length; None where an end mark closes the element."""
        tag, first = self.take(2)
        if first < 0x80:
            return tag, first
        count = first & 0x7F
        if count > _MAX_LENGTH_BYTES:
            raise Unreadable("cms")
        return tag, int.from_bytes(self.take(count)) if count else None

    def enter(self, tag: int) -> None:
        """Goes into a constructed element; where it ends does not matter here."""
        if self.header()[0] != tag:
            raise Unreadable("cms")

    def small(self, tag: int) -> bytes:
        """A short primitive element's content."""
        found, length = self.header()
        if found != tag or length is None or length > _MAX_SMALL:
            raise Unreadable("cms")
        return self.take(length)

    def expect(self, tag: int, content: bytes) -> None:
        """An element that must be this one."""
        if self.small(tag) != content:
            raise Unreadable("cms")

    def octets(self) -> Iterator[bytes]:
        """An OCTET STRING, in one piece or in parts."""
        tag, length = self.header()
        if tag == _OCTETS and length is not None:
            yield from self._pieces(length)
        elif tag == _OCTETS_IN_PARTS:
            yield from self._parts(length)
        else:
            raise Unreadable("cms")

    def _parts(self, length: int | None) -> Iterator[bytes]:
        end = None if length is None else self._position + length
        while end is None or self._position < end:
            tag, size = self.header()
            if end is None and (tag, size) == (0, 0):
                return
            if tag != _OCTETS or size is None:
                raise Unreadable("cms")
            yield from self._pieces(size)

    def _pieces(self, left: int) -> Iterator[bytes]:
        while left:
            piece = self.take(min(left, CHUNK))
            left -= len(piece)
            yield piece
