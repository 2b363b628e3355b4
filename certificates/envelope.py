"""The header of an encrypted private key (.key), read before anything is decrypted.

PKCS#8, where *the file sets its own cost*: PBKDF2 with 2³¹-1 iterations runs for minutes holding the GIL,
scrypt can ask for gigabytes, and counts from 2³² on crash the binding with an exception that is no
Exception. No time-out stops those, so a list of what the SAT and older tools write is all that passes.
"""

from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import algorithms

from certificates import der
from certificates.der import Node, Unreadable

MAX_ITERATIONS = 100_000
# RSA of 4096 bits, encrypted, has 2.4 KB.
MAX_CIPHERTEXT = 4096
MAX_SALT = 64

_PBES2, _PBKDF2 = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12"
_SCRYPT = "1.3.6.1.4.1.11591.4.11"
_PRFS: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.2.7": hashes.SHA1,
    "1.2.840.113549.2.8": hashes.SHA224,
    "1.2.840.113549.2.9": hashes.SHA256,
    "1.2.840.113549.2.10": hashes.SHA384,
    "1.2.840.113549.2.11": hashes.SHA512,
}


@dataclass(frozen=True)
class CipherKind:
    """A block cipher in CBC mode, and the sizes it takes."""

    name: str
    algorithm: type[TripleDES] | type[algorithms.AES]
    key_bytes: int
    block_bytes: int


_CIPHERS = {
    "1.2.840.113549.3.7": CipherKind("3DES", TripleDES, 24, 8),
    "2.16.840.1.101.3.4.1.2": CipherKind("AES-128", algorithms.AES, 16, 16),
    "2.16.840.1.101.3.4.1.22": CipherKind("AES-192", algorithms.AES, 24, 16),
    "2.16.840.1.101.3.4.1.42": CipherKind("AES-256", algorithms.AES, 32, 16),
}
# Older schemes that `cryptography` reads: block size of each.
_OLD_SCHEMES = {
    "1.2.840.113549.1.5.3": ("MD5 y DES", 8),
    "1.2.840.113549.1.12.1.3": ("SHA-1 y 3DES", 8),
    "1.2.840.113549.1.12.1.6": ("SHA-1 y RC2 de 40 bits", 8),
}
# And those that nothing here reads any more: single DES, under PBES1 and PBES2.
_OBSOLETE = {"1.2.840.113549.1.5.10", "1.3.14.3.2.7"}


@dataclass(frozen=True)
class Envelope:
    """An encrypted key whose header is allowed; not opened yet."""

    der: bytes
    iterations: int
    # How it is encrypted, for people.
    scheme: str
    is_old: bool
    ciphertext: bytes
    salt: bytes = b""
    iv: bytes = b""
    prf: type[hashes.HashAlgorithm] = hashes.SHA1
    cipher: CipherKind | None = None


def read(data: bytes) -> Envelope:
    """Checks the header of an encrypted PKCS#8 key (RFC 5958, RFC 8018) without decrypting anything.

    Raises Unreadable: `key` (not such a file), `key.cost` (iterations, scrypt), `key.obsolete` (single
    DES), `key.scheme` (any other scheme).
    """
    try:
        algorithm, ciphertext = der.fields(der.read(data), der.SEQUENCE, der.OCTET_STRING)
        kind, parameters = _two(algorithm)
        scheme = der.oid(kind)
        if not 0 < len(ciphertext.content) <= MAX_CIPHERTEXT:
            raise Unreadable("key")
        if scheme == _PBES2:
            return _pbes2(data, parameters, ciphertext.content)
        return _pbes1(data, scheme, parameters, ciphertext.content)
    except Unreadable as problem:
        raise Unreadable("key" if problem.code == "der" else problem.code) from None


def _two(node: Node) -> tuple[Node, Node]:
    found = der.children(node, der.SEQUENCE)
    if len(found) != 2:
        raise Unreadable("key")
    return found[0], found[1]


def _cost(iterations: Node) -> int:
    value = der.integer(iterations)
    if not 1 <= value <= MAX_ITERATIONS:
        raise Unreadable("key.cost")
    return value


def _salt(node: Node) -> bytes:
    if node.tag != der.OCTET_STRING or not 1 <= len(node.content) <= MAX_SALT:
        raise Unreadable("key")
    return node.content


def _pbes2(data: bytes, parameters: Node, ciphertext: bytes) -> Envelope:
    derivation, encryption = _two(parameters)
    kind, derivation_parameters = _two(derivation)
    if der.oid(kind) != _PBKDF2:
        raise Unreadable("key.cost" if der.oid(kind) == _SCRYPT else "key.scheme")
    salt, iterations, prf, key_bytes = _pbkdf2(derivation_parameters)
    cipher, iv = _cipher(encryption)
    if key_bytes not in (None, cipher.key_bytes) or len(ciphertext) % cipher.block_bytes:
        raise Unreadable("key")
    return Envelope(data, iterations, cipher.name, False, ciphertext, salt, iv, prf, cipher)


def _pbkdf2(parameters: Node) -> tuple[bytes, int, type[hashes.HashAlgorithm], int | None]:
    parts = der.children(parameters, der.SEQUENCE)
    if not 2 <= len(parts) <= 4:
        raise Unreadable("key")
    salt, iterations = _salt(parts[0]), _cost(parts[1])
    rest = parts[2:]
    key_bytes = der.integer(rest.pop(0)) if rest and rest[0].tag == der.INTEGER else None
    if not rest:
        return salt, iterations, hashes.SHA1, key_bytes
    prf = _PRFS.get(der.oid(der.first(rest[0])))
    if prf is None or len(rest) > 1:
        raise Unreadable("key.scheme")
    return salt, iterations, prf, key_bytes


def _cipher(encryption: Node) -> tuple[CipherKind, bytes]:
    kind, iv = _two(encryption)
    scheme = der.oid(kind)
    cipher = _CIPHERS.get(scheme)
    if cipher is None:
        raise Unreadable("key.obsolete" if scheme in _OBSOLETE else "key.scheme")
    if iv.tag != der.OCTET_STRING or len(iv.content) != cipher.block_bytes:
        raise Unreadable("key")
    return cipher, iv.content


def _pbes1(data: bytes, scheme: str, parameters: Node, ciphertext: bytes) -> Envelope:
    if scheme in _OBSOLETE:
        raise Unreadable("key.obsolete")
    if scheme not in _OLD_SCHEMES:
        raise Unreadable("key.scheme")
    name, block_bytes = _OLD_SCHEMES[scheme]
    salt, iterations = _two(parameters)
    _salt(salt)
    if len(ciphertext) % block_bytes:
        raise Unreadable("key")
    return Envelope(data, _cost(iterations), name, True, ciphertext)
