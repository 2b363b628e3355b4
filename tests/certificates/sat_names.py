"""Authorities that look like the SAT's: their names as AC5, AC6 and AC7 write them, and other spellings."""

from collections.abc import Callable
from datetime import timedelta

from certificates.testing import CA, make_ca, oid, seq, tlv
from certificates.x509 import der
from tests.certificates.conftest import NOW, rsa_key

UTF8, PRINTABLE, T61, IA5 = 0x0C, 0x13, 0x14, 0x16
SAT_RFC = ("2.5.4.45", PRINTABLE, "SAT970701NN3")

Write = Callable[[str], bytes]


def once(text: str) -> bytes:
    """UTF-8, as it should be."""
    return text.encode()


def twice(text: str) -> bytes:
    """UTF-8 taken for Latin-1 and encoded again, as in AC6."""
    return text.encode().decode("latin-1").encode()


def twice_by_windows(text: str) -> bytes:
    """The same by a program that takes it for Windows-1252, where that has the character."""
    windows = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    return windows.encode()


def thrice(text: str) -> bytes:
    """And once more."""
    return twice(text.encode().decode("latin-1"))


def name(*parts: tuple[str, int, str], write: Write = once) -> bytes:
    """A Name in DER of (OID, tag, text)."""
    return seq(*(tlv(0x31, seq(oid(kind), tlv(tag, write(text)))) for kind, tag, text in parts))


def ac7_name() -> bytes:
    """As AC7 calls itself."""
    return name(
        ("2.5.4.3", UTF8, "AC DEL SERVICIO DE ADMINISTRACION TRIBUTARIA"),
        ("2.5.4.10", UTF8, "SERVICIO DE ADMINISTRACION TRIBUTARIA"),
        ("2.5.4.11", UTF8, "SAT-IES Authority"),
        ("1.2.840.113549.1.9.1", IA5, "serviciosalcontribuyente@sat.gob.mx"),
        ("2.5.4.6", PRINTABLE, "MX"),
        SAT_RFC,
    )


def ac6_name(write: Write = twice, tag: int = UTF8, *, upper: bool = False) -> bytes:
    """As AC6 calls itself, or would with another encoding."""
    cn, organization, city = (
        "A.C. del Servicio de Administración Tributaria",
        "Servicio de Administración Tributaria",
        "Cuauhtémoc",
    )
    return name(
        ("2.5.4.3", tag, cn.upper() if upper else cn),
        ("2.5.4.10", tag, organization.upper() if upper else organization),
        ("2.5.4.7", tag, city),
        SAT_RFC,
        ("1.2.840.113549.1.9.2", PRINTABLE, "responsable: Administración Central"),
        write=write,
    )


def ac7_like(key: int = 9, **options: object) -> CA:
    """An authority with AC7's name and a key of ours."""
    options = {"valid_from": NOW - timedelta(days=2000), "subject": ac7_name()} | options
    return make_ca("", key=rsa_key(key), **options)  # type: ignore[arg-type]


def ac6_like(key: int = 9, **options: object) -> CA:
    """An authority with AC6's name and a key of ours."""
    return ac7_like(key, subject=ac6_name(), **options)


def with_public_key(certificate: bytes, info: bytes) -> bytes:
    """A certificate with another public key, for which nobody has signed it."""
    body, algorithm, signature = der.children(der.read(certificate))
    parts = der.children(body)
    changed = [info if index == 6 else part.encoded for index, part in enumerate(parts)]
    return seq(seq(*changed), algorithm.encoded, signature.encoded)
