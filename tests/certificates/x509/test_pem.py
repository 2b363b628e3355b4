"""A certificate written as text, as another reader has it and as our own reads it back."""

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.x509 import pem
from tests.certificates.conftest import SAT

CERTIFICATE = (SAT / "fiel-EKU9003173C9.cer").read_bytes()


def test_it_is_written_as_others_write_it() -> None:
    known = x509.load_der_x509_certificate(CERTIFICATE)

    assert pem.as_pem(CERTIFICATE) == known.public_bytes(Encoding.PEM).decode()


def test_what_is_written_is_read_back() -> None:
    assert pem.blocks(pem.as_pem(CERTIFICATE).encode()) == [pem.Block("CERTIFICATE", CERTIFICATE)]
