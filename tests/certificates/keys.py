"""Keys as other programs, old ones and attackers write them; the DER is put together by hand."""

import hashlib
import os

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from certificates.lookalike import integer, oid, seq, tlv

PBES2, PBKDF2, SCRYPT = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11"
DES3, AES256, DES = "1.2.840.113549.3.7", "2.16.840.1.101.3.4.1.42", "1.3.14.3.2.7"
HMAC_SHA512 = "1.2.840.113549.2.11"


def octets(content: bytes) -> bytes:
    """An OCTET STRING."""
    return tlv(0x04, content)


def pkcs8(key: rsa.RSAPrivateKey) -> bytes:
    """A key in DER, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def with_header(
    iterations: bytes,
    *,
    cipher: str = DES3,
    iv: int = 8,
    salt: bytes = b"saltsalt",
    content: bytes = b"x" * 64,
) -> bytes:
    """A key file whose header says what we like; there is no key in it."""
    derivation = seq(oid(PBKDF2), seq(octets(salt), iterations))
    encryption = seq(oid(cipher), octets(b"i" * iv))
    return seq(seq(oid(PBES2), seq(derivation, encryption)), octets(content))


def scrypt(cost: int) -> bytes:
    """A key file that asks for scrypt with N = `cost`: 1 KB of memory for each."""
    derivation = seq(oid(SCRYPT), seq(octets(b"saltsalt"), integer(cost), integer(8), integer(1)))
    encryption = seq(oid(AES256), octets(b"i" * 16))
    return seq(seq(oid(PBES2), seq(derivation, encryption)), octets(b"x" * 64))


# The three of sat.md: minutes under the GIL, gigabytes of memory, a crash of the binding.
KILLERS = {
    "iterations": with_header(integer(2**31 - 1)),
    "scrypt": scrypt(2**22),
    "overflow": with_header(integer(2**32)),
    "overflow 64": with_header(integer(2**64)),
    "scrypt overflow": scrypt(2**64),
    "negative": with_header(tlv(0x02, b"\xff")),
    "none": with_header(integer(0)),
}


def aes256_sha512(plain: bytes, password: bytes, iterations: int = 2048) -> bytes:
    """PBES2 as OpenSSL writes it today, around any content."""
    salt, iv, fill = os.urandom(16), os.urandom(16), 16 - len(plain) % 16
    derived = PBKDF2HMAC(hashes.SHA512(), 32, salt, iterations).derive(password)
    cipher = Cipher(algorithms.AES(derived), modes.CBC(iv)).encryptor()
    content = cipher.update(plain + bytes([fill]) * fill) + cipher.finalize()
    prf = seq(oid(HMAC_SHA512), tlv(0x05))
    derivation = seq(oid(PBKDF2), seq(octets(salt), integer(iterations), integer(32), prf))
    return seq(seq(oid(PBES2), seq(derivation, seq(oid(AES256), octets(iv)))), octets(content))


def md5_des(plain: bytes, password: bytes, iterations: int = 2048) -> bytes:
    """PBES1 with MD5 and DES (RFC 8018, 6.1), as twenty years ago."""
    salt, fill = os.urandom(8), 8 - len(plain) % 8
    derived = password + salt
    for _ in range(iterations):
        derived = hashlib.md5(derived).digest()  # noqa: S324  (old on purpose)
    # Single DES is triple DES with one key.
    cipher = Cipher(TripleDES(derived[:8] * 3), modes.CBC(derived[8:])).encryptor()
    content = cipher.update(plain + bytes([fill]) * fill) + cipher.finalize()
    return seq(seq(oid("1.2.840.113549.1.5.3"), seq(octets(salt), integer(iterations))), octets(content))


def rsa_numbers(key: rsa.RSAPrivateKey, **changes: int) -> bytes:
    """PKCS#8 around a key's numbers, some of them changed."""
    found = key.private_numbers()
    numbers = {
        "n": found.public_numbers.n,
        "e": found.public_numbers.e,
        "d": found.d,
        "p": found.p,
        "q": found.q,
        "dp": found.dmp1,
        "dq": found.dmq1,
        "qinv": found.iqmp,
    } | changes
    inner = seq(integer(0), *map(integer, numbers.values()))
    algorithm = seq(oid("1.2.840.113549.1.1.1"), tlv(0x05))
    return seq(integer(0), algorithm, octets(inner))
