"""Did something take a binary file for text? FTP, mail, the clipboard and editors do. Pure.

What they leave cannot be mended with certainty, but it can be told apart from a file that was never one of
the SAT's: the issuer then needs another copy, not another file.
"""

import re

from certificates.x509 import der
from certificates.x509.pem import as_utf_8

# The SAT's shortest file, a key, has 1.2 KB; what is much shorter tells nothing.
_ENOUGH = 200
# A transfer that drops line ends or zeros drops a few of a file's bytes.
_FEW = 64
_DROPPED = (b"\n", b"\r", b"\0")
_REPLACED = "\ufffd".encode()
_MANY = 3
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# RSA's identifiers begin with 2A 86 48 86: in all one-byte encodings «*», a sign, «H», the same sign.
_RSA_MISREAD = re.compile(r"\*(\W|\w)H\1")
# A sequence's first bytes spelled out: quoted-printable, percent, Python, hexadecimal, decimal.
_SPELLED_OUT = re.compile(
    rb"""\s*(?:b?["'])?
    (?: (?:0|=30|%30|\\x30) (?:=|%|\\x) 8[0-3]
      | (?:\\x|0x)?30[\s:]?8[0-3](?:[\s:]?[0-9a-f]{2}){20}
      | [\[({]?48,\s?13[0-1], )""",
    re.VERBOSE | re.IGNORECASE,
)


def is_damaged(data: bytes) -> bool:
    """Whether these are the bytes of a DER file after something took them for text."""
    return _line_ends_changed(data) or _encoded_again(data) or bool(_SPELLED_OUT.match(data))


def _line_ends_changed(data: bytes) -> bool:
    """0A became 0D 0A, or 0D, or went away: the sequence's length no longer fits."""
    for end in (b"\n", b"\r"):
        mended = data.replace(b"\r\n", end)
        size = der.size(mended)
        if size is not None and mended != data and len(mended) <= size < len(data):
            return True
    size = der.size(data)
    short = 0 if size is None else size - len(data)
    return 0 < short <= _FEW and any(byte not in data for byte in _DROPPED)


def _encoded_again(data: bytes) -> bool:
    """Its bytes were read in some encoding and written in another, or cut to seven bits."""
    text = as_utf_8(data)
    if len(text) < _ENOUGH or not text.lstrip().startswith(b"0"):
        return False
    if text.count(_REPLACED) >= _MANY:
        return True
    try:
        # A file of the SAT, with its keys and signatures, is never UTF-8 by chance.
        read = text.decode()
    except UnicodeDecodeError:
        return False
    return bool(_CONTROL.search(read) or _RSA_MISREAD.search(read))
