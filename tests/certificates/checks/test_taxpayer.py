"""The checks of what the certificate says, on made pairs: whose it is, from when, by whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from certificates.authorities import shipped
from certificates.authorities.chain import Authorities
from certificates.authorities.trust import authorities_without_database
from certificates.checks.evidence import CheckContext
from certificates.testing import CA, Pair, make_ca
from certificates.x509 import certificate
from tests.authority import known_ca
from tests.certificates.conftest import NAME, NOW, RFC, Issue, judge, line, rsa_key
from tests.certificates.sat_names import ac6_like, ac7_like


def test_issuer_unknown_is_a_warning_even_in_production(ca: CA, context: CheckContext) -> None:
    pair = ca.issue(
        rfc=RFC,
        name=f"{NAME} SA DE CV",
        valid_from=NOW - timedelta(days=90),
        number="00001000000500000001",
        key=rsa_key(),
    )

    report = judge(pair, replace(context, authorities=Authorities(), production=True))

    assert report.ok
    assert line(report, "issuer").state == "warning"
    assert report.for_support


def test_issuer_of_production_is_good(issue: Issue, context: CheckContext) -> None:
    known = replace(context, authorities=Authorities([known_ca().certificate]), production=True)

    report = judge(issue(number="00001000000500000001"), known)

    assert {result.state.value for result in report.results} == {"good"}


def test_issuer_refuses_a_test_authority_in_production(issue: Issue, context: CheckContext) -> None:
    report = judge(issue(number="00001000000500000001"), replace(context, production=True))

    assert report.bad_codes == {"issuer"}


def test_issuer_refuses_who_names_a_test_authority_in_production(context: CheckContext) -> None:
    uat = make_ca("AC UAT", valid_from=NOW - timedelta(days=900), key=rsa_key(9))
    pair = uat.issue(
        rfc=RFC,
        name="X",
        valid_from=NOW - timedelta(days=90),
        number="00001000000500000001",
        key=rsa_key(),
    )

    assert judge(pair, replace(context, production=True)).bad_codes == {"issuer"}


def test_issuer_is_not_fooled_by_the_name_alone(context: CheckContext) -> None:
    impostor = make_ca("AC DE PRUEBAS", valid_from=NOW - timedelta(days=900), key=rsa_key(8))
    pair = impostor.issue(rfc=RFC, name="X", valid_from=NOW - timedelta(days=90), key=rsa_key())

    result = line(judge(pair, context), "issuer")

    assert (result.state, result.reason) == ("bad", "forged")


@pytest.mark.parametrize("like", [ac6_like, ac7_like])
def test_issuer_takes_an_unknown_issuer_for_the_sats_when_it_says_so(
    like: Callable[..., CA], context: CheckContext
) -> None:
    result = line(judge(a_csd(like(8)), replace(context, production=True)), "issuer")

    assert (result.state, result.reason, result.pac_code) == ("warning", "new_authority", "309")
    assert "una autoridad que aún no conocemos" in result.message
    assert "fals" not in f"{result.title} {result.message}".lower()


def test_issuer_does_not_take_a_stranger_for_the_sats(ca: CA, context: CheckContext) -> None:
    pair = ca.issue(rfc=RFC, name="X", valid_from=NOW - timedelta(days=90), key=rsa_key())

    result = line(judge(pair, replace(context, authorities=Authorities())), "issuer")

    assert result.reason == "unknown_issuer"
    assert result.message == "No tenemos registrada a la autoridad que lo emitió: «AC DE PAPEL»."


def test_issuer_names_a_doubly_encoded_issuer_as_it_was_meant(context: CheckContext) -> None:
    result = line(judge(a_csd(ac6_like(8)), context), "issuer")

    assert "«A.C. del Servicio de Administración Tributaria»" in result.message


@pytest.mark.parametrize("like", [ac6_like, ac7_like])
def test_issuer_refuses_what_a_known_authority_of_that_name_did_not_sign(
    like: Callable[..., CA], context: CheckContext
) -> None:
    known = replace(context, authorities=Authorities([like(9).certificate]), production=True)

    report = judge(a_csd(like(8)), known)

    assert report.bad_codes == {"issuer"}
    assert "está alterado" in line(report, "issuer").message
    assert report.for_support
    assert not report.issuer_known


@pytest.mark.parametrize("production", [True, False])
@pytest.mark.parametrize("code", ["ARC5", "ARC6", "ARC_UAT_2010", "ARC_UAT_2022", "AC_UAT_2022", "AC5"])
def test_issuer_calls_altered_what_bears_the_name_of_a_root_or_a_test_authority_without_its_signature(
    code: str, context: CheckContext, *, production: bool
) -> None:
    """Also where the name alone would be a reason to refuse it."""
    impostor = make_ca("", key=rsa_key(8), subject=certificate.load(shipped.load()[code]).subject)
    known = replace(context, authorities=authorities_without_database(), production=production)

    report = judge(a_csd(impostor), known)

    assert not report.ok
    assert (line(report, "issuer").reason, line(report, "issuer").pac_code) == ("forged", "308")
    assert line(report, "issuer").title == "El certificado está alterado"
    assert not report.issuer_known


@pytest.mark.parametrize(
    ("issued", "ended", "state", "reason"),
    [(900, 0, "good", ""), (900, 800, "good", ""), (90, 91, "warning", "ended_issuer")],
)
def test_issuer_lets_an_authoritys_end_spoil_nothing_that_it_issued_before(
    context: CheckContext, issued: int, ended: int, state: str, reason: str
) -> None:
    ca = ac7_like(9, valid_to=NOW - timedelta(days=ended))
    known = replace(context, authorities=Authorities([ca.certificate]), production=True)

    report = judge(a_csd(ca, age=issued), known)

    assert report.ok
    assert report.issuer_known
    assert (line(report, "issuer").state, line(report, "issuer").reason) == (state, reason)


def a_csd(ca: CA, age: int = 90) -> Pair:
    """A production CSD of the company's by an authority, so many days old."""
    return ca.issue(
        rfc=RFC,
        name=f"{NAME} SA DE CV",
        valid_from=NOW - timedelta(days=age),
        number="00001000000500000001",
        key=rsa_key(),
    )


@pytest.mark.parametrize(
    ("rfc", "representative", "reason"),
    [("EKU9003173C9", "", "other_rfc"), ("EKU9003173C9", RFC, "representative"), ("", "", "no_rfc")],
)
def test_rfc_must_be_the_companys(
    issue: Issue, context: CheckContext, rfc: str, representative: str, reason: str
) -> None:
    result = line(judge(issue(rfc=rfc, representative=representative), context), "rfc")

    assert (result.state, result.pac_code, result.reason) == ("bad", "303", reason)


@pytest.mark.parametrize("rfc", ["PNA190312AB1", "OÑO120726RX3", "NUPJ800101AB2", "A&B190312AB1"])
@pytest.mark.parametrize("representative", ["", "MISC491214B86"])
def test_rfc_of_12_and_13_with_and_without_representative(
    issue: Issue, context: CheckContext, rfc: str, representative: str
) -> None:
    report = judge(issue(rfc=rfc, representative=representative), replace(context, rfc=rfc))

    assert report.ok


@pytest.mark.parametrize(
    ("age", "state", "reason"),
    [
        (timedelta(days=-1), "bad", "early"),
        (timedelta(hours=71), "warning", "new"),
        (timedelta(hours=73), "good", ""),
        (timedelta(days=1420), "warning", "soon"),
        (timedelta(days=1462), "bad", "expired"),
    ],
)
def test_validity(issue: Issue, context: CheckContext, age: timedelta, state: str, reason: str) -> None:
    result = line(judge(issue(valid_from=NOW - age), context), "validity")

    assert (result.state, result.reason) == (state, reason)


def test_environment_refuses_a_test_number_in_production(issue: Issue, context: CheckContext) -> None:
    real = replace(context, production=True, authorities=Authorities())

    assert line(judge(issue(), real), "environment").state == "bad"
    assert line(judge(issue(number="77777000000500000001"), real), "environment").state == "warning"


def test_number_wants_twenty_digits(issue: Issue, context: CheckContext) -> None:
    result = line(judge(issue(number="ABC"), context), "number")

    assert (result.state, result.pac_code) == ("bad", "308")


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("PANADERÍA LA ÑAPA SA DE CV", "good"),
        ("PANADERÍA LA ÑAPA S.A DE C.V SA DE CV", "good"),
        ("PANADERÍA LA ÑAPA", "good"),
        ("PANADERIA LA NAPA", "warning"),
        ("PANADERÍA LA ÑAPA DEL NORTE SA DE CV", "warning"),
    ],
)
def test_name_is_compared_without_regimen_societario(
    issue: Issue, context: CheckContext, name: str, state: str
) -> None:
    assert line(judge(issue(name=name), context), "name").state == state


@pytest.mark.parametrize(
    ("name", "title", "reason"),
    [
        ("PANADERIA LA ÑAPA SA DE CV", "El nombre solo difiere en acentos", "nearly_same_name"),
        ("PANADERÍA. LA ÑAPA SA DE CV", "El nombre solo difiere en puntuación", "nearly_same_name"),
        ("PANADERÍA LAÑAPA SA DE CV", "El nombre solo difiere en espacios", "nearly_same_name"),
        ("PANADERIA-LA ÑAPA", "El nombre solo difiere en acentos, puntuación y espacios", "nearly_same_name"),
        ("PANADERÍA LA NAPA SA DE CV", "El nombre no coincide", "other_name"),
        ("PANADERÍA LA ÑAPAS", "El nombre no coincide", "other_name"),
    ],
)
def test_name_tells_trifles_from_another_name(
    issue: Issue, context: CheckContext, name: str, title: str, reason: str
) -> None:
    result = line(judge(issue(name=name), context), "name")

    assert (result.title, result.reason, result.state) == (title, reason, "warning")
    assert "Constancia de Situación Fiscal" in f"{result.message} {result.action}"


def test_branch(issue: Issue, context: CheckContext) -> None:
    assert line(judge(issue(branch="Peñón"), context), "branch").message == "Peñón"
    assert line(judge(issue(branch=""), context), "branch").state == "warning"
    assert line(judge(issue(kind="FIEL"), context), "branch").state == "skipped"
