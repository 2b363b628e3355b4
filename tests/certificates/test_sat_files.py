"""The SAT's public test material, where it is there: each file gets its right verdict."""

from datetime import UTC, datetime

import pytest

from certificates import certificate
from certificates.certificate import Kind
from certificates.checks import Report, examine
from certificates.evidence import Situation, Upload
from certificates.shapes import Shape, recognise
from certificates.trust import authorities
from tests.certificates.conftest import SAT, SAT_PASSWORD, line

pytestmark = pytest.mark.skipif(not SAT.is_dir(), reason="the SAT's test material is not here")
AT = datetime(2025, 6, 1, tzinfo=UTC)


def judge(name: str, rfc: str, *, key: str = "", production: bool = False) -> Report:
    pair = Upload((SAT / f"{name}.cer").read_bytes(), (SAT / f"{key or name}.key").read_bytes(), SAT_PASSWORD)
    return examine(pair, Situation(AT, rfc, production=production, authorities=authorities()))


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
    assert (report.certificate.kind, report.certificate.number) == (Kind.CSD, number)
    assert report.certificate.branch == branch
    assert {r.code for r in report.results if not r.good} == {"nombre"}  # there was none to compare


def test_the_fiel_is_refused_as_such() -> None:
    assert judge("fiel-EKU9003173C9", "EKU9003173C9").bad_codes == {"tipo"}


def test_the_expired_one_with_enye_in_rfc_and_name_reads_right() -> None:
    report = judge("csd-ONO120726RX3-expired", "OÑO120726RX3")

    assert report.bad_codes == {"vigencia"}
    assert report.certificate is not None
    assert report.certificate.name == "ORGANICOS ÑAVEZ OSORIO S.A DE C.V SA DE CV"
    assert report.certificate.representative == "MISC491214B86"


def test_all_of_them_are_refused_in_production() -> None:
    report = judge("csd-EKU9003173C9", "EKU9003173C9", production=True)

    assert report.bad_codes == {"emisor", "ambiente"}
    assert line(report, "emisor").pac_code == "309"


def test_the_fiels_key_is_not_the_csds() -> None:
    report = judge("csd-EKU9003173C9", "EKU9003173C9", key="fiel-EKU9003173C9")

    assert {"pareja", "firma"} == report.bad_codes


def test_the_authorities_are_recognised_and_are_no_csd() -> None:
    for path in (SAT / "ca").glob("*.cer"):
        shape, data = recognise(path.read_bytes())
        assert shape is Shape.CERTIFICATE
        read = certificate.load(data)
        assert read.is_authority
        assert read.kind is Kind.UNKNOWN
