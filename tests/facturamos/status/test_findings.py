"""What the project says of itself, in each kind of trouble."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from certificates.lco.services import LCO_IMPORT
from facturamos.cage import Barriers
from facturamos.database import commits
from facturamos.devserver.servers import valkey as running_valkey
from facturamos.jobs import broker
from facturamos.jobs.models import kinds
from facturamos.status import findings
from facturamos.status.models import ErrorCount, SignOfLife
from facturamos.status.report import Level, StatusFinding, report
from mailing import outbox
from mailing.models import Message

pytestmark = pytest.mark.django_db


def found(key: str, /, **labels: str) -> StatusFinding:
    """The finding of that key in the whole report."""
    for answer in report():
        for finding in answer.findings:
            if finding.key == key and labels.items() <= finding.labels.items():
                return finding
    raise AssertionError(key)


def mail() -> Message:
    message = outbox.post("companies.password_reset", to="a@example.com", about="1")
    Message.objects.filter(pk=message.pk).update(run_after=timezone.now() - timedelta(minutes=3))
    return message


def test_every_kind_of_job_is_there_by_itself() -> None:
    told = {each.labels["kind"] for each in findings.job_findings()}

    assert told == {kind._meta.label_lower for kind in kinds()}


def test_work_that_waits_too_long_is_bad() -> None:
    assert found("jobs.oldest_age_seconds", kind="mailing.message").level is Level.GOOD
    mail()

    oldest = found("jobs.oldest_age_seconds", kind="mailing.message")

    assert oldest.level is Level.BAD
    assert oldest.number is not None
    assert oldest.number > 120
    assert "1 en espera" in oldest.said


def test_work_whose_time_has_not_come_is_not() -> None:
    message = mail()
    Message.objects.filter(pk=message.pk).update(run_after=timezone.now() + timedelta(hours=1))

    assert found("jobs.oldest_age_seconds", kind="mailing.message").level is Level.GOOD


@pytest.mark.parametrize(
    ("key", "columns"), [("jobs.dead", {"state": "dead"}), ("jobs.faulty", {"faulty_since": timezone.now()})]
)
def test_dead_jobs_and_those_that_wait_for_us_are_bad(key: str, columns: dict[str, object]) -> None:
    message = mail()
    Message.objects.filter(pk=message.pk).update(**columns)

    finding = found(key, kind="mailing.message")

    assert (finding.level, finding.number) == (Level.BAD, 1)
    assert finding.label.startswith("Mensajes")


def test_beat_that_stands_still_is_bad_and_a_worker_that_is_late_asks_for_attention() -> None:
    assert found("processes.sweep_age_seconds").level is Level.BAD

    SignOfLife.objects.note(SignOfLife.SWEEP)
    SignOfLife.objects.note(f"{SignOfLife.WORKER}celery@a")
    assert found("processes.sweep_age_seconds").level is Level.GOOD
    assert found("processes.worker_age_seconds", worker="celery@a").level is Level.GOOD

    SignOfLife.objects.update(at=timezone.now() - timedelta(minutes=6))
    assert found("processes.sweep_age_seconds").level is Level.BAD
    assert found("processes.worker_age_seconds", worker="celery@a").level is Level.WARNING


@pytest.mark.parametrize(
    ("name", "key", "level"),
    [
        (SignOfLife.SWEEP, "processes.sweep_age_seconds", Level.BAD),
        (f"{SignOfLife.WORKER}celery@a", "processes.worker_age_seconds", Level.WARNING),
        (SignOfLife.BACKUP, "backup.age_seconds", Level.WARNING),
        (LCO_IMPORT, "sat.lco_age_seconds", Level.BAD),
    ],
)
def test_a_mark_that_lies_ahead_is_no_good_sign_and_is_told(name: str, key: str, level: Level) -> None:
    SignOfLife.objects.note(name, timezone.now() + timedelta(days=300))

    assert found(key).level is level
    assert "en el futuro" in found(key).said


def test_the_wrong_ring_is_bad_and_its_values_are_counted(settings: Settings) -> None:
    assert found("ring.opens").level is Level.GOOD
    assert found("ring.values", key="t1").number == 1

    settings.FACTURAMOS_KEYS = ["t2:dHdvIGZvciB0aGUgdGVzdHMgb2YgdGhpcyBzaXRlISE="]

    assert found("ring.opens").level is Level.BAD
    assert found("ring.values", key="t1").level is Level.BAD


def test_media_that_cannot_be_written_is_bad(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert found("media.writable").level is Level.GOOD

    settings.MEDIA_ROOT = tmp_path / "file"

    assert any(
        each.level is Level.BAD for each in next(a for a in report() if a.title == "Archivos").findings
    )


def test_a_cage_with_a_gap_asks_for_attention(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "barriers", lambda: Barriers(seccomp=True, landlock_version=0))

    assert (found("cage.complete").level, found("cage.complete").said) == (Level.WARNING, "Sin Landlock")


def test_pages_that_failed_are_bad_until_the_next_hours() -> None:
    ErrorCount.objects.count_one(500)
    ErrorCount.objects.count_one(500)
    assert found("errors.lately").number == 2

    ErrorCount.objects.update(hour=timezone.now() - timedelta(hours=3))
    assert found("errors.lately").level is Level.GOOD


def test_what_cannot_be_found_out_is_bad_and_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> object:
        raise RuntimeError

    monkeypatch.setattr(ErrorCount.objects, "lately", fail)

    assert found("errors.unknown").level is Level.BAD
    assert found("database.writable").level is Level.GOOD


@pytest.fixture
def valkey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A broker of this test's own: what ails the tests' one ails the other process' tests, too."""
    with running_valkey(tmp_path / "valkey") as (url, _):
        monkeypatch.setenv("CELERY_BROKER_WRITE_URL", url)
        with broker.client() as server:
            yield server


@pytest.mark.parametrize("trouble", ["full", "replica"])
def test_a_broker_that_answers_and_takes_nothing_is_bad(valkey: Any, trouble: str) -> None:
    assert found("broker.up").level is Level.GOOD

    if trouble == "full":
        valkey.config_set("maxmemory", "1mb")
    else:
        valkey.execute_command("REPLICAOF", "127.0.0.1", "1")

    assert found("broker.up").level is Level.BAD


def test_a_folder_that_is_gone_is_told_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"

    [finding] = list(findings.media_findings())

    assert (finding.key, finding.level) == ("media.writable", Level.BAD)
    assert "MEDIA_ROOT" in finding.advice


@pytest.mark.parametrize(
    ("waiting", "longest", "said"),
    [
        (0, 0.0, "Sí"),
        (2, 3.0, "Sí"),
        (1, 9.2, "No: 1 guardado espera desde hace 9 s"),
        (3, 20.0, "No: 3 guardados esperan, el primero desde hace 20 s"),
    ],
)
def test_saves_that_nobody_confirms_are_counted(
    monkeypatch: pytest.MonkeyPatch, waiting: int, longest: float, said: str
) -> None:
    monkeypatch.setattr(commits, "waiting", lambda: (waiting, longest))

    assert found(findings.COMMITS).said == said
