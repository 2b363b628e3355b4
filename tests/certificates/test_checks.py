"""Each check's bien, aviso and mal, on look-alike pairs; and that everything wrong is seen at once."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization

from certificates.authorities import Authorities
from certificates.checks import CHECKS
from certificates.evidence import Situation
from certificates.lookalike import CA, Pair, encrypt_key, make_ca
from tests.certificates.conftest import NOW, RFC, Issue, judge, line, rsa_key

ISSUE_3 = "formato tipo llave contrasena pareja firma rfc vigencia emisor ambiente numero nombre sucursal"


def test_the_checks_and_their_order() -> None:
    assert [check.code for check in CHECKS] == ISSUE_3.split()


def test_a_good_pair_is_good_in_every_check(issue: Issue, situation: Situation) -> None:
    report = judge(issue(), situation)

    assert report.ok
    assert {result.code: str(result.state) for result in report.results} == dict.fromkeys(
        ISSUE_3.split(), "bien"
    )


def test_every_refusal_says_what_to_do(issue: Issue, situation: Situation) -> None:
    fiel = issue(kind="FIEL", rfc="EKU9003173C9", valid_from=NOW - timedelta(days=2000), key=rsa_key(1))
    report = judge(Pair(fiel.certificate, issue().key, b"", "", "", rsa_key()), situation, password=b"no")

    assert report.bad_codes == {"tipo", "contrasena", "rfc", "vigencia"}
    assert all(result.action for result in report.results if result.bad)


def test_swapped_files(issue: Issue, situation: Situation) -> None:
    pair = issue()

    report = judge(pair, situation, certificate=pair.key, key=pair.certificate)

    assert line(report, "formato").reason == "swapped"
    assert report.refused_at_once


def test_pem_text_inside_a_cer_is_read_with_a_notice(issue: Issue, situation: Situation) -> None:
    pair = issue()
    text = _pem(pair.certificate, "CERTIFICATE")

    report = judge(pair, situation, certificate=text, key=_pem(pair.key, "ENCRYPTED PRIVATE KEY"))

    assert report.ok
    assert line(report, "formato").state == "aviso"


def _pem(data: bytes, label: str) -> bytes:
    body = base64.encodebytes(data).decode()
    return f"-----BEGIN {label}-----\r\n{body}-----END {label}-----\r\n".encode()


def test_tipo_refuses_a_fiel(issue: Issue, situation: Situation) -> None:
    result = line(judge(issue(kind="FIEL"), situation), "tipo")

    assert (result.state, result.pac_code, result.reason) == ("mal", "306", "fiel")


@pytest.mark.parametrize(("production", "state"), [(True, "mal"), (False, "aviso")])
def test_tipo_does_not_guess(issue: Issue, situation: Situation, production: bool, state: str) -> None:
    other = issue(usage=b"\x05\xa0")  # digitalSignature and keyEncipherment, as a web server's

    report = judge(other, replace(situation, production=production))

    assert line(report, "tipo").state == state
    assert report.for_support


def test_llave_refuses_a_key_without_password(issue: Issue, situation: Situation) -> None:
    plain = rsa_key().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    result = line(judge(issue(), situation, key=plain), "llave")

    assert (result.state, result.reason) == ("mal", "key.plain")


@pytest.mark.parametrize("bits", [1024, 5120])
def test_llave_refuses_other_sizes(issue: Issue, situation: Situation, bits: int) -> None:
    key = encrypt_key(rsa_key(5, bits), b"x")

    result = line(judge(issue(), situation, key=key, password=b"x"), "llave")

    assert (result.state, result.reason) == ("mal", "key.size")


def test_contrasena_hints_at_the_slip(issue: Issue, situation: Situation) -> None:
    pair = issue(password="Año2026".encode())

    reasons = {
        typed: line(judge(pair, situation, password=typed.encode()), "contrasena").reason
        for typed in ("Año2026 ", " Año2026", "aÑO2026", "Ano2026", "Año2026")
    }

    assert reasons == {
        "Año2026 ": "trailing_space",
        " Año2026": "leading_space",
        "aÑO2026": "caps_lock",
        "Ano2026": "wrong",
        "Año2026": "",
    }


def test_contrasena_in_latin_1_opens_with_a_notice(issue: Issue, situation: Situation) -> None:
    pair = issue(password="DISEÑOS2020".encode("latin-1"))

    report = judge(pair, situation, password="DISEÑOS2020".encode())

    assert report.ok
    assert line(report, "contrasena").state == "aviso"


def test_contrasena_missing_is_no_fault_of_the_files(issue: Issue, situation: Situation) -> None:
    report = judge(issue(), situation, password=None)

    assert not report.ok
    assert report.wants_password
    assert line(report, "contrasena").state == "no_aplica"


def test_only_a_wrong_password_keeps_the_files(issue: Issue, situation: Situation) -> None:
    expired = issue(valid_from=NOW - timedelta(days=2000))

    assert judge(issue(), situation, password=b"no").wants_password
    assert not judge(expired, situation, password=b"no").wants_password


def test_pareja_refuses_the_key_of_another_certificate(issue: Issue, situation: Situation) -> None:
    other = issue(key=rsa_key(1))

    report = judge(issue(), situation, key=other.key)

    assert line(report, "pareja").state == "mal"
    assert line(report, "firma").state == "mal"


@pytest.mark.parametrize(
    ("rfc", "representative", "reason"),
    [("EKU9003173C9", "", "other_rfc"), ("EKU9003173C9", RFC, "representative"), ("", "", "no_rfc")],
)
def test_rfc_must_be_the_companys(
    issue: Issue, situation: Situation, rfc: str, representative: str, reason: str
) -> None:
    result = line(judge(issue(rfc=rfc, representative=representative), situation), "rfc")

    assert (result.state, result.pac_code, result.reason) == ("mal", "303", reason)


@pytest.mark.parametrize("rfc", ["PNA190312AB1", "OÑO120726RX3", "NUPJ800101AB2", "A&B190312AB1"])
@pytest.mark.parametrize("representative", ["", "MISC491214B86"])
def test_rfc_of_12_and_13_with_and_without_representative(
    issue: Issue, situation: Situation, rfc: str, representative: str
) -> None:
    report = judge(issue(rfc=rfc, representative=representative), replace(situation, rfc=rfc))

    assert report.ok


@pytest.mark.parametrize(
    ("age", "state", "reason"),
    [
        (timedelta(days=-1), "mal", "early"),
        (timedelta(hours=71), "aviso", "new"),
        (timedelta(hours=73), "bien", ""),
        (timedelta(days=1420), "aviso", "soon"),
        (timedelta(days=1462), "mal", "expired"),
    ],
)
def test_vigencia(issue: Issue, situation: Situation, age: timedelta, state: str, reason: str) -> None:
    result = line(judge(issue(valid_from=NOW - age), situation), "vigencia")

    assert (result.state, result.reason) == (state, reason)


def test_emisor_unknown_is_a_warning_even_in_production(issue: Issue, situation: Situation) -> None:
    unknown = replace(situation, authorities=Authorities(), production=True)

    report = judge(issue(number="00001000000500000001"), unknown)

    assert report.ok
    assert line(report, "emisor").state == "aviso"
    assert report.for_support


def test_emisor_of_production_is_good(ca: CA, issue: Issue, situation: Situation) -> None:
    known = replace(situation, authorities=Authorities([ca.certificate]), production=True)

    report = judge(issue(number="00001000000500000001"), known)

    assert {result.state.value for result in report.results} == {"bien"}


def test_emisor_refuses_a_test_authority_in_production(issue: Issue, situation: Situation) -> None:
    report = judge(issue(number="00001000000500000001"), replace(situation, production=True))

    assert report.bad_codes == {"emisor"}


def test_emisor_refuses_who_names_a_test_authority_in_production(situation: Situation) -> None:
    uat = make_ca("AC UAT", valid_from=NOW - timedelta(days=900), key=rsa_key(9))
    pair = uat.issue(
        rfc=RFC,
        name="X",
        valid_from=NOW - timedelta(days=90),
        number="00001000000500000001",
        key=rsa_key(),
    )

    assert judge(pair, replace(situation, production=True)).bad_codes == {"emisor"}


def test_emisor_is_not_fooled_by_the_name_alone(issue: Issue, situation: Situation) -> None:
    impostor = make_ca("AC DE PAPEL", valid_from=NOW - timedelta(days=900), key=rsa_key(8))
    pair = impostor.issue(rfc=RFC, name="X", valid_from=NOW - timedelta(days=90), key=rsa_key())

    result = line(judge(pair, situation), "emisor")

    assert (result.state, result.reason) == ("mal", "forged")


def test_ambiente_refuses_a_test_number_in_production(issue: Issue, situation: Situation) -> None:
    real = replace(situation, production=True, authorities=Authorities())

    assert line(judge(issue(), real), "ambiente").state == "mal"
    assert line(judge(issue(number="77777000000500000001"), real), "ambiente").state == "aviso"


def test_numero_wants_twenty_digits(issue: Issue, situation: Situation) -> None:
    result = line(judge(issue(number="ABC"), situation), "numero")

    assert (result.state, result.pac_code) == ("mal", "308")


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("PANADERÍA LA ÑAPA SA DE CV", "bien"),
        ("PANADERÍA LA ÑAPA S.A DE C.V SA DE CV", "bien"),
        ("PANADERÍA LA ÑAPA", "bien"),
        ("PANADERIA LA NAPA", "aviso"),
        ("PANADERÍA LA ÑAPA DEL NORTE SA DE CV", "aviso"),
    ],
)
def test_nombre_is_compared_without_regimen_societario(
    issue: Issue, situation: Situation, name: str, state: str
) -> None:
    assert line(judge(issue(name=name), situation), "nombre").state == state


def test_sucursal(issue: Issue, situation: Situation) -> None:
    assert line(judge(issue(branch="Peñón"), situation), "sucursal").message == "Peñón"
    assert line(judge(issue(branch=""), situation), "sucursal").state == "aviso"
    assert line(judge(issue(kind="FIEL"), situation), "sucursal").state == "no_aplica"


def test_what_cannot_be_checked_says_why(situation: Situation) -> None:
    report = judge(Pair(b"", b"", b"", "", "", rsa_key()), situation)

    assert report.bad_codes == {"formato"}
    assert all(result.message for result in report.results)
