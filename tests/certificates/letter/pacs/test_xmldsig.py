"""Signed contracts, against a public sample and another reader of XML signatures."""

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier

from certificates.letter.pacs import xmldsig
from certificates.testing import make_ca
from tests.certificates.conftest import SAT, SAT_PASSWORD, rsa_key

SAMPLE = SAT.parent / "pac" / "finkok-contrato-firmado.xml"
SHA1 = SignatureConfiguration(
    signature_methods=frozenset({SignatureMethod.RSA_SHA1}),
    digest_algorithms=frozenset({DigestAlgorithm.SHA1}),
)
TEXTS = (
    "Lorem Ipsum",
    " \n\ttexto  ",
    "Ñandú & Cía. <b>«negritas»</b> \"a\" 'b'",
    "línea\r\notra",
    "😀 €",
    "]]>",
)


def signed(key: rsa.RSAPrivateKey, certificate: bytes, text: str, rfc: str = "NUPJ800101AB2") -> bytes:
    canonical = xmldsig.document(rfc, "2026-11-29T05:00:00", text)
    info = xmldsig.signed_info(canonical)
    signature = key.sign(info, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    return xmldsig.assembled(canonical, info, signature, certificate)


def verified(data: bytes, certificate: bytes) -> etree._Element:
    """What signxml says was signed."""
    known = x509.load_der_x509_certificate(certificate)
    result = XMLVerifier().verify(data, x509_cert=known, expect_config=SHA1)
    assert not isinstance(result, list)
    return result.signed_xml


@pytest.fixture(scope="module")
def certificate() -> bytes:
    authority = make_ca("AC DE PAPEL", key=rsa_key(9))
    return authority.issue(rfc="NUPJ800101AB2", name="JOSÉ NÚÑEZ", kind="FIEL", key=rsa_key()).certificate


@pytest.mark.parametrize("text", TEXTS)
def test_another_reader_verifies_what_we_sign(certificate: bytes, text: str) -> None:
    read = verified(signed(rsa_key(), certificate, text), certificate)

    assert read.findtext("contrato") == text.replace("\r\n", "\r\n") or (
        not text and not read.findtext("contrato")
    )


@pytest.mark.parametrize(
    ("old", "new"), [(b"NUPJ800101AB2", b"NUPJ800101AB3"), (b"Lorem", b"Morel"), (b"T05:", b"T06:")]
)
def test_and_nothing_that_was_changed_since(certificate: bytes, old: bytes, new: bytes) -> None:
    data = signed(rsa_key(), certificate, "Lorem Ipsum")

    with pytest.raises(InvalidSignature):
        verified(data.replace(old, new, 1), certificate)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_signed_is_canonical(text: str) -> None:
    info = xmldsig.signed_info(xmldsig.document("X&X010101AA1", "2026-11-29T05:00:00", text))

    assert etree.tostring(etree.fromstring(info), method="c14n", exclusive=True) == info


@pytest.mark.parametrize("text", ["\0", "a\x0bb", "\ud800"])
def test_a_text_that_no_xml_holds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"XML compatible|surrogates"):
        xmldsig.document("NUPJ800101AB2", "2026-11-29T05:00:00", text)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the public sample is not here")
class TestSample:
    """The public sample, signed with the SAT's FIEL pair of tests."""

    @pytest.fixture
    def key(self) -> rsa.RSAPrivateKey:
        data = (SAT / "fiel-EKU9003173C9.key").read_bytes()
        key = load_der_private_key(data, SAT_PASSWORD)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    @pytest.fixture
    def ours(self, key: rsa.RSAPrivateKey) -> bytes:
        canonical = xmldsig.document("COSC8001137NA", "2019-01-13T14:15:16", "Lorem Ipsum")
        info = xmldsig.signed_info(canonical)
        signature = key.sign(info, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
        return xmldsig.assembled(canonical, info, signature, (SAT / "fiel-EKU9003173C9.cer").read_bytes())

    def test_the_same_signature_comes_out(self, ours: bytes) -> None:
        name = f".//{{{xmldsig.XMLDSIG}}}SignatureValue"

        assert etree.fromstring(ours).findtext(name) == etree.parse(SAMPLE).findtext(name)

    def test_printed_as_its_maker_printed_it_it_is_the_sample_byte_for_byte(self, ours: bytes) -> None:
        root = etree.fromstring(ours)
        etree.indent(root)

        assert xmldsig.DECLARATION + etree.tostring(root, encoding="UTF-8") + b"\n" == SAMPLE.read_bytes()

    def test_another_reader_verifies_ours(self, ours: bytes) -> None:
        read = verified(ours, (SAT / "fiel-EKU9003173C9.cer").read_bytes())

        assert read.findtext("contrato") == "Lorem Ipsum"

    def test_with_any_other_white_space_it_is_another_signature_as_valid(
        self, key: rsa.RSAPrivateKey
    ) -> None:
        canonical = xmldsig.document("COSC8001137NA", "2019-01-13T14:15:16", "Lorem Ipsum")
        tight = xmldsig.signed_info(canonical).replace(b"\n    ", b"").replace(b"\n  ", b"")
        certificate = (SAT / "fiel-EKU9003173C9.cer").read_bytes()
        signature = key.sign(tight, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303

        data = xmldsig.assembled(canonical, tight, signature, certificate)

        assert base64.b64encode(signature).decode() not in SAMPLE.read_text()
        assert verified(data, certificate).findtext("contrato") == "Lorem Ipsum"
