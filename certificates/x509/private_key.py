"""Opens a private key of the SAT (.key) with its password.

`key_header` has checked the header before. Decryption is done here with `cryptography`'s primitives (why not
by its loader: docs/adr/0020), and the RSA numbers are related to each other with Python's integers, in place
of OpenSSL's check of a key, which spends 39 of 41 ms on testing p and q for being prime. That is safe here
because of what a key is used for:

- OpenSSL sees no number before it passed here: sizes are bounded, p·q = n, d·e ≡ 1 modulo p-1 and q-1,
  and the CRT's numbers follow from those. Nothing hostile is left that makes its arithmetic slow.
- The modulus must equal that of the certificate, which the SAT signed for this taxpayer, and a test
  signature must verify under it. Were p or q composite, the arithmetic would not give valid signatures.
- Whoever made a weak key on purpose holds the key: it harms only its own seal. We generate nothing with
  it and prove nothing by it to others.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import load_der_private_key

from certificates.x509 import der
from certificates.x509.certificate import MAX_EXPONENT
from certificates.x509.der import Unreadable
from certificates.x509.key_header import CipherKind, Derivation, KeyHeader

MIN_BITS, MAX_BITS = 2048, 4096
# Each further spelling of a password costs as much again; the first is always tried. The SAT's keys have 2048
# rounds, so that all are tried there, and guessing what went wrong besides.
MAX_ROUNDS, MAX_ROUNDS_FOR_HINTS = 150_000, 40_000

_RSA = "1.2.840.113549.1.1.1"


@dataclass(frozen=True, repr=False)
class PrivateKey:
    """An opened RSA key whose numbers belong together. Prints nothing of itself."""

    numbers: rsa.RSAPrivateNumbers

    @property
    def modulus(self) -> int:
        return self.numbers.public_numbers.n

    @property
    def exponent(self) -> int:
        return self.numbers.public_numbers.e

    def sign(self, message: bytes) -> bytes:
        """A signature as a CFDI's seal is made: RSA PKCS#1 v1.5 over SHA-256. Raises Unreadable."""
        try:
            key = self.numbers.private_key(unsafe_skip_rsa_key_validation=True)
            return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise Unreadable("key.damaged") from None


class Hint(StrEnum):
    """How the password that was typed differs from the one that opens."""

    NONE = ""
    # Other bytes for the same letters.
    COMPOSED = "composed"
    WINDOWS = "cp1252"
    LATIN_1 = "latin_1"
    MAC = "mac_roman"
    DOS = "cp850"
    # Slips of the hand, which do not open.
    TRAILING_SPACE = "trailing_space"
    LEADING_SPACE = "leading_space"
    CAPS_LOCK = "caps_lock"


# What the machines' own character sets were, which old programs took a password's bytes from.
_CHARACTER_SETS = (
    ("cp1252", Hint.WINDOWS),
    ("latin-1", Hint.LATIN_1),
    ("mac_roman", Hint.MAC),
    ("cp850", Hint.DOS),
)
# Pasted along with a password, and not to be seen: marks of direction, joiners, a byte order mark.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"


@dataclass(frozen=True)
class Opened:
    """A key, and the hint if it was not opened by exactly what was typed."""

    key: PrivateKey
    hint: Hint


# --- the password


def open_with(header: KeyHeader, password: bytes) -> Opened:
    """Opens the key with what was typed (UTF-8), or with the bytes that other machines make of it.

    Raises Unreadable: `password` (nothing tells one wrong password from another), or what is wrong with
    the key behind the right one: `key.size`, `key.damaged`, `key.not_rsa`.
    """
    tries = max(1, MAX_ROUNDS // header.rounds)
    for typed, hint in islice(_spellings(password).items(), tries):
        if key := _open(header, typed):
            return Opened(key, hint)
    raise Unreadable("password")


def hint_for(header: KeyHeader, password: bytes) -> Hint:
    """After a wrong password: which small slip would explain it, if any."""
    almost = ((typed, hint) for text, hint in _slips(password) for typed in _spellings(text.encode()))
    for typed, hint in islice(almost, MAX_ROUNDS_FOR_HINTS // header.rounds):
        if _opens(header, typed):
            return hint
    return Hint.NONE


def _spellings(password: bytes) -> dict[bytes, Hint]:
    """The bytes that may have been meant, the likeliest first."""
    found, text = {password: Hint.NONE}, _text(password)
    if not text.isascii():
        composed = unicodedata.normalize("NFC", text)
        found.setdefault(composed.encode(), Hint.COMPOSED)
        for name, hint in _CHARACTER_SETS:
            with suppress(UnicodeEncodeError):
                found.setdefault(composed.encode(name), hint)
        # A Mac's file system, and programs that ask it, take letters and accents apart.
        found.setdefault(unicodedata.normalize("NFD", text).encode(), Hint.COMPOSED)
    return found


def _text(password: bytes) -> str:
    try:
        return password.decode()
    except UnicodeDecodeError:
        # From a terminal that is not set to UTF-8.
        return password.decode("latin-1")


def _slips(password: bytes) -> Iterator[tuple[str, Hint]]:
    text = _text(password)
    inside = text.strip().strip(_INVISIBLE).strip()
    if inside and not text.endswith(inside):
        yield inside, Hint.TRAILING_SPACE
    elif inside != text:
        yield inside, Hint.LEADING_SPACE
    if text.swapcase() != text:
        yield text.swapcase(), Hint.CAPS_LOCK


def _opens(header: KeyHeader, password: bytes) -> bool:
    try:
        return _open(header, password) is not None
    except Unreadable:
        return True


# --- decrypting


def _open(header: KeyHeader, password: bytes) -> PrivateKey | None:
    """The key, or None when the password is wrong. Raises Unreadable for what is wrong behind it."""
    if header.cipher is None:
        return _open_by_openssl(header, password)
    for plain in _decrypted(header, header.cipher, password):
        if inside := _rsa_inside(plain):
            return _related(_components(inside))
    return None


def _rsa_inside(plain: bytes) -> bytes:
    """The RSA key inside a PKCS#8 one; nothing where it is garbage, which fits a padding at times."""
    try:
        version, algorithm, inner, *_ = der.children(der.read(plain), der.SEQUENCE)
        if der.integer(version) != 0 or inner.tag != der.OCTET_STRING:
            return b""
        kind = der.oid(der.first(algorithm))
    except (Unreadable, ValueError):
        return b""
    if kind != _RSA:
        raise Unreadable("key.not_rsa")
    return inner.content


def _decrypted(header: KeyHeader, kind: CipherKind, password: bytes) -> Iterator[bytes]:
    """The plaintexts whose padding fits, without it: three of a thousand wrong passwords leave one."""
    key, iv = _derive(header, kind, password)
    mode = modes.CBC(iv) if iv else modes.ECB()  # noqa: S305  (the file says which)
    for algorithm in kind.algorithms:
        cipher = Cipher(algorithm(key), mode).decryptor()
        padded = cipher.update(header.ciphertext) + cipher.finalize()
        count = padded[-1]
        if 1 <= count <= kind.block_bytes and padded.endswith(bytes([count]) * count):
            yield padded[:-count]


def _derive(header: KeyHeader, kind: CipherKind, password: bytes) -> tuple[bytes, bytes]:
    """The cipher's key, and its IV. A shorter key is a longer one's beginning."""
    if header.derivation is Derivation.PBKDF2:
        longest = max(kind.key_bytes)
        derived = PBKDF2HMAC(header.digest(), longest, header.salt, header.iterations)
        return derived.derive(password), header.iv
    digest = hashlib.md5 if header.digest is hashes.MD5 else hashlib.sha1
    both = password + header.salt
    for _ in range(header.iterations):
        both = digest(both, usedforsecurity=False).digest()
    return both[:8], both[8:16]


def _open_by_openssl(header: KeyHeader, password: bytes) -> PrivateKey | None:
    try:
        # Unvalidated, because _related() bounds the numbers first; the header has been checked.
        key = load_der_private_key(header.der, password, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Unreadable("key.not_rsa")
    found = key.private_numbers()
    public = found.public_numbers
    return _related([public.n, public.e, found.d, found.p, found.q, found.dmp1, found.dmq1, found.iqmp])


# --- the numbers


def _components(data: bytes) -> list[int]:
    """RSAPrivateKey's numbers (RFC 8017, A.1.2) without its version: n e d p q dp dq qinv."""
    try:
        version, *numbers = map(der.integer, der.fields(der.read(data), *[der.INTEGER] * 9))
    except Unreadable:
        raise Unreadable("key.damaged") from None
    if version != 0:
        raise Unreadable("key.damaged")
    return numbers


def _related(components: list[int]) -> PrivateKey:
    """A key whose size is allowed and whose numbers follow from each other (RFC 8017, 3.2)."""
    n, e, d, p, q, dp, dq, qinv = components
    if not MIN_BITS <= n.bit_length() <= MAX_BITS:
        raise Unreadable("key.size")
    bounded = 3 <= e < MAX_EXPONENT and 1 < p < n and 1 < q < n and 1 < d < n
    if not bounded or p == q or not (n & e & p & q & 1) or p * q != n:
        raise Unreadable("key.damaged")
    if (d * e - 1) % (p - 1) or (d * e - 1) % (q - 1):
        raise Unreadable("key.damaged")
    if dp != d % (p - 1) or dq != d % (q - 1) or not 0 < qinv < p or qinv * q % p != 1:
        raise Unreadable("key.damaged")
    return PrivateKey(rsa.RSAPrivateNumbers(p, q, d, dp, dq, qinv, rsa.RSAPublicNumbers(e, n)))
