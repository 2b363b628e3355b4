"""Opens a private key of the SAT (.key) with its password.

`envelope` has checked the header before. Decryption of PBES2 is done here with `cryptography`'s primitives,
and the RSA numbers are related to each other with Python's integers, in place of OpenSSL's check of a key,
which spends 39 of 41 ms on testing p and q for being prime. That is safe here because of what a key is
used for:

- OpenSSL sees no number before it passed here: sizes are bounded, p·q = n, d·e ≡ 1 modulo p-1 and q-1,
  and the CRT's numbers follow from those. Nothing hostile is left that makes its arithmetic slow.
- The modulus must equal that of the certificate, which the SAT signed for this taxpayer, and a trial
  signature must verify under it. Were p or q composite, the arithmetic would not give valid signatures.
- Whoever made a weak key on purpose holds the key: it harms only its own seal. We generate nothing with
  it and prove nothing by it to others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import load_der_private_key

from certificates import der
from certificates.certificate import MAX_EXPONENT
from certificates.der import Unreadable
from certificates.envelope import CipherKind, Envelope

MIN_BITS, MAX_BITS = 2048, 4096
# Guessing what went wrong with a password costs as much again per guess: only for files as the SAT makes.
MAX_ITERATIONS_FOR_HINTS = 10_000

_RSA = "1.2.840.113549.1.1.1"


@dataclass(frozen=True, repr=False)
class PrivateKey:
    """An opened RSA key whose numbers belong together. Prints nothing of itself."""

    numbers: rsa.RSAPrivateNumbers

    @property
    def modulus(self) -> int:
        """The public modulus."""
        return self.numbers.public_numbers.n

    @property
    def exponent(self) -> int:
        """The public exponent."""
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
    LATIN_1 = "latin_1"
    TRAILING_SPACE = "trailing_space"
    LEADING_SPACE = "leading_space"
    CAPS_LOCK = "caps_lock"


@dataclass(frozen=True)
class Opened:
    """A key, and the hint if it was not opened by exactly what was typed."""

    key: PrivateKey
    hint: Hint


# --- the password


def open_with(envelope: Envelope, password: bytes) -> Opened:
    """Opens the key with what was typed (UTF-8), or with that in Latin-1, as old programs wrote it.

    Raises Unreadable: `password` (nothing tells one wrong password from another), or what is wrong with
    the key behind the right one: `key.size`, `key.damaged`, `key.not_rsa`.
    """
    for typed, hint in _spellings(password):
        if key := _open(envelope, typed):
            return Opened(key, hint)
    raise Unreadable("password")


def hint_for(envelope: Envelope, password: bytes) -> Hint:
    """After a wrong password: which small slip would explain it, if any."""
    if envelope.iterations <= MAX_ITERATIONS_FOR_HINTS:
        for almost, hint in _slips(password):
            for typed, _ in _spellings(almost):
                if _opens(envelope, typed):
                    return hint
    return Hint.NONE


def _spellings(password: bytes) -> Iterator[tuple[bytes, Hint]]:
    yield password, Hint.NONE
    if not password.isascii():
        try:
            yield password.decode().encode("latin-1"), Hint.LATIN_1
        except UnicodeError:
            return


def _slips(password: bytes) -> Iterator[tuple[bytes, Hint]]:
    text = password.decode("utf-8", "replace")
    if text.rstrip() != text:
        yield text.strip().encode(), Hint.TRAILING_SPACE
    elif text.lstrip() != text:
        yield text.strip().encode(), Hint.LEADING_SPACE
    if text.swapcase() != text:
        yield text.swapcase().encode(), Hint.CAPS_LOCK


def _opens(envelope: Envelope, password: bytes) -> bool:
    try:
        return _open(envelope, password) is not None
    except Unreadable:
        return True


def _open(envelope: Envelope, password: bytes) -> PrivateKey | None:
    """The key, or None when the password is wrong. Raises Unreadable for what is wrong behind it."""
    if envelope.cipher is None:
        return _open_old(envelope, password)
    plain = _decrypt(envelope, envelope.cipher, password)
    try:
        # Three of a thousand wrong passwords leave a padding that fits: then this is garbage.
        version, algorithm, inner, *_ = der.children(der.read(plain), der.SEQUENCE)
        if der.integer(version) != 0 or inner.tag != der.OCTET_STRING:
            return None
        kind = der.oid(der.first(algorithm))
    except (Unreadable, ValueError):
        return None
    if kind != _RSA:
        raise Unreadable("key.not_rsa")
    return _related(_components(inner.content))


def _decrypt(envelope: Envelope, kind: CipherKind, password: bytes) -> bytes:
    """The plaintext without its padding; b"" when the padding does not fit."""
    derived = PBKDF2HMAC(envelope.prf(), kind.key_bytes, envelope.salt, envelope.iterations)
    cipher = Cipher(kind.algorithm(derived.derive(password)), modes.CBC(envelope.iv)).decryptor()
    padded = cipher.update(envelope.ciphertext) + cipher.finalize()
    count = padded[-1]
    fits = 1 <= count <= kind.block_bytes and padded.endswith(bytes([count]) * count)
    return padded[:-count] if fits else b""


def _open_old(envelope: Envelope, password: bytes) -> PrivateKey | None:
    try:
        # Unvalidated, because _related() bounds the numbers first; the header has been checked.
        key = load_der_private_key(envelope.der, password, unsafe_skip_rsa_key_validation=True)
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
