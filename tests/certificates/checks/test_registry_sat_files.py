"""The SAT's public test material, where it is there: each file gets its right verdict."""

from datetime import UTC, datetime

import pytest

from certificates.authorities.trust import authorities
from certificates.checks.evidence import CheckContext, CsdUpload
from certificates.checks.registry import Report, examine
from certificates.file_types import FileType, recognise
from certificates.testing import make_ca
from certificates.x509 import certificate
from certificates.x509.certificate import CertificateKind
from certificates.x509.der import Unreadable
from tests.certificates.conftest import SAT, SAT_PASSWORD, line, rsa_key

pytestmark = [
    pytest.mark.skipif(not SAT.is_dir(), reason="the SAT's test material is not here"),
    pytest.mark.django_db,
]
AT = datetime(2025, 6, 1, tzinfo=UTC)


def judge(name: str, rfc: str, *, key: str = "", production: bool = False) -> Report:
    certificate, key_file = SAT / f"{name}.cer", SAT / f"{key or name}.key"
    pair = CsdUpload(certificate.read_bytes(), key_file.read_bytes(), SAT_PASSWORD)
    return examine(pair, CheckContext(AT, rfc, production=production, authorities=authorities()))


@pytest.mark.parametrize(
    ("name", "number", "branch"),
    [
        ("EKU9003173C9", "30001000000500003416", "Sucursal 1"),
        ("CACX7605101P8", "30001000000500003316", "Sucirsa 1"),
    ],
)
def test_a_csd_is_valid_and_its_issuer_known(name: str, number: str, branch: str) -> None:
    report = judge(f"csd-{name}", name)

    assert report.ok
    assert report.issuer_known
    assert report.certificate is not None
    assert (report.certificate.kind, report.certificate.number) == (CertificateKind.CSD, number)
    assert report.certificate.branch == branch
    assert {r.code for r in report.results if not r.good} == {"name"}  # there was none to compare


def test_the_fiel_is_refused_as_such() -> None:
    assert judge("fiel-EKU9003173C9", "EKU9003173C9").bad_codes == {"kind"}


def test_the_expired_one_with_enye_in_rfc_and_name_reads_right() -> None:
    report = judge("csd-ONO120726RX3-expired", "OÑO120726RX3")

    assert report.bad_codes == {"validity"}
    assert report.certificate is not None
    assert report.certificate.name == "ORGANICOS ÑAVEZ OSORIO S.A DE C.V SA DE CV"
    assert report.certificate.representative == "MISC491214B86"


def test_all_of_them_are_refused_in_production() -> None:
    report = judge("csd-EKU9003173C9", "EKU9003173C9", production=True)

    assert report.bad_codes == {"issuer", "environment"}
    assert line(report, "issuer").pac_code == "309"


def test_the_fiels_key_is_not_the_csds() -> None:
    report = judge("csd-EKU9003173C9", "EKU9003173C9", key="fiel-EKU9003173C9")

    assert {"pair", "signature"} == report.bad_codes


def test_an_altered_one_is_seen_to_be_so() -> None:
    """Whatever bit of what is signed, or of the signature, was flipped."""
    data = (SAT / "csd-EKU9003173C9.cer").read_bytes()
    known = authorities()
    for byte in range(0, len(data), 5):
        changed = bytearray(data)
        changed[byte] ^= 1 << byte % 8
        try:
            read = certificate.load(bytes(changed))
        except Unreadable:
            continue
        assert known.trace(read).is_forged, byte


@pytest.mark.parametrize("code", ["AC5_SAT", "AC6_SAT", "AC7"])
def test_who_calls_itself_like_a_present_authority_is_refused(code: str) -> None:
    named = certificate.load((SAT / "ca" / f"{code}.cer").read_bytes()).subject
    impostor = make_ca("", key=rsa_key(8), subject=named)
    pair = impostor.issue(rfc="EKU9003173C9", name="X", number="00001000000500000001", key=rsa_key())

    context = CheckContext(datetime.now(UTC), "EKU9003173C9", authorities=authorities())
    report = examine(CsdUpload(pair.certificate, pair.key, pair.password), context)

    assert report.bad_codes == {"issuer"}
    assert "está alterado" in line(report, "issuer").message


def test_the_authorities_are_recognised_and_are_no_csd() -> None:
    for path in (SAT / "ca").glob("*.cer"):
        file_type, data = recognise(path.read_bytes())
        assert file_type is FileType.CERTIFICATE
        read = certificate.load(data)
        assert read.is_authority
        assert read.kind is CertificateKind.UNKNOWN
