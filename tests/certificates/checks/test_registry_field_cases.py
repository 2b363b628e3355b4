"""What people really brought: the files of the field report, where they are."""

from pathlib import Path

import pytest

from certificates.authorities.trust import authorities
from certificates.checks.evidence import CheckContext, CsdUpload
from certificates.checks.registry import Report, examine
from tests.certificates.conftest import NOW, SAT, SAT_PASSWORD, line

CASES = SAT.parents[1] / "cases" / "keys"
pytestmark = [
    pytest.mark.skipif(not (CASES.is_dir() and SAT.is_dir()), reason="the cases are not here"),
    # Which authorities count, the database says.
    pytest.mark.django_db,
]

CER, KEY = SAT / "csd-EKU9003173C9.cer", SAT / "csd-EKU9003173C9.key"


def judge(*, certificate: Path = CER, key: Path = KEY) -> Report:
    upload = CsdUpload(certificate.read_bytes(), key.read_bytes(), SAT_PASSWORD)
    return examine(upload, CheckContext(NOW, "EKU9003173C9", production=False, authorities=authorities()))


@pytest.mark.parametrize("name", ["trailnl.cer", "pem_pub_then_cert.cer"])
def test_a_good_certificate_in_other_dress_is_read(name: str) -> None:
    assert judge(certificate=CASES / name).ok


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sample.sdg", "una solicitud de sellos (.sdg). Es la solicitud que se envía al SAT"),
        ("sample.ren", "una solicitud para renovar la e.firma (.ren)"),
    ],
)
def test_what_certifica_leaves_beside_the_key_is_named(name: str, words: str) -> None:
    for report in (judge(certificate=CASES / name), judge(key=CASES / name)):
        result = line(report, "format")
        assert words in result.message
        assert result.state == "bad"
    assert "Recuperación de certificados" in line(judge(certificate=CASES / name), "format").action


def test_a_key_that_was_copied_as_text_is_to_be_fetched_again() -> None:
    result = line(judge(key=CASES / "crlf.key"), "format")

    assert "se dañó al copiarse como texto" in result.message
    assert "Descárguelo otra vez" in result.action


def test_a_key_that_openssl_encrypted_does_have_a_password() -> None:
    result = line(judge(key=CASES / "pkcs1_enc_pem.key"), "key")

    assert result.reason == "key.converted"
    assert "Tiene contraseña" in result.message
