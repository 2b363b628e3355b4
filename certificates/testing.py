"""Makes pairs that look like the SAT's, for demonstrations and tests; they are worth nothing at the SAT.

Certificates and keys carry the SAT's marks: the subject's attributes, T61String holding Latin-1 where a
name has Ñ, the number's digits in the serial, the key usages that tell CSD and FIEL apart, and a PKCS#8 key
under PBES2 with 2048 rounds and 3DES. `cryptography` refuses to write such names, so the DER is written
here.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

ROUNDS = 2048
FOUR_YEARS = timedelta(days=4 * 365 + 1)

_CSD_USAGE, _FIEL_USAGE, _AUTHORITY_USAGE = b"\x06\xc0", b"\x03\xd8", b"\x02\xf4"
_PRINTABLE = re.compile(r"[A-Za-z0-9 '()+,\-./:=?]*")


# --- writing DER


def tlv(tag: int, *contents: bytes) -> bytes:
    """One DER element: tag, length and contents."""
    body = b"".join(contents)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + body


def seq(*contents: bytes) -> bytes:
    return tlv(0x30, *contents)


def integer(value: int) -> bytes:
    """An INTEGER that is not negative."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        content += bytes(reversed(groups))
    return tlv(0x06, bytes(content))


def text(value: str) -> bytes:
    """A string as the SAT writes it: PrintableString, or T61String holding Latin-1."""
    if _PRINTABLE.fullmatch(value):
        return tlv(0x13, value.encode())
    return tlv(0x14, value.encode("latin-1"))


def _name(attributes: dict[str, str]) -> bytes:
    return seq(*(tlv(0x31, seq(oid(kind), text(value))) for kind, value in attributes.items() if value))


def _time(moment: datetime) -> bytes:
    return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def _extension(dotted: str, content: bytes, *, critical: bool = False) -> bytes:
    return seq(oid(dotted), tlv(0x01, b"\xff") if critical else b"", tlv(0x04, content))


_SHA256_RSA = seq(oid("1.2.840.113549.1.1.11"), tlv(0x05))


# --- pairs


@dataclass(frozen=True, repr=False)
class Pair:
    """A certificate and its key, with the names that the SAT's programs give the files."""

    certificate: bytes
    key: bytes
    password: bytes
    certificate_name: str
    key_name: str
    private_key: rsa.RSAPrivateKey


def encrypt_key(key: rsa.RSAPrivateKey, password: bytes, *, rounds: int = ROUNDS) -> bytes:
    """PKCS#8 in DER under PBES2 (PBKDF2 with HMAC-SHA1, 3DES-CBC), as the SAT's programs write it."""
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    salt, iv, fill = os.urandom(8), os.urandom(8), 8 - len(plain) % 8
    derived = PBKDF2HMAC(hashes.SHA1(), 24, salt, rounds).derive(password)  # noqa: S303  (the SAT's choice)
    cipher = Cipher(TripleDES(derived), modes.CBC(iv)).encryptor()
    ciphertext = cipher.update(plain + bytes([fill]) * fill) + cipher.finalize()
    derivation = seq(oid("1.2.840.113549.1.5.12"), seq(tlv(0x04, salt), integer(rounds)))
    encryption = seq(oid("1.2.840.113549.3.7"), tlv(0x04, iv))
    return seq(seq(oid("1.2.840.113549.1.5.13"), seq(derivation, encryption)), tlv(0x04, ciphertext))


class CA:
    """An authority that issues pairs; `certificate` is its own, in DER, signed by `root` or by itself.

    `subject` is its name in DER, where it is not simply `name`.
    """

    def __init__(
        self,
        name: str,
        key: rsa.RSAPrivateKey,
        span: tuple[datetime, datetime],
        *,
        subject: bytes = b"",
        root: "CA | None" = None,
    ) -> None:
        self._key, self._issued = key, 0
        self._subject = subject or _name({"2.5.4.3": name, "2.5.4.10": name, "2.5.4.6": "MX"})
        self._key_identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
        signer = root or self
        self.certificate = signer._sign(
            issuer=signer._subject,
            serial="00000000000090000001",
            subject=self._subject,
            key=key,
            span=span,
            extensions=(
                _extension("2.5.29.19", seq(tlv(0x01, b"\xff")), critical=True),
                _extension("2.5.29.15", tlv(0x03, _AUTHORITY_USAGE), critical=True),
                _extension("2.5.29.14", tlv(0x04, self._key_identifier)),
            ),
        )

    def _sign(
        self,
        *,
        issuer: bytes,
        serial: str,
        subject: bytes,
        key: rsa.RSAPrivateKey,
        span: tuple[datetime, datetime],
        extensions: tuple[bytes, ...],
    ) -> bytes:
        body = seq(
            tlv(0xA0, integer(2)),
            integer(int.from_bytes(serial.encode())),
            _SHA256_RSA,
            issuer,
            seq(*map(_time, span)),
            subject,
            key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
            tlv(0xA3, seq(*extensions)),
        )
        signature = self._key.sign(body, padding.PKCS1v15(), hashes.SHA256())
        return seq(body, _SHA256_RSA, tlv(0x03, b"\x00", signature))

    def issue(
        self,
        *,
        rfc: str,
        name: str,
        valid_from: datetime | None = None,
        valid_to: datetime | None = None,
        branch: str = "Matriz",
        kind: str = "CSD",
        password: bytes = b"12345678a",
        representative: str = "",
        curp: str = "",
        number: str = "",
        usage: bytes = b"",
        key: rsa.RSAPrivateKey | None = None,
        issuer: bytes = b"",
        names_key: bool = False,
    ) -> Pair:
        """A CSD, or a FIEL, of a taxpayer: by default usable since months.

        `key` saves making one; `usage` overrides keyUsage's bits, `issuer` the issuer's name. With
        `names_key` the certificate says which key has signed it, as the SAT's do not.
        """
        valid_from = valid_from or datetime.now(UTC) - timedelta(days=100)
        self._issued += 1
        number = number or f"30001000000500{self._issued:06}"
        key = key or rsa.generate_private_key(65537, 2048)
        is_fiel = kind == "FIEL"
        certificate = self._sign(
            issuer=issuer or self._subject,
            serial=number,
            subject=_name(_subject(rfc, name, "" if is_fiel else branch, representative, curp)),
            key=key,
            span=(valid_from, valid_to or valid_from + FOUR_YEARS),
            extensions=(
                *_extensions(usage or (_FIEL_USAGE if is_fiel else _CSD_USAGE), is_fiel=is_fiel),
                *([_extension("2.5.29.35", seq(tlv(0x80, self._key_identifier)))] if names_key else []),
            ),
        )
        stem = f"Claveprivada_FIEL_{rfc}" if is_fiel else f"CSD_{branch.replace(' ', '_')}_{rfc}"
        return Pair(
            certificate=certificate,
            key=encrypt_key(key, password),
            password=password,
            certificate_name=f"{rfc.lower()}.cer" if is_fiel else f"{number}.cer",
            key_name=f"{stem}_{valid_from:%Y%m%d_%H%M%S}.key",
            private_key=key,
        )


def _subject(rfc: str, name: str, branch: str, representative: str, curp: str) -> dict[str, str]:
    """The attributes in the SAT's order; of a persona moral the representative is named too."""
    return {
        "2.5.4.3": name,
        "2.5.4.41": name,
        "2.5.4.10": name,
        "2.5.4.45": f"{rfc} / {representative}" if representative else rfc,
        "2.5.4.5": f" / {curp}" if representative else curp,
        "2.5.4.11": branch,
    }


def _extensions(usage: bytes, *, is_fiel: bool) -> tuple[bytes, ...]:
    common = (
        _extension("2.5.29.19", seq(), critical=True),
        _extension("2.5.29.15", tlv(0x03, usage)),
    )
    if not is_fiel:
        return common
    purposes = seq(oid("1.3.6.1.5.5.7.3.4"), oid("1.3.6.1.5.5.7.3.2"))
    netscape = _extension("2.16.840.1.113730.1.1", tlv(0x03, b"\x05\xa0"))
    return (*common, netscape, _extension("2.5.29.37", purposes))


def make_ca(
    name: str,
    *,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    key: rsa.RSAPrivateKey | None = None,
    subject: bytes = b"",
    root: CA | None = None,
) -> CA:
    """A new authority, valid for sixteen years from `valid_from`; by default since a few years."""
    valid_from = valid_from or datetime.now(UTC) - FOUR_YEARS
    span = valid_from, valid_to or valid_from + 4 * FOUR_YEARS
    return CA(name, key or rsa.generate_private_key(65537, 2048), span, subject=subject, root=root)
