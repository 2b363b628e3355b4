"""Lists (LCO) as the SAT publishes them, with entries of our choice."""

import gzip
import subprocess
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from certificates.lookalike import Pair

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


def streamed(content: Path, signer: Pair, folder: Path) -> Path:
    """PKCS#7 as OpenSSL streams it: BER, indefinite lengths, the content in parts."""
    certificate, key, out = folder / "firma.crt", folder / "firma.llave", folder / "lista.p7m"
    certificate.write_bytes(x509.load_der_x509_certificate(signer.certificate).public_bytes(_PEM))
    key.write_bytes(
        signer.private_key.private_bytes(
            _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    command = ["openssl", "cms", "-sign", "-stream", "-nodetach", "-binary", "-outform", "DER"]
    files = ["-in", str(content), "-signer", str(certificate), "-inkey", str(key), "-out", str(out)]
    subprocess.run([*command, *files], check=True, capture_output=True)  # noqa: S603
    key.unlink()
    return out


_PEM = serialization.Encoding.PEM


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
