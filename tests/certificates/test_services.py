"""A CSD's life, over the real database; the worker's part is done in process."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, InternalError, connection
from django.utils import timezone

from certificates import services
from certificates.models import Csd, CsdValidation, Diagnosis, SecretAccess
from certificates.testing import Pair
from companies.models import Company, User
from facturamos.celery import app
from facturamos.vault import Secret
from tests.certificates.conftest import NOW, Issue, receive, rsa_key, work

pytestmark = pytest.mark.django_db

State = Csd.State


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_valid_pair_becomes_active(company: Company, issue: Issue) -> None:
    csd = receive(company, issue(branch="Sucursal Peñón"))

    job = work(csd)

    assert job.state == CsdValidation.State.DONE
    assert (csd.state, csd.rfc, csd.branch) == (State.ACTIVE, "PNA190312AB1", "Sucursal Peñón")
    assert csd.draft_until is None
    assert csd.activated_at == NOW
    diagnosis = Diagnosis.objects.get()
    assert diagnosis.ok
    assert diagnosis.csd == csd


def test_key_and_password_are_encrypted(company: Company, issue: Issue) -> None:
    pair = issue(password=b"canario-9731")

    csd = receive(company, pair)

    with connection.cursor() as cursor:
        cursor.execute("SELECT key, password FROM certificates_csd WHERE id = %s", [csd.pk])
        key, password = (bytes(value) for value in cursor.fetchone())
    assert pair.key not in key
    assert pair.key[80:120] not in key
    assert b"canario-9731" not in password


def test_a_wrong_password_keeps_the_encrypted_pair_for_an_hour_but_not_the_password(
    company: Company, issue: Issue
) -> None:
    csd = receive(company, issue(), b"equivocada")

    work(csd)

    assert csd.state == State.WAITING_PASSWORD
    assert csd.key is not None
    assert csd.password is None
    assert csd.draft_until == NOW + timedelta(hours=1)


def test_then_the_password_alone_is_enough(company: Company, issue: Issue) -> None:
    pair = issue()
    csd = receive(company, pair, b"equivocada")
    work(csd)

    again = services.retry(company, Secret(pair.password), timezone.now())

    assert again == csd
    work(csd)
    assert csd.state == State.ACTIVE


def test_without_a_password_the_pair_waits_and_no_work_is_queued(company: Company, issue: Issue) -> None:
    csd = receive(company, issue(), b"")

    assert csd.state == State.WAITING_PASSWORD
    assert not csd.validations.exists()
    assert services.overview(company).state == "waiting_password"


def test_after_the_hour_nothing_is_left_of_a_draft(company: Company, issue: Issue) -> None:
    csd = receive(company, issue(), b"")

    with time_machine.travel(NOW + timedelta(minutes=59), tick=False):
        assert services.expire_drafts() == 0
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert services.retry(company, Secret(b"12345678a"), timezone.now()) is None
        assert services.expire_drafts() == 1

    csd.refresh_from_db()
    assert (csd.state, csd.key, csd.password) == (State.REFUSED, None, None)


@pytest.mark.parametrize("kind", ["FIEL", "foreign", "swapped"])
def test_the_request_itself_refuses_and_stores_nothing_but_the_diagnosis(
    company: Company, issue: Issue, kind: str
) -> None:
    pair = issue(kind="FIEL") if kind == "FIEL" else issue(rfc="EKU9003173C9")
    certificate, key = (pair.key, pair.certificate) if kind == "swapped" else (pair.certificate, pair.key)

    with pytest.raises(services.UploadRefused) as refused:
        services.receive(
            company,
            None,
            certificate=certificate,
            key=key,
            password=Secret(pair.password),
            now=NOW,
        )

    assert not Csd.objects.exists()
    assert Diagnosis.objects.get() == refused.value.diagnosis
    assert refused.value.problems


def test_a_fiels_key_under_a_csds_certificate_is_wiped_by_the_task(company: Company, issue: Issue) -> None:
    pair, fiel = issue(), issue(kind="FIEL", key=rsa_key(1))
    mixed = Pair(pair.certificate, fiel.key, fiel.password, "", "", fiel.private_key)
    csd = receive(company, mixed, key_name=fiel.key_name)

    work(csd)

    assert (csd.state, csd.key, csd.password) == (State.REFUSED, None, None)
    found = next(r for r in Diagnosis.objects.get().results if r.code == "pair")
    assert "FIEL" in found.message


def test_an_expired_pair_is_refused_by_the_task_and_wiped(company: Company, issue: Issue) -> None:
    csd = receive(company, issue(valid_from=NOW - timedelta(days=2000)))

    work(csd)

    assert (csd.state, csd.key, csd.password) == (State.REFUSED, None, None)
    assert services.overview(company).state == "refused"


def test_a_renewal_takes_over_in_one_transaction(company: Company, issue: Issue) -> None:
    first = receive(company, issue())
    work(first)

    second = receive(company, issue(key=rsa_key(1)))
    first.refresh_from_db()
    assert first.state == State.ACTIVE  # until the other is found valid
    work(second)

    first.refresh_from_db()
    assert (first.state, first.key, first.password) == (State.REPLACED, None, None)
    assert second.state == State.ACTIVE
    assert first.certificate


def test_a_refused_renewal_leaves_the_active_one_alone(company: Company, issue: Issue) -> None:
    first = receive(company, issue())
    work(first)

    work(receive(company, issue(valid_from=NOW - timedelta(days=2000))))

    overview = services.overview(company)
    assert overview.state == "refused"
    assert overview.csd is not None
    assert services.csd_status(company).state == "valid"


def test_a_newer_upload_gives_the_older_one_up(company: Company, issue: Issue) -> None:
    older = receive(company, issue())
    newer = receive(company, issue(key=rsa_key(1)))

    job = work(older)

    assert job.state == CsdValidation.State.DONE
    assert (older.state, older.key) == (State.REPLACED, None)
    work(newer)
    assert newer.state == State.ACTIVE


def test_one_rfc_is_active_once_and_nobody_learns_whose(
    company: Company, other_issuer: User, issue: Issue
) -> None:
    other = other_issuer.company
    assert other is not None
    Company.objects.filter(pk=other.pk).update(rfc=company.rfc)
    other.refresh_from_db()
    work(receive(other, issue()))

    csd = receive(company, issue(key=rsa_key(1)))
    work(csd)

    assert csd.state == State.REFUSED
    told = " ".join(r.title + r.message + r.action for r in services.overview(company).report)
    assert other.name not in told
    assert services.overview(company).problems[0].code == "rfc"


def test_the_database_allows_one_active_csd_per_company(company: Company, issue: Issue) -> None:
    work(receive(company, issue()))
    second = receive(company, issue(key=rsa_key(1)))

    with pytest.raises(IntegrityError, match="csd_one_active_per_company"):
        Csd.objects.filter(pk=second.pk).update(state=State.ACTIVE, draft_until=None)


def test_every_opening_leaves_a_record_that_cannot_be_changed(company: Company, issue: Issue) -> None:
    csd = receive(company, issue())
    assert not SecretAccess.objects.exists()

    work(csd)

    access = SecretAccess.objects.get()
    assert (access.csd, access.purpose) == (csd, SecretAccess.Purpose.VALIDATE)
    with pytest.raises(InternalError, match="Cannot update or delete"):
        access.delete()


def test_a_dead_validation_can_be_run_again(company: Company, issue: Issue) -> None:
    csd = receive(company, issue())
    csd.validations.update(state=CsdValidation.State.DEAD)
    assert services.overview(company).stuck

    csd.validations.get().retry()

    assert services.overview(company).state == "validating"
    work(csd)
    assert csd.state == State.ACTIVE


def test_a_deleted_companys_validation_ends_quietly(company: Company, issue: Issue) -> None:
    csd = receive(company, issue())
    Csd.objects.filter(pk=csd.pk).update(key=None, password=None)

    assert work(csd).state == CsdValidation.State.DONE


def test_visible_to_keeps_companies_apart(
    company: Company, issue: Issue, issuer: User, other_issuer: User, distributor: User, support: User
) -> None:
    csd = receive(company, issue())
    work(csd)

    for rows in (Csd.objects, CsdValidation.objects, Diagnosis.objects, SecretAccess.objects):
        assert rows.visible_to(issuer).count() == 1
        assert rows.visible_to(distributor).count() == 1
        assert rows.visible_to(support).count() == 1
        assert not rows.visible_to(other_issuer).exists()


def test_history_tells_the_life_and_no_secret(company: Company, issue: Issue) -> None:
    csd = receive(company, issue())
    work(csd)

    events = apps.get_model("certificates", "CsdEvent").objects.filter(pgh_obj_id=csd.pk).order_by("pgh_id")

    assert [event.state for event in events] == [State.VALIDATING, State.ACTIVE]
    assert {"key", "password"}.isdisjoint(field.name for field in events.model._meta.fields)


def test_beat_finds_the_task_that_wipes_drafts() -> None:
    app.loader.import_default_modules()

    assert "certificates.expire_drafts" in app.tasks
    assert "certificates.expire_drafts" in {entry["task"] for entry in app.conf.beat_schedule.values()}
