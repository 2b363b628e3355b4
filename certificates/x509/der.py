"""A small strict reader of DER (X.690), enough for the SAT's certificates and keys.

`cryptography` refuses the subject of certificates with Ñ or accents (the SAT writes T61String holding
Latin-1) and all that bears AC6's name; `asn1crypto` refuses all of the SAT's. So we read the structure
ourselves (docs/adr/0020). Nothing here recurses, copies much or trusts a length: a hostile file costs no
more than its size.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from certificates.x509.mojibake import mended

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
SEQUENCE, SET = 0x30, 0x31
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18

# The SAT's longest sequence (a subject) has a dozen members.
MAX_CHILDREN = 64
# The longest OID that means anything here has nine bytes.
MAX_OID_BYTES = 32

_ENCODINGS = {
    0x0C: "utf-8",  # UTF8String
    0x12: "ascii",  # NumericString
    0x13: "ascii",  # PrintableString
    0x14: "latin-1",  # T61String, as the SAT uses it
    0x16: "ascii",  # IA5String
    0x1A: "ascii",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}


class Unreadable(Exception):
    """A file is not what it should be. `code` says how, for machines; people get a sentence elsewhere."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Node(NamedTuple):
    """One element: where it lies in `source`. A tuple, because a certificate has a hundred of them."""

    source: bytes
    tag: int
    start: int
    body: int
    end: int

    @property
    def content(self) -> bytes:
        return self.source[self.body : self.end]

    @property
    def encoded(self) -> bytes:
        """The whole element, header too."""
        return self.source[self.start : self.end]


def _length(source: bytes, offset: int, end: int) -> tuple[int, int]:
    """A definite, minimal length and the offset behind it."""
    first = source[offset]
    if first < 0x80:
        return first, offset + 1
    count = first & 0x7F
    behind = offset + 1 + count
    if not 1 <= count <= 3 or behind > end:
        raise Unreadable("der")
    length = int.from_bytes(source[offset + 1 : behind])
    if length < 0x80 or length >> (8 * (count - 1)) == 0:
        raise Unreadable("der")
    return length, behind


def _element(source: bytes, offset: int, end: int) -> Node:
    if offset + 2 > end or source[offset] & 0x1F == 0x1F:
        raise Unreadable("der")
    length, body = _length(source, offset + 1, end)
    if body + length > end:
        raise Unreadable("der")
    return Node(source, source[offset], offset, body, body + length)


def read(source: bytes) -> Node:
    """The one element that `source` is, to its last byte. Raises Unreadable."""
    node = _element(source, 0, len(source))
    if node.end != len(source):
        raise Unreadable("der")
    return node


def size(source: bytes) -> int | None:
    """How many bytes the sequence at the beginning of `source` has, header too; None where there is none."""
    if len(source) < 2 or source[0] != SEQUENCE:
        return None
    try:
        length, body = _length(source, 1, len(source))
    except Unreadable:
        return None
    return body + length


def children(node: Node, tag: int | None = None) -> list[Node]:
    """The elements inside a constructed one, which must have `tag` if given. Raises Unreadable."""
    if not node.tag & 0x20 or (tag is not None and node.tag != tag):
        raise Unreadable("der")
    found: list[Node] = []
    offset = node.body
    while offset < node.end:
        if len(found) == MAX_CHILDREN:
            raise Unreadable("der")
        found.append(_element(node.source, offset, node.end))
        offset = found[-1].end
    return found


def fields(node: Node, *tags: int) -> list[Node]:
    """The elements inside a sequence that has exactly these tags, in this order. Raises Unreadable."""
    found = children(node, SEQUENCE)
    if tuple(child.tag for child in found) != tags:
        raise Unreadable("der")
    return found


def first(node: Node, tag: int = SEQUENCE) -> Node:
    """The first element inside a sequence, or inside what has `tag`. Raises Unreadable."""
    found = children(node, tag)
    if not found:
        raise Unreadable("der")
    return found[0]


def integer(node: Node) -> int:
    """A minimally encoded INTEGER. Raises Unreadable."""
    content = node.content
    if node.tag != INTEGER or not content:
        raise Unreadable("der")
    if len(content) > 1 and content[0] in (0x00, 0xFF) and (content[0] ^ content[1]) < 0x80:
        raise Unreadable("der")
    return int.from_bytes(content, signed=True)


def oid(node: Node) -> str:
    """An OBJECT IDENTIFIER in dotted form. Raises Unreadable."""
    content = node.content
    if node.tag != OID or not content or len(content) > MAX_OID_BYTES or content[-1] & 0x80:
        raise Unreadable("der")
    arcs, value = [], 0
    for byte in content:
        if value == 0 and byte == 0x80:
            raise Unreadable("der")
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    top = min(arcs[0] // 40, 2)
    return ".".join(map(str, [top, arcs[0] - 40 * top, *arcs[1:]]))


def bits(node: Node) -> tuple[bytes, int]:
    """A BIT STRING: its bytes and how many bits of the last one are unused. Raises Unreadable."""
    content = node.content
    if node.tag != BIT_STRING or not content or content[0] > 7 or (content[0] and len(content) == 1):
        raise Unreadable("der")
    return content[1:], content[0]


def text(node: Node) -> str:
    """A character string, fit for a line: control characters become blanks. Raises Unreadable."""
    encoding = _ENCODINGS.get(node.tag)
    if encoding is None:
        raise Unreadable("der")
    try:
        value = node.content.decode(encoding)
    except UnicodeDecodeError:
        # Old tools put Latin-1 under every tag; of the wide strings nothing can be saved.
        if encoding.startswith("utf-") and encoding != "utf-8":
            raise Unreadable("der") from None
        value = node.content.decode("latin-1")
    return " ".join("".join(c if c.isprintable() else " " for c in mended(value)).split())


def time(node: Node) -> datetime:
    """UTCTime or GeneralizedTime, in UTC, as RFC 5280 (4.1.2.5) allows them. Raises Unreadable."""
    raw = node.content.decode("latin-1")
    digits = {UTC_TIME: 12, GENERALIZED_TIME: 14}.get(node.tag)
    if len(raw) - 1 != digits or raw[-1] != "Z" or not (raw[:-1].isascii() and raw[:-1].isdigit()):
        raise Unreadable("der")
    if node.tag == UTC_TIME:
        raw = ("19" if raw[:2] >= "50" else "20") + raw
    month, day, hour, minute, second = (int(raw[i : i + 2]) for i in range(4, 14, 2))
    try:
        return datetime(int(raw[:4]), month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise Unreadable("der") from None
