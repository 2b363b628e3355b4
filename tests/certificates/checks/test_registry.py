"""All checks together: their order, and that everything wrong is seen at once."""

from datetime import timedelta

from certificates.checks.evidence import CheckContext
from certificates.checks.registry import CHECKS
from certificates.testing import Pair
from tests.certificates.conftest import NOW, Issue, judge, rsa_key

CODES = "format kind key password pair signature rfc validity issuer environment number name branch"
WORDS = "formato tipo llave contrasena pareja firma rfc vigencia emisor ambiente numero nombre sucursal"


def test_the_checks_and_their_order() -> None:
    """These stand in this order, wherever another comes in between: codes are stored, words typed."""
    assert [check.code for check in CHECKS if check.code in CODES.split()] == CODES.split()
    assert [check.word for check in CHECKS if check.code in CODES.split()] == WORDS.split()


def test_a_good_pair_is_good_in_every_check(issue: Issue, context: CheckContext) -> None:
    report = judge(issue(), context)

    assert report.ok
    assert {result.code: str(result.state) for result in report.results} == dict.fromkeys(
        (check.code for check in CHECKS), "good"
    )


def test_every_refusal_says_what_to_do(issue: Issue, context: CheckContext) -> None:
    fiel = issue(kind="FIEL", rfc="EKU9003173C9", valid_from=NOW - timedelta(days=2000), key=rsa_key(1))
    report = judge(Pair(fiel.certificate, issue().key, b"", "", "", rsa_key()), context, password=b"no")

    assert report.bad_codes == {"kind", "password", "rfc", "validity"}
    assert all(result.action for result in report.results if result.bad)


def test_what_cannot_be_checked_says_why(context: CheckContext) -> None:
    report = judge(Pair(b"", b"", b"", "", "", rsa_key()), context)

    assert report.bad_codes == {"format"}
    assert all(result.message for result in report.results)
