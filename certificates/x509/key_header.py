"""The header of an encrypted private key (.key), read before anything is decrypted.

PKCS#8, where *the file sets its own cost*: PBKDF2 with 2³¹-1 iterations runs for minutes holding the GIL,
scrypt can ask for gigabytes, and counts from 2³² on crash the binding with an exception that is no
Exception. No time-out stops those, so a list of what the SAT and older tools write is all that passes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, algorithms

from certificates.x509 import der
from certificates.x509.der import Node, Unreadable

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


def _des(key: bytes) -> TripleDES:
    """Single DES is triple DES with one key."""
    return TripleDES(key[:8] * 3)


def _two_key_des(key: bytes) -> TripleDES:
    return TripleDES(key[:16] + key[:8])


@dataclass(frozen=True)
class CipherKind:
    """A block cipher, and the sizes it takes. In CBC mode where there is an IV, else in ECB."""

    name: str
    # From a derived key; of several, each is tried.
    algorithms: tuple[Callable[[bytes], BlockCipherAlgorithm], ...]
    key_bytes: tuple[int, ...]
    block_bytes: int
    iv_bytes: tuple[int, ...]
    is_old: bool = False


_DES = CipherKind("DES", (_des,), (8,), 8, (8,), is_old=True)
_CIPHERS = {
    "1.2.840.113549.3.7": CipherKind("3DES", (TripleDES,), (24,), 8, (8,)),
    "2.16.840.1.101.3.4.1.2": CipherKind("AES-128", (algorithms.AES,), (16,), 16, (16,)),
    "2.16.840.1.101.3.4.1.22": CipherKind("AES-192", (algorithms.AES,), (24,), 16, (16,)),
    "2.16.840.1.101.3.4.1.42": CipherKind("AES-256", (algorithms.AES,), (32,), 16, (16,)),
    # OIW's desEDE says neither mode nor number of keys: OpenSSL writes ECB with two, others CBC with three.
    "1.3.14.3.2.17": CipherKind("3DES", (TripleDES, _two_key_des), (24, 16), 8, (8, 0), is_old=True),
    "1.3.14.3.2.7": _DES,
}


class Derivation(Enum):
    """How the password becomes a key (RFC 8018, 5)."""

    PBKDF1 = auto()
    PBKDF2 = auto()
    # RFC 7292's, which OpenSSL does for us.
    PKCS12 = auto()


# Older schemes: name, derivation with its digest, and the block size.
_OLD_SCHEMES: dict[str, tuple[str, Derivation, type[hashes.HashAlgorithm], int]] = {
    "1.2.840.113549.1.5.3": ("MD5 y DES", Derivation.PBKDF1, hashes.MD5, 8),
    "1.2.840.113549.1.5.10": ("SHA-1 y DES", Derivation.PBKDF1, hashes.SHA1, 8),
    "1.2.840.113549.1.12.1.1": ("SHA-1 y RC4 de 128 bits", Derivation.PKCS12, hashes.SHA1, 1),
    "1.2.840.113549.1.12.1.3": ("SHA-1 y 3DES", Derivation.PKCS12, hashes.SHA1, 8),
    "1.2.840.113549.1.12.1.6": ("SHA-1 y RC2 de 40 bits", Derivation.PKCS12, hashes.SHA1, 8),
}
# Those that nothing here reads: MD2, RC2, RC4, RC5, Blowfish, CAST, IDEA, and other modes of DES.
_OBSOLETE = {
    "1.2.840.113549.1.5.1",
    "1.2.840.113549.1.5.4",
    "1.2.840.113549.1.5.6",
    "1.2.840.113549.1.5.11",
    "1.2.840.113549.1.12.1.2",
    "1.2.840.113549.1.12.1.4",
    "1.2.840.113549.1.12.1.5",
    "1.2.840.113549.3.2",
    "1.2.840.113549.3.4",
    "1.2.840.113549.3.6",
    "1.2.840.113549.3.9",
    "1.2.840.113533.7.66.10",
    "1.3.6.1.4.1.3029.1.2",
    "1.3.6.1.4.1.188.7.1.1.2",
    "1.3.14.3.2.6",
    "1.3.14.3.2.8",
    "1.3.14.3.2.9",
}


@dataclass(frozen=True)
class KeyHeader:
    """An encrypted key whose header is allowed; not opened yet."""

    der: bytes
    derivation: Derivation
    iterations: int
    # How it is encrypted, for people.
    scheme: str
    is_old: bool
    ciphertext: bytes
    salt: bytes = b""
    iv: bytes = b""
    digest: type[hashes.HashAlgorithm] = hashes.SHA1
    cipher: CipherKind | None = None

    @property
    def rounds(self) -> int:
        """What one try costs, as rounds of PBKDF2; PBKDF1 is in no library and runs in Python."""
        return self.iterations * (2 if self.derivation is Derivation.PBKDF1 else 1)


def read(data: bytes) -> KeyHeader:
    """Checks the header of an encrypted PKCS#8 key (RFC 5958, RFC 8018) without decrypting anything.

    Raises Unreadable: `key` (not such a file), `key.cost` (iterations, scrypt), `key.obsolete` (an old
    cipher that cannot be read any more), `key.scheme` (any other scheme).
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


def _pbes2(data: bytes, parameters: Node, ciphertext: bytes) -> KeyHeader:
    derivation, encryption = _two(parameters)
    kind, derivation_parameters = _two(derivation)
    if der.oid(kind) != _PBKDF2:
        raise Unreadable("key.cost" if der.oid(kind) == _SCRYPT else "key.scheme")
    salt, iterations, digest, key_bytes = _pbkdf2(derivation_parameters)
    cipher, iv = _cipher(encryption)
    if key_bytes not in (None, *cipher.key_bytes) or len(ciphertext) % cipher.block_bytes:
        raise Unreadable("key")
    return KeyHeader(
        data, Derivation.PBKDF2, iterations, cipher.name, cipher.is_old, ciphertext, salt, iv, digest, cipher
    )


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
    parts = der.children(encryption, der.SEQUENCE)
    scheme = der.oid(der.first(encryption))
    cipher = _CIPHERS.get(scheme)
    if cipher is None:
        raise Unreadable("key.obsolete" if scheme in _OBSOLETE else "key.scheme")
    if [part.tag for part in parts[1:]] not in ([], [der.NULL], [der.OCTET_STRING]):
        raise Unreadable("key")
    iv = parts[1].content if len(parts) == 2 else b""
    if len(iv) not in cipher.iv_bytes:
        raise Unreadable("key")
    return cipher, iv


def _pbes1(data: bytes, scheme: str, parameters: Node, ciphertext: bytes) -> KeyHeader:
    if scheme in _OBSOLETE:
        raise Unreadable("key.obsolete")
    if scheme not in _OLD_SCHEMES:
        raise Unreadable("key.scheme")
    name, derivation, digest, block_bytes = _OLD_SCHEMES[scheme]
    salt, iterations = _two(parameters)
    if len(ciphertext) % block_bytes:
        raise Unreadable("key")
    cipher = _DES if derivation is Derivation.PBKDF1 else None
    return KeyHeader(
        data, derivation, _cost(iterations), name, True, ciphertext, _salt(salt), b"", digest, cipher
    )
