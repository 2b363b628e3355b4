"""Keys as other programs, old ones and attackers write them; the DER is put together by hand."""

import hashlib
import os
from collections.abc import Callable

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from certificates.testing import integer, oid, seq, tlv

PBES2, PBKDF2, SCRYPT = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12", "1.3.6.1.4.1.11591.4.11"
DES3, AES256 = "1.2.840.113549.3.7", "2.16.840.1.101.3.4.1.42"
DES, DES_EDE = "1.3.14.3.2.7", "1.3.14.3.2.17"
_PRFS = {"sha256": "1.2.840.113549.2.9", "sha512": "1.2.840.113549.2.11"}


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


def _padded(plain: bytes, size: int) -> bytes:
    fill = size - len(plain) % size
    return plain + bytes([fill]) * fill


def pbes2(
    plain: bytes,
    password: bytes,
    *,
    scheme: bytes,
    algorithm: Callable[[bytes], BlockCipherAlgorithm],
    key_bytes: int,
    iv: bytes,
    digest: hashes.HashAlgorithm | None = None,
    iterations: int = 2048,
    says_key_bytes: bool = True,
) -> bytes:
    """PBES2 (RFC 8018, 6.2) around any content; `scheme` is the cipher's OID and parameters. No IV is ECB."""
    salt, digest = os.urandom(16), digest or hashes.SHA1()  # noqa: S303  (the SAT's choice)
    derived = PBKDF2HMAC(digest, key_bytes, salt, iterations).derive(password)
    cipher = algorithm(derived)
    mode = modes.CBC(iv) if iv else modes.ECB()  # noqa: S305  (old on purpose)
    encryptor = Cipher(cipher, mode).encryptor()
    content = encryptor.update(_padded(plain, cipher.block_size // 8)) + encryptor.finalize()
    length = integer(key_bytes) if says_key_bytes else b""
    prf = b"" if isinstance(digest, hashes.SHA1) else seq(oid(_PRFS[digest.name]), tlv(0x05))
    derivation = seq(oid(PBKDF2), seq(octets(salt), integer(iterations), length, prf))
    return seq(seq(oid(PBES2), seq(derivation, seq(scheme))), octets(content))


def aes256_sha512(plain: bytes, password: bytes, iterations: int = 2048) -> bytes:
    """PBES2 as OpenSSL writes it today, around any content."""
    iv = os.urandom(16)
    return pbes2(
        plain,
        password,
        scheme=oid(AES256) + octets(iv),
        algorithm=algorithms.AES,
        key_bytes=32,
        iv=iv,
        digest=hashes.SHA512(),
        iterations=iterations,
    )


def des_ede_cbc(plain: bytes, password: bytes) -> bytes:
    """3DES under the OIW's name of it, with three keys in CBC."""
    iv = os.urandom(8)
    scheme = oid(DES_EDE) + octets(iv)
    return pbes2(
        plain,
        password,
        scheme=scheme,
        algorithm=TripleDES,
        key_bytes=24,
        iv=iv,
        says_key_bytes=False,
    )


def des_ede_ecb(plain: bytes, password: bytes) -> bytes:
    """The same name as `openssl pkcs8 -v2 des-ede` uses it: two keys, ECB."""
    return pbes2(
        plain,
        password,
        scheme=oid(DES_EDE) + octets(b""),
        algorithm=lambda key: TripleDES(key + key[:8]),
        key_bytes=16,
        iv=b"",
        digest=hashes.SHA256(),
        says_key_bytes=False,
    )


def des_ede_without_parameters(plain: bytes, password: bytes) -> bytes:
    """And with three keys, as the name alone would have it."""
    return pbes2(plain, password, scheme=oid(DES_EDE) + tlv(0x05), algorithm=TripleDES, key_bytes=24, iv=b"")


def des_cbc(plain: bytes, password: bytes) -> bytes:
    """PBES2 with single DES, which is triple DES with one key."""
    iv = os.urandom(8)
    return pbes2(
        plain,
        password,
        scheme=oid(DES) + octets(iv),
        algorithm=lambda key: TripleDES(key * 3),
        key_bytes=8,
        iv=iv,
    )


def _pbes1(plain: bytes, password: bytes, scheme: str, digest: str, iterations: int) -> bytes:
    """PBES1 with DES (RFC 8018, 6.1), as twenty years ago."""
    salt = os.urandom(8)
    derived = password + salt
    for _ in range(iterations):
        derived = hashlib.new(digest, derived).digest()
    cipher = Cipher(TripleDES(derived[:8] * 3), modes.CBC(derived[8:16])).encryptor()
    content = cipher.update(_padded(plain, 8)) + cipher.finalize()
    return seq(seq(oid(scheme), seq(octets(salt), integer(iterations))), octets(content))


def md5_des(plain: bytes, password: bytes, iterations: int = 2048) -> bytes:
    """PBES1 with MD5 and DES."""
    return _pbes1(plain, password, "1.2.840.113549.1.5.3", "md5", iterations)


def sha1_des(plain: bytes, password: bytes, iterations: int = 2048) -> bytes:
    """PBES1 with SHA-1 and DES."""
    return _pbes1(plain, password, "1.2.840.113549.1.5.10", "sha1", iterations)


OLD = (des_ede_cbc, des_ede_ecb, des_ede_without_parameters, des_cbc, md5_des, sha1_des)


def pbes1_header(scheme: str) -> bytes:
    """A key file under an old scheme, with nothing in it."""
    return seq(seq(oid(scheme), seq(octets(b"saltsalt"), integer(2048))), octets(b"x" * 64))


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
