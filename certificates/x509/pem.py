"""PEM text (RFC 7468): the blocks of a file, whatever stands around them and however it is encoded; and a
certificate written so. Pure.

People open such a file in an editor and save it again: as UTF-16, with a byte order mark, with lines of their
own above and below; and programs write certificate and key into one file, in either order.
"""

import base64
import binascii
import re
import textwrap
from dataclasses import dataclass
from itertools import zip_longest

_MARK = re.compile(rb"-----(BEGIN|END) ([A-Z0-9 ]{1,40})-----")
# The headers of RFC 1421, which the old format of OpenSSL still writes.
_HEADERS = re.compile(rb"\A\s*(?:[A-Za-z0-9-]+:[^\n]*(?:\n[ \t][^\n]*)*\n)+\s*\n")

# Between the letters of base64: blanks, the marks of a quoted mail, line ends as JSON writes them.
_NOISE = re.compile(rb"[\s>]|\\[rn]")


@dataclass(frozen=True, repr=False)
class Block:
    """One block: what its frame says it is, and the DER inside. Prints nothing of its content."""

    label: str
    # Empty where it is encrypted, or what is inside the frame is no base64.
    der: bytes
    # Encrypted in OpenSSL's old manner, by a header of the text.
    is_encrypted: bool = False
    # The frame's end is missing.
    is_cut: bool = False


def as_utf_8(data: bytes) -> bytes:
    """The same text in UTF-8 without a mark; data that is no UTF-16 comes back as it is."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode()
    # Without a mark, every second byte of Latin letters is zero.
    for zeros, encoding in ((data[1:4:2], "utf-16-le"), (data[0:4:2], "utf-16-be")):
        if zeros == b"\0\0":
            return data.decode(encoding, "replace").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def as_pem(certificate: bytes) -> str:
    """A certificate (DER) as text."""
    lines = textwrap.wrap(base64.b64encode(certificate).decode(), 64)
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def blocks(data: bytes) -> list[Block]:
    """All blocks of a text in UTF-8, in their order; none where there is no frame."""
    marks = list(_MARK.finditer(data))
    found = []
    for mark, following in zip_longest(marks, marks[1:]):
        if mark[1] == b"BEGIN":
            ends = following is not None and following[1] == b"END" and following[2] == mark[2]
            body = data[mark.end() : following.start() if following else len(data)]
            found.append(_block(mark[2].decode(), body, is_cut=not ends))
    return found


def _block(label: str, body: bytes, *, is_cut: bool) -> Block:
    body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    headers = _HEADERS.match(body)
    is_encrypted = headers is not None and b"ENCRYPTED" in headers[0]
    try:
        inside = base64.b64decode(_NOISE.sub(b"", body[headers.end() if headers else 0 :]), validate=True)
    except binascii.Error:
        inside = b""
    return Block(label, b"" if is_encrypted else inside, is_encrypted, is_cut)
