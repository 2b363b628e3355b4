"""Lists (LCO) as the SAT publishes them, with entries of our choice."""

import gzip
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from certificates.testing import Pair, integer, oid, tlv

HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<lco:LCO fecha="2026-03-02" '
    b'xmlns:lco="http:/www.sat.gob.mx/cfd/LCO">\n'
)
TAIL = b"</lco:LCO>\n"


def taxpayer(rfc: str, *certificates: tuple[str, str]) -> bytes:
    """One taxpayer with certificates: number and status."""
    inside = "".join(
        f'<lco:Certificado ValidezObligaciones="1" EstatusCertificado="{status}" noCertificado="{number}" '
        'FechaInicio="2025-09-03T18:00:00" FechaFinal="2029-09-03T18:00:00"></lco:Certificado>'
        for number, status in certificates
    )
    return f'<lco:Contribuyente RFC="{rfc}">{inside}</lco:Contribuyente>\n'.encode()


def xml(*taxpayers: bytes) -> bytes:
    """A whole list."""
    return HEAD + b"".join(taxpayers) + TAIL


def signed(content: bytes, signer: Pair) -> bytes:
    """PKCS#7, DER, the content inside."""
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(x509.load_der_x509_certificate(signer.certificate), signer.private_key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )


def in_parts(content: bytes, size: int = 1000) -> bytes:
    """PKCS#7 as OpenSSL streams it (`cms -sign -stream`): BER, indefinite lengths, the content in parts."""
    parts = [tlv(0x04, content[start : start + size]) for start in range(0, len(content), size)]
    signed_part = _open(0x30, oid("1.2.840.113549.1.7.1"), _open(0xA0, _open(0x24, *parts)))
    message = _open(0x30, integer(1), tlv(0x31), signed_part, tlv(0x31))
    return _open(0x30, oid("1.2.840.113549.1.7.2"), _open(0xA0, message))


def _open(tag: int, *contents: bytes) -> bytes:
    """An element that an end mark closes."""
    return bytes([tag, 0x80, *b"".join(contents), 0, 0])


def write_long(path: Path, count: int, ours: Iterable[bytes], piece: int = 10_000) -> None:
    """A gzipped list of `count` certificates of others, ours in the middle, without ever holding it."""
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(HEAD)
        for start in range(0, count, piece):
            if start == count // piece // 2 * piece:
                file.writelines(ours)
            file.writelines(
                taxpayer(f"XYZ{number % 1_000_000:06}AB1", (f"0000100000{number:010}", "A"))
                for number in range(start, min(start + piece, count))
            )
        file.write(TAIL)
