"""What users bring instead of a .cer and a .key."""

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from certificates.lookalike import integer, oid, seq, tlv
from certificates.shapes import Shape, recognise
from tests.certificates import keys
from tests.certificates.conftest import Issue, rsa_key


def request() -> bytes:
    """A .req, as the SAT's program makes before there is a certificate."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(rsa_key(), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def pfx() -> bytes:
    return pkcs12.serialize_key_and_certificates(
        None, rsa_key(), None, None, serialization.BestAvailableEncryption(b"x")
    )


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (b"", Shape.EMPTY),
        (b"PK\x03\x04resto", Shape.ZIP),
        (b"PK\x03\x04" + b"x" * 20_000, Shape.ZIP),
        (b"%PDF-1.7", Shape.PDF),
        (b"\xff\xd8\xff\xe0", Shape.IMAGE),
        (b"\x89PNG\r\n", Shape.IMAGE),
        (b"x" * 16_385, Shape.TOO_BIG),
        ("Mi contraseña es…".encode(), Shape.TEXT),
        (b"\x00\x01\x02", Shape.OTHER),
        (b"\x30\x80\x00\x00", Shape.OTHER),
        (b"\x30\x03\x02\x01\x00", Shape.OTHER),
        (b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", Shape.PLAIN_KEY),
        (seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, integer(1))), Shape.PKCS7),
    ],
)
def test_each_has_its_name(data: bytes, shape: Shape) -> None:
    assert recognise(data)[0] is shape


def test_a_certificate_request_is_no_certificate() -> None:
    assert recognise(request())[0] is Shape.REQUEST


def test_a_pfx_is_told() -> None:
    assert recognise(pfx())[0] is Shape.PKCS12


def test_keys_are_told_apart() -> None:
    assert recognise(keys.pkcs8(rsa_key()))[0] is Shape.PLAIN_KEY
    traditional = rsa_key().private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    assert recognise(traditional)[0] is Shape.PLAIN_KEY
    assert recognise(keys.scrypt(2))[0] is Shape.ENCRYPTED_KEY


def test_text_forms_of_a_certificate_are_taken_apart(issue: Issue) -> None:
    der = issue().certificate
    lines = base64.encodebytes(der)
    pem = b"-----BEGIN CERTIFICATE-----\n" + lines + b"-----END CERTIFICATE-----\n"

    assert recognise(der) == (Shape.CERTIFICATE, der)
    assert recognise(pem) == (Shape.CERTIFICATE, der)
    assert recognise(b"\xef\xbb\xbfBag Attributes\r\n" + pem.replace(b"\n", b"\r\n")) == (
        Shape.CERTIFICATE,
        der,
    )
    assert recognise(lines) == (Shape.CERTIFICATE, der)
