"""Which authorities the site knows: shipped, added by support, named in settings; alike in all processes."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from certificates.authorities import trust
from certificates.authorities.chain import Authorities, Environment
from certificates.authorities.proposed import propose
from certificates.models import SatAuthority
from certificates.testing import CA, make_ca
from certificates.x509 import certificate
from companies.models import User
from tests.certificates.conftest import NAME, NOW, RFC, Issue, rsa_key
from tests.certificates.sat_names import UTF8, name
from tests.onboarding.backoffice.rows import authority_row

pytestmark = pytest.mark.django_db


def add(ca: CA, support: User, reason: str = "La publicó el SAT.") -> SatAuthority:
    """What support does in admin."""
    return SatAuthority.objects.add(propose(ca.certificate, Authorities(), Authorities()), support, reason)


def is_known(ca: CA) -> bool:
    issued = ca.issue(rfc=RFC, name=NAME, key=rsa_key()).certificate
    return trust.authorities().trace(certificate.load(issued)).authority is not None


def test_the_sats_present_authorities_are_known() -> None:
    ends = {authority.valid_to.year for authority in trust.authorities().known}

    assert {2027, 2031} <= ends
    assert trust.roots().known


def test_one_that_support_adds_is_known_at_once_until_it_is_withdrawn(ca: CA, support: User) -> None:
    assert not is_known(ca)
    row = add(ca, support)
    assert is_known(ca)
    row.withdraw(support, "Era de prueba.", timezone.now())
    assert not is_known(ca)
    row.trust_again("Sí era.")
    assert is_known(ca)


def test_a_change_by_another_process_is_seen_too(ca: CA, support: User) -> None:
    """Nothing of this process is told: rows alone decide."""
    row = add(ca, support)
    assert is_known(ca)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE certificates_satauthority SET withdrawn_at = now() WHERE id = %s", [row.pk])
    assert not is_known(ca)


def test_asking_costs_one_small_query(ca: CA, support: User) -> None:
    add(ca, support)
    trust.authorities()

    with CaptureQueriesContext(connection) as queries:
        trust.authorities()

    assert len(queries) == 1
    assert '"certificate"' not in queries[0]["sql"]


def test_an_added_test_authority_stays_one(ca: CA, support: User) -> None:
    uat = make_ca("", key=rsa_key(9), subject=name(("2.5.4.3", UTF8, "AC UAT")))
    row = add(uat, support)

    found = {a.sha256: a.environment for a in trust.authorities().known}

    assert found[row.sha256] is Environment.TEST


@pytest.mark.parametrize(
    "change", ["DELETE FROM %s", "UPDATE %s SET certificate = ''", "UPDATE %s SET environment = 'test'"]
)
def test_a_row_is_never_deleted_and_its_certificate_never_changes(ca: CA, support: User, change: str) -> None:
    add(ca, support)

    with pytest.raises(InternalError), connection.cursor() as cursor:
        cursor.execute(change % "certificates_satauthority")


def test_one_row_that_cannot_be_read_leaves_the_others(
    ca: CA, issue: Issue, support: User, caplog: pytest.LogCaptureFixture
) -> None:
    add(ca, support)
    authority_row(support)

    assert is_known(ca)
    assert "cannot be read" in caplog.text


def test_every_change_is_in_the_history(ca: CA, support: User) -> None:
    row = add(ca, support, "La publicó el SAT.")
    row.withdraw(support, "Fue un error.", NOW)
    row.trust_again("No lo fue.")

    history = list(SatAuthority.pgh_event_model.objects.order_by("pgh_id"))  # type: ignore[attr-defined]

    assert [event.pgh_label for event in history] == ["insert", "update", "update"]
    assert [event.reason for event in history] == ["La publicó el SAT.", "La publicó el SAT.", "No lo fue."]
    assert [event.withdrawal_reason for event in history] == ["", "Fue un error.", ""]
    assert not hasattr(history[0], "certificate")


# --- without a database


def test_without_a_database_those_that_we_ship_are_known(
    ca: CA, issue: Issue, support: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(ca, support)
    assert trust.authorities_at_hand() is trust.authorities()

    def silent(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr(SatAuthority.objects, "trusted", silent)

    assert trust.authorities_at_hand() is trust.authorities_without_database()
    assert trust.authorities_at_hand().last_end() is not None


# --- settings


def test_settings_add_authorities(ca: CA, tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "AC7_SAT.cer"
    file.write_bytes(ca.certificate)
    settings.SAT_AUTHORITIES = [str(file)]

    issued = ca.issue(rfc=RFC, name=NAME, key=rsa_key()).certificate
    found = trust.authorities().trace(certificate.load(issued))

    assert found.authority is not None
    assert found.authority.environment is Environment.PRODUCTION


def test_settings_add_test_authorities(ca: CA, tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "autoridad.cer"
    file.write_bytes(ca.certificate)
    settings.SAT_TEST_AUTHORITIES = [str(file)]

    issued = ca.issue(rfc=RFC, name=NAME, key=rsa_key()).certificate
    found = trust.authorities().trace(certificate.load(issued))

    assert found.authority is not None
    assert found.authority.environment is Environment.TEST


@pytest.mark.parametrize("content", [None, b"", b"no", "csd"])
def test_a_bad_setting_fails_loudly(
    content: bytes | str | None, issue: Issue, tmp_path: Path, settings: Settings
) -> None:
    file = tmp_path / "AC7_SAT.cer"
    if content is not None:
        file.write_bytes(issue().certificate if isinstance(content, str) else content)
    settings.SAT_AUTHORITIES = [str(file)]

    with pytest.raises(ImproperlyConfigured, match="AC7_SAT"):
        trust.authorities()


def test_the_last_end_counts_what_support_added(support: User) -> None:
    later = make_ca("AC8", key=rsa_key(9), valid_to=NOW + timedelta(days=8000))
    before = trust.authorities().last_end()

    row = add(later, support)

    assert before is not None
    assert trust.authorities().last_end() == row.valid_to > before
