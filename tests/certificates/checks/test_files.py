"""The checks of the two files and the password, on made pairs: good, warning and bad."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization

from certificates.checks.evidence import CheckContext
from certificates.testing import encrypt_key
from tests.certificates import keys
from tests.certificates.conftest import NOW, Issue, judge, line, rsa_key
from tests.certificates.odd_files import converted_key, pem


def test_swapped_files(issue: Issue, context: CheckContext) -> None:
    pair = issue()

    report = judge(pair, context, certificate=pair.key, key=pair.certificate)

    assert line(report, "format").reason == "swapped"
    assert report.refused_at_once


def test_pem_text_inside_a_cer_is_read_with_a_notice(issue: Issue, context: CheckContext) -> None:
    pair = issue()
    text = pem(pair.certificate, "CERTIFICATE")

    report = judge(pair, context, certificate=text, key=pem(pair.key, "ENCRYPTED PRIVATE KEY"))

    assert report.ok
    assert line(report, "format").state == "warning"


def test_what_a_copy_left_behind_the_files_is_no_reason_for_a_notice(
    issue: Issue, context: CheckContext
) -> None:
    pair = issue()

    report = judge(pair, context, certificate=pair.certificate + b"\r\n", key=pair.key + b"\0\0")

    assert report.ok
    assert line(report, "format").good


def test_certificate_and_key_in_one_text_serve_both_fields(issue: Issue, context: CheckContext) -> None:
    pair = issue()
    text = pem(pair.key, "ENCRYPTED PRIVATE KEY") + pem(pair.certificate, "CERTIFICATE")

    assert judge(pair, context, certificate=text, key=text).ok


def test_kind_refuses_a_fiel(issue: Issue, context: CheckContext) -> None:
    result = line(judge(issue(kind="FIEL"), context), "kind")

    assert (result.state, result.pac_code, result.reason) == ("bad", "306", "fiel")
    assert "aunque abra el portal del SAT" in result.objection
    assert "CertiSAT Web" in result.objection


def test_what_a_person_reads_first_has_no_words_of_the_trade(issue: Issue, context: CheckContext) -> None:
    pair = issue()
    plain = keys.pkcs8(pair.private_key)
    uploads = [
        {},
        {"key": keys.md5_des(plain, pair.password)},
        {"key": keys.pbes1_header("1.2.840.113549.1.5.1")},
        {"key": keys.scrypt(4)},
        {"key": plain},
        {"key": converted_key()},
        {"key": encrypt_key(rsa_key(5, 1024), pair.password)},
        {"certificate": pair.key},
    ]

    for changes in uploads:
        for result in judge(pair, context, **changes).results:
            said = f"{result.title} {result.message} {result.action}"
            assert not re.search(r"DES|AES|RSA|SHA|MD5|PKCS|PBE|OpenSSL|PAC\b|\b30\d\b", said), said


def test_key_tells_a_key_that_another_program_converted(issue: Issue, context: CheckContext) -> None:
    report = judge(issue(), context, key=converted_key())

    assert line(report, "format").good
    assert line(report, "key").reason == "key.converted"
    assert "Tiene contraseña" in line(report, "key").message


@pytest.mark.parametrize(("production", "state"), [(True, "bad"), (False, "warning")])
def test_kind_does_not_guess(issue: Issue, context: CheckContext, production: bool, state: str) -> None:
    other = issue(usage=b"\x05\xa0")  # digitalSignature and keyEncipherment, as a web server's

    report = judge(other, replace(context, production=production))

    assert line(report, "kind").state == state
    assert report.for_support


def test_key_refuses_a_key_without_password(issue: Issue, context: CheckContext) -> None:
    plain = rsa_key().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    result = line(judge(issue(), context, key=plain), "key")

    assert (result.state, result.reason) == ("bad", "key.plain")


@pytest.mark.parametrize("bits", [1024, 5120])
def test_key_refuses_other_sizes(issue: Issue, context: CheckContext, bits: int) -> None:
    key = encrypt_key(rsa_key(5, bits), b"x")

    result = line(judge(issue(), context, key=key, password=b"x"), "key")

    assert (result.state, result.reason) == ("bad", "key.size")


def test_password_hints_at_the_slip(issue: Issue, context: CheckContext) -> None:
    pair = issue(password="Año2026".encode())

    reasons = {
        typed: line(judge(pair, context, password=typed.encode()), "password").reason
        for typed in ("Año2026 ", " Año2026", "aÑO2026", "Ano2026", "Año2026")
    }

    assert reasons == {
        "Año2026 ": "trailing_space",
        " Año2026": "leading_space",
        "aÑO2026": "caps_lock",
        "Ano2026": "wrong",
        "Año2026": "",
    }


def test_password_in_latin_1_opens_with_a_notice(issue: Issue, context: CheckContext) -> None:
    pair = issue(password="DISEÑOS2020".encode("latin-1"))

    report = judge(pair, context, password="DISEÑOS2020".encode())

    assert report.ok
    assert line(report, "password").state == "warning"


def test_password_missing_is_no_fault_of_the_files(issue: Issue, context: CheckContext) -> None:
    report = judge(issue(), context, password=None)

    assert not report.ok
    assert report.wants_password
    assert line(report, "password").state == "skipped"


def test_only_a_wrong_password_keeps_the_files(issue: Issue, context: CheckContext) -> None:
    expired = issue(valid_from=NOW - timedelta(days=2000))

    assert judge(issue(), context, password=b"no").wants_password
    assert not judge(expired, context, password=b"no").wants_password


def test_pair_refuses_the_key_of_another_certificate(issue: Issue, context: CheckContext) -> None:
    other = issue(key=rsa_key(1))

    report = judge(issue(), context, key=other.key)

    assert line(report, "pair").state == "bad"
    assert line(report, "signature").state == "bad"
