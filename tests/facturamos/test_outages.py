"""Faults of ours are told from the work's own: pages say 503, jobs wait, the log says a line."""

import errno
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from django.core.files.storage import InvalidStorageError
from django.db import InternalError, OperationalError, ProgrammingError, connection
from django.utils import timezone
from psycopg2 import errors

from facturamos.jobs import tasks
from facturamos.jobs.models import Job
from facturamos.jobs.pauses import FAULT_MAY_LAST
from facturamos.outages import Outage, is_waited_for, outage_of
from facturamos.turns import NoTurn
from facturamos.vault import VaultError
from mailing import outbox
from mailing.models import Message


def caused[E: Exception](error: E, cause: Exception) -> E:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (ReadTimeoutError(endpoint_url="https://s3.example"), Outage.FILES),
        (OperationalError(), Outage.DATABASE),
        (caused(InternalError(), errors.ReadOnlySqlTransaction()), Outage.READ_ONLY),
        (caused(OperationalError(), errors.DiskFull()), Outage.DATABASE_FULL),
        (caused(ProgrammingError(), errors.UndefinedColumn()), Outage.TABLES),
        (caused(ProgrammingError(), errors.UndefinedTable()), Outage.TABLES),
        (caused(ProgrammingError(), errors.SyntaxError()), None),
        (OSError(errno.ENOSPC, ""), Outage.FULL),
        (FileNotFoundError(errno.ENOENT, ""), Outage.FILES),
        (PermissionError(errno.EACCES, ""), Outage.FILES),
        (EndpointConnectionError(endpoint_url="https://s3.example"), Outage.FILES),
        (InvalidStorageError(), Outage.FILES),
        (VaultError(), Outage.RING),
        (NoTurn("hash"), Outage.PROCESSORS),
        (InternalError(), None),
        (ConnectionRefusedError(errno.ECONNREFUSED, ""), None),
        (ValueError(), None),
        (None, None),
    ],
)
def test_what_is_ours(error: Exception | None, outage: Outage | None) -> None:
    assert outage_of(error) is outage


def test_a_statement_that_takes_too_long_is_the_works_own() -> None:
    assert not is_waited_for(caused(OperationalError(), errors.QueryCanceled()))
    assert is_waited_for(OperationalError())


# --- work in the background


@pytest.fixture
def job(db: None) -> Message:
    return outbox.post("companies.password_reset", to="a@example.com", about="1")


type Fail = Callable[[Exception], None]


@pytest.fixture
def work(job: Message, monkeypatch: pytest.MonkeyPatch) -> Fail:
    """Runs the job once, its handler failing so."""

    def run(error: Exception) -> None:
        def fail(message: Message) -> None:
            raise error

        monkeypatch.setattr(tasks, "handler_of", lambda kind: fail)
        Message.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        tasks.run("mailing.message", str(job.pk))
        job.refresh_from_db()

    return run


def test_work_waits_for_us_and_does_not_crash(work: Fail, job: Message) -> None:
    for _ in range(5):
        work(VaultError("the key is not in the ring"))

    assert (job.state, job.crashes, job.last_error) == (Job.State.QUEUED, 0, "VaultError")
    assert job.faulty_since is not None
    assert job.run_after > timezone.now()


def test_the_longer_it_lasts_the_longer_the_pauses(work: Fail, job: Message) -> None:
    work(VaultError())
    assert job.run_after - timezone.now() < timedelta(seconds=6)

    Message.objects.update(faulty_since=timezone.now() - timedelta(minutes=3))
    work(VaultError())
    assert timedelta(minutes=2) < job.run_after - timezone.now() < timedelta(minutes=4)

    Message.objects.update(faulty_since=timezone.now() - timedelta(hours=5))
    work(VaultError())
    assert job.run_after - timezone.now() <= timedelta(minutes=10)


def test_after_a_day_it_is_dead(work: Fail, job: Message) -> None:
    work(VaultError())
    Message.objects.update(faulty_since=timezone.now() - FAULT_MAY_LAST - timedelta(minutes=1))

    work(VaultError())

    assert job.state == Job.State.DEAD


def test_once_it_is_mended_all_is_forgotten(work: Fail, job: Message) -> None:
    work(VaultError())
    Message.objects.update(run_after=timezone.now())
    held = Message.objects.claim(job.pk)
    assert held
    with held.settle():
        pass

    job.refresh_from_db()
    assert (job.state, job.faulty_since) == (Job.State.DONE, None)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_nothing_for_a_moment_is_no_crash(
    work: Fail, job: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work fails for it, and so does the note that it waits."""
    monkeypatch.setattr(tasks, "NOTE_AGAIN_AFTER_SECONDS", (0.0, 0.0))
    note, tries = Job.wait_for_us, []

    def refused_once(self: Job, error: str) -> None:
        tries.append(error)
        with connection.cursor() as cursor:
            cursor.execute(f"SET default_transaction_read_only = {'on' if len(tries) == 1 else 'off'}")
        note(self, error)

    monkeypatch.setattr(Job, "wait_for_us", refused_once)
    work(OperationalError("gone"))

    assert tries == ["OperationalError"] * 2
    assert (job.state, job.crashes) == (Job.State.QUEUED, 0)


def test_its_own_crash_still_counts_three(work: Fail, job: Message) -> None:
    for _ in range(3):
        work(ValueError())

    assert (job.state, job.crashes) == (Job.State.DEAD, 3)


def test_an_outage_is_one_line_of_the_log(work: Fail, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.setFormatter(logging.Formatter("%(message)s"))

    work(VaultError("not in the ring"))

    assert len(caplog.text.strip().splitlines()) == 1
    assert "key ring" in caplog.text
