"""A certificate written as text, as another reader has it and as our own reads it back."""

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.x509 import pem
from tests.authority import known_ca


def test_it_is_written_as_others_write_it_and_read_back() -> None:
    certificate = known_ca().issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA").certificate
    known = x509.load_der_x509_certificate(certificate)

    written = pem.as_pem(certificate)

    assert written == known.public_bytes(Encoding.PEM).decode()
    assert pem.blocks(written.encode()) == [pem.Block("CERTIFICATE", certificate)]
