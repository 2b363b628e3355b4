"""What people and attackers bring for an e.firma's .key and .cer, each with the sentence that is said."""

import os
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from certificates.testing import CA, encrypt_key, integer, oid, seq, tlv
from certificates.x509.der import Unreadable
from certificates.x509.key_header import read
from certificates.x509.private_key import open_with
from tests.certificates import keys, odd_files
from tests.certificates.conftest import rsa_key
from tests.certificates.mutations import mutate

# What is read when a key opens: the next page, where the document stands.
OPENS = "Lea lo que va a firmar"
WRONG = "La contraseña no corresponde a esta llave"
DAMAGED = "No es una llave privada, o está dañada."
COSTLY = "pide un trabajo de descifrado que ninguna del SAT pide"
OLD = "usa un cifrado antiguo"
STRANGE = "de una manera que el SAT no usa"
NUMBERS = "La contraseña abre la llave, pero la llave está dañada."
OTHERS, SIZE = "La llave no es de este certificado", "de otro tipo o tamaño"
PASSWORD = "Tlacuache-27"
AES128, AES192 = "2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.22"


@dataclass(frozen=True)
class OddKey:
    """A .key, what is typed for it, and what is said; where several may be, one of them."""

    name: str
    content: bytes
    typed: str
    said: tuple[str, ...]


def pbes2(plain: bytes, scheme: str, size: int, **options: object) -> bytes:
    """A key under AES with that many bytes, or under 3DES."""
    iv = os.urandom(16 if size != 24 or scheme == AES192 else 8)
    algorithm = algorithms.AES if len(iv) == 16 else TripleDES
    return keys.pbes2(
        plain,
        PASSWORD.encode(),
        scheme=oid(scheme) + keys.octets(iv),
        algorithm=algorithm,
        key_bytes=size,
        iv=iv,
        **options,  # type: ignore[arg-type]
    )


def that_open() -> Iterator[tuple[str, bytes, str]]:
    """Each scheme that browsers read, and each way in which a password's bytes came to be."""
    key, plain = rsa_key(1), keys.pkcs8(rsa_key(1))
    yield "as the SAT", encrypt_key(key, PASSWORD.encode()), PASSWORD
    yield "one round", encrypt_key(key, PASSWORD.encode(), rounds=1), PASSWORD
    yield "dearest", encrypt_key(key, PASSWORD.encode(), rounds=100_000), PASSWORD
    yield "3DES, SHA-256", pbes2(plain, keys.DES3, 24, digest=hashes.SHA256()), PASSWORD
    yield "AES-256, SHA-512", keys.aes256_sha512(plain, PASSWORD.encode()), PASSWORD
    yield "AES-256 dearest", keys.aes256_sha512(plain, PASSWORD.encode(), iterations=100_000), PASSWORD
    yield "AES-128, SHA-1", pbes2(plain, AES128, 16, says_key_bytes=False), PASSWORD
    yield "text", odd_files.pem(encrypt_key(key, PASSWORD.encode()), "ENCRYPTED PRIVATE KEY"), PASSWORD
    for charset in ("utf-8", "latin-1", "cp1252", "mac_roman"):
        yield f"ñ in {charset}", encrypt_key(key, "Ñandú-Peña-1".encode(charset)), "Ñandú-Peña-1"
    for form in ("NFD", "NFC"):
        other = unicodedata.normalize("NFC" if form == "NFD" else "NFD", "Ñandú-1")
        yield f"ñ typed in {form}", encrypt_key(key, other.encode()), unicodedata.normalize(form, "Ñandú-1")
    yield "€", encrypt_key(key, "cien €".encode("cp1252")), "cien €"
    yield "long", encrypt_key(key, ("🦎" * 60).encode()), "🦎" * 60
    yield "blanks", encrypt_key(key, b" "), " "


def passwords() -> Iterator[OddKey]:
    """Wrong ones, with what explains them."""
    content = encrypt_key(rsa_key(1), PASSWORD.encode())
    yield OddKey("wrong", content, "otra", (WRONG,))
    yield OddKey("blank after", content, f"{PASSWORD} ", (f"{WRONG}: sobra un espacio al final",))
    yield OddKey("blank before", content, f" {PASSWORD}", (f"{WRONG}: sobra un espacio al principio",))
    yield OddKey("unseen after", content, f"{PASSWORD}\u200b", (f"{WRONG}: sobra un espacio al final",))
    yield OddKey("caps lock", content, PASSWORD.swapcase(), (f"{WRONG}: las mayúsculas y minúsculas",))
    yield OddKey("fits the padding", content, wrong_with_padding(content), (WRONG,))
    yield OddKey("none", content, "", ("Escriba la contraseña de la llave.",))
    yield OddKey("of another machine", encrypt_key(rsa_key(1), "Ñ".encode("utf-16")), "Ñ", (WRONG,))


def wrong_with_padding(content: bytes) -> str:
    """A wrong password whose plaintext ends like a padded one's: three of a thousand do."""
    header = read(content)
    for number in range(20_000):
        typed = f"no-{number}"
        if _fits(header.ciphertext, header.salt, header.iv, header.iterations, typed.encode()):
            return typed
    raise AssertionError


def _fits(ciphertext: bytes, salt: bytes, iv: bytes, rounds: int, password: bytes) -> bool:
    key = PBKDF2HMAC(hashes.SHA1(), 24, salt, rounds).derive(password)  # noqa: S303  (the SAT's choice)
    cipher = Cipher(TripleDES(key), modes.CBC(iv)).decryptor()
    plain = cipher.update(ciphertext) + cipher.finalize()
    return 1 <= plain[-1] <= 8 and plain.endswith(plain[-1:] * plain[-1])


def hostile() -> Iterator[OddKey]:
    """Headers that set their own cost, that lie, or that name a cipher that nobody has."""
    for name, content in keys.KILLERS.items():
        yield OddKey(f"killer: {name}", content, PASSWORD, (COSTLY,))
    over = keys.with_header(integer(100_001))
    yield OddKey("just too dear", over, PASSWORD, (COSTLY,))
    for make in keys.OLD:
        content = make(keys.pkcs8(rsa_key(1)), PASSWORD.encode())
        yield OddKey(f"old: {make.__name__}", content, PASSWORD, (OLD,))
    for scheme in ("1.2.840.113549.1.12.1.3", "1.2.840.113549.1.12.1.6", "1.2.840.113549.1.5.1"):
        yield OddKey(f"old: {scheme}", keys.pbes1_header(scheme), PASSWORD, (OLD,))
    yield OddKey("old: Blowfish", keys.with_header(integer(2048), cipher="1.3.6.1.4.1.3029.1.2"), "x", (OLD,))
    yield OddKey("unknown", keys.pbes1_header("1.2.3.4"), PASSWORD, (STRANGE,))
    yield OddKey("AES-192", keys.with_header(integer(2048), cipher=AES192, iv=16), PASSWORD, (STRANGE,))
    yield OddKey("long salt", keys.with_header(integer(1), salt=b"s" * 65), PASSWORD, (DAMAGED,))
    yield OddKey("short iv", keys.with_header(integer(1), iv=7), PASSWORD, (DAMAGED,))
    yield OddKey("half a block", keys.with_header(integer(1), content=b"x" * 63), PASSWORD, (DAMAGED,))
    yield OddKey("much content", keys.with_header(integer(1), content=b"x" * 4104), PASSWORD, (DAMAGED,))
    many = seq(*[seq()] * 5000)
    yield OddKey("many elements", seq(many, tlv(0x04, b"x")), PASSWORD, (DAMAGED,))
    yield OddKey("deep", _deep(3000), PASSWORD, (DAMAGED,))
    yield OddKey("lying length", b"\x30\x84\xff\xff\xff\xff", PASSWORD, (DAMAGED,))
    yield OddKey("unknown length", b"\x30\x80\x02\x01\x00\x00\x00", PASSWORD, (DAMAGED,))


def _deep(levels: int) -> bytes:
    nested = b""
    for _ in range(levels):
        nested = seq(nested)
    return nested


def behind_the_password() -> Iterator[OddKey]:
    """Opened by the right password onto something else than this certificate's key."""
    key, right = rsa_key(1), PASSWORD.encode()

    def sealed(plain: bytes) -> bytes:
        return keys.aes256_sha512(plain, right, iterations=1)

    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    numbers = key.private_numbers()
    yield OddKey("another's", encrypt_key(rsa_key(2), right), PASSWORD, (OTHERS,))
    yield OddKey("elliptic", sealed(curve), PASSWORD, (SIZE,))
    yield OddKey("1024 bits", encrypt_key(rsa_key(8, 1024), right), PASSWORD, (SIZE,))
    yield OddKey("garbage", sealed(b"no es una llave"), PASSWORD, (WRONG,))
    yield OddKey("wrong d", sealed(keys.rsa_numbers(key, d=numbers.d + 2)), PASSWORD, (NUMBERS,))
    yield OddKey("wrong p", sealed(keys.rsa_numbers(key, p=numbers.p + 2)), PASSWORD, (NUMBERS,))
    yield OddKey("wrong qinv", sealed(keys.rsa_numbers(key, qinv=3)), PASSWORD, (NUMBERS,))
    no_numbers = seq(integer(0), seq(oid("1.2.840.113549.1.1.1"), tlv(0x05)), keys.octets(seq(integer(0))))
    yield OddKey("no numbers", sealed(no_numbers), PASSWORD, (NUMBERS,))


def other_files(ca: CA) -> Iterator[OddKey]:
    """What is no key of an e.firma at all."""
    right = encrypt_key(rsa_key(1), PASSWORD.encode())
    plain = keys.pkcs8(rsa_key(1))
    certificate = ca.issue(rfc="PNA190312AB1", name="X", key=rsa_key(1)).certificate
    without = "La llave no tiene contraseña"
    yield OddKey("empty", b"", PASSWORD, ("El archivo está vacío",))
    yield OddKey("big", right + b"\0" * 20_000, PASSWORD, ("demasiado grande",))
    yield OddKey("cut", right[:-40], PASSWORD, (DAMAGED,))
    yield OddKey("cut early", right[:3], PASSWORD, (DAMAGED,))
    yield OddKey("more behind", right + b"x", PASSWORD, (DAMAGED,))
    yield OddKey("zeros", b"\0" * 1298, PASSWORD, (DAMAGED,))
    yield OddKey("PDF", b"%PDF-1.7\n%\xe2\xe3", PASSWORD, (DAMAGED,))
    yield OddKey("zip", odd_files.zipped("a.key"), PASSWORD, ("Es un archivo comprimido",))
    yield OddKey("pfx", odd_files.pfx(), PASSWORD, ("Es un archivo .pfx",))
    yield OddKey("certificate", certificate, PASSWORD, ("Los archivos están intercambiados",))
    yield OddKey("no password", plain, PASSWORD, (without,))
    yield OddKey("no password, text", odd_files.pem(plain, "PRIVATE KEY"), PASSWORD, (without,))
    yield OddKey("converted", odd_files.converted_key(), PASSWORD, ("que convirtió otro programa",))
    yield OddKey("broken text", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nno es\n-----END", "x", (DAMAGED,))


def mutated(count: int) -> Iterator[OddKey]:
    """A good key with a few bytes changed, and what the server's own reader makes of it."""
    dice = random.Random(15)  # noqa: S311  (to be repeated, not to be secret)
    right = encrypt_key(rsa_key(1), PASSWORD.encode())
    for number in range(count):
        content = mutate(right, dice)
        yield OddKey(f"mutated {number}", content, PASSWORD, _said_of(content))


def _said_of(content: bytes) -> tuple[str, ...]:
    """What the server refuses the page refuses too, in one of its sentences; it may be stricter."""
    refusals = (DAMAGED, COSTLY, OLD, STRANGE, WRONG, NUMBERS, OTHERS, SIZE, "El archivo está vacío")
    try:
        open_with(read(content), PASSWORD.encode())
    except Unreadable:
        return refusals
    return OPENS, *refusals


@cache
def odd_keys(ca: CA) -> list[OddKey]:
    """All of them."""
    opening = [OddKey(name, content, typed, (OPENS,)) for name, content, typed in that_open()]
    return [
        *opening,
        *passwords(),
        *hostile(),
        *behind_the_password(),
        *other_files(ca),
        *mutated(24),
    ]


def odd_certificates(ca: CA, rfc: str) -> Iterator[tuple[str, bytes, str]]:
    """What is chosen for the e.firma's certificate, and what is said of it at once; "" where it is taken."""
    made = {"rfc": rfc, "name": "PANADERÍA LA ÑAPA", "kind": "FIEL", "key": rsa_key(1)}

    def issue(**options: object) -> bytes:
        return ca.issue(**(made | options)).certificate  # type: ignore[arg-type]

    now = datetime.now(UTC)
    right = issue()
    yield "right", right, ""
    yield "text", odd_files.pem(right, "CERTIFICATE"), ""
    yield "with a representative", issue(representative="NUPJ800101AB2"), ""
    yield "CSD", issue(kind="CSD"), "Es un CSD: sirve para facturar, no para firmar."
    yield "authority", ca.certificate, "Es el certificado de una autoridad."
    yield "expired", issue(valid_from=now - timedelta(days=2000)), "Esta e.firma venció el "
    yield "early", issue(valid_from=now + timedelta(days=9)), "Esta e.firma sirve a partir del "
    yield "another's", issue(rfc="ÑAM190312AB1"), f"Es la e.firma de ÑAM190312AB1. Elija la de {rfc}."
    person = issue(rfc="NUPJ800101AB2")
    yield "its representative's own", person, f"Es la e.firma de NUPJ800101AB2. Elija la de {rfc}."
    yield "key", encrypt_key(rsa_key(1), b"x"), "Los archivos están intercambiados: esta es la llave."
    yield "other usage", issue(kind="CSD", usage=b"\x05\xa0"), "No es una e.firma del SAT."
    yield "cut", right[:-1], "No es un certificado, o está dañado."
    yield "garbage", b"\x30\x03\x02\x01\x00", "No es un certificado, o está dañado."
    yield "empty", b"", "El archivo está vacío"
    yield "zip", odd_files.zipped("a.cer"), "Es un archivo comprimido."
    yield "pfx", odd_files.pfx(), "Es un archivo .pfx"
    yield "request", odd_files.request(), "No es un certificado, o está dañado."
