"""Who issued a certificate: known, unknown, or not who it says."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from certificates import certificate, trust
from certificates.authorities import Authorities, Environment, claims_test_issuer
from certificates.lookalike import CA
from tests.certificates.conftest import Issue


def test_the_issuer_is_found_by_its_signature(ca: CA, issue: Issue) -> None:
    issued = certificate.load(issue().certificate)

    found = Authorities(production=[ca.certificate]).trace(issued)

    assert found.authority is not None
    assert found.authority.environment is Environment.PRODUCTION
    assert not found.is_forged


def test_a_changed_certificate_is_forged(ca: CA, issue: Issue) -> None:
    changed = issue().certificate.replace(b"Matriz", b"Matrix")

    for known in (Authorities(production=[ca.certificate]), Authorities(test=[ca.certificate])):
        assert known.trace(certificate.load(changed)).is_forged


def test_nobody_known_is_no_forgery(issue: Issue) -> None:
    found = Authorities().trace(certificate.load(issue().certificate))

    assert found.authority is None
    assert not found.is_forged


def test_a_newer_key_of_a_production_authority_is_no_forgery(ca: CA, issue: Issue) -> None:
    by_another_key = issue().certificate[:-9] + b"123456789"  # the signature stands last

    assert not Authorities(production=[ca.certificate]).trace(certificate.load(by_another_key)).is_forged
    assert Authorities(test=[ca.certificate]).trace(certificate.load(by_another_key)).is_forged


def test_who_names_a_test_authority_is_believed(issue: Issue) -> None:
    assert not claims_test_issuer(certificate.load(issue().certificate))


def test_settings_add_authorities(ca: CA, issue: Issue, tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "AC7_SAT.cer"
    file.write_bytes(ca.certificate)
    settings.SAT_AUTHORITIES = [str(file)]

    found = trust.authorities().trace(certificate.load(issue().certificate))

    assert found.authority is not None


@pytest.mark.parametrize("content", [None, b"", b"no"])
def test_a_bad_setting_fails_loudly(content: bytes | None, tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "AC7_SAT.cer"
    if content is not None:
        file.write_bytes(content)
    settings.SAT_AUTHORITIES = [str(file)]

    with pytest.raises(ImproperlyConfigured, match="AC7_SAT"):
        trust.authorities()
