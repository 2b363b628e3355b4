"""Jobs: claimed once, never lost, dead after three crashes."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from companies.models import User
from facturamos.celery import app as celery_app
from facturamos.jobs import tasks
from facturamos.jobs.models import Job, LeaseLost
from facturamos.jobs.pauses import MAX_CRASHES
from mailing.models import Mailbox, MailboxTest, Message


@pytest.fixture
def job(db: None) -> Message:
    """A job of the plainest kind; what it does does not matter here."""
    return Message.objects.create(
        kind="tests.nothing", to="ana@example.com", give_up_at=timezone.now() + timedelta(hours=1)
    )


def test_a_job_is_claimed_once(job: Message) -> None:
    first, second = Message.objects.claim(job.pk), Message.objects.claim(job.pk)

    assert first is not None
    assert first.state == Job.State.RUNNING
    assert second is None


def test_a_job_is_not_claimed_before_its_time(job: Message) -> None:
    Message.objects.filter(pk=job.pk).update(run_after=timezone.now() + timedelta(minutes=1))

    assert Message.objects.claim(job.pk) is None


def test_of_ones_many_a_few_run_and_the_others_step_aside(issuer: User, other_issuer: User) -> None:
    """Two tests of one company at a time; the third waits two seconds, and another company's does not."""
    assert issuer.company is not None
    assert other_issuer.company is not None
    mine = Mailbox.objects.create(company=issuer.company)
    theirs = Mailbox.objects.create(company=other_issuer.company)
    first, second, third = (MailboxTest.objects.create(mailbox=mine) for _ in range(3))
    other = MailboxTest.objects.create(mailbox=theirs)
    for test in (first, second):
        assert not MailboxTest.objects.step_aside(test.pk)
        assert MailboxTest.objects.claim(test.pk)

    assert MailboxTest.objects.step_aside(third.pk)
    assert not MailboxTest.objects.step_aside(other.pk)

    third.refresh_from_db()
    assert (third.state, third.attempt, third.sent_at) == (Job.State.QUEUED, 0, None)
    assert third.run_after > timezone.now()
    MailboxTest.objects.filter(pk=first.pk).update(state=Job.State.DONE)
    assert not MailboxTest.objects.step_aside(third.pk)


def test_a_deleted_job_is_left_alone(job: Message) -> None:
    pk = str(job.pk)
    job.delete()

    tasks.run("mailing.message", pk)

    assert not Message.objects.exists()


def test_what_a_worker_did_after_its_lease_was_taken_does_not_count(job: Message) -> None:
    slow = Message.objects.claim(job.pk)
    assert slow is not None
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    Message.objects.update(run_after=timezone.now())
    fast = Message.objects.claim(job.pk)
    assert fast is not None

    with pytest.raises(LeaseLost), slow.settle():
        raise AssertionError("never reached")

    with fast.settle():
        pass
    job.refresh_from_db()
    assert (job.state, job.attempt, job.crashes) == (Job.State.DONE, 2, 1)


def test_an_outcome_that_cannot_be_written_leaves_the_job_running(job: Message) -> None:
    held = Message.objects.claim(job.pk)
    assert held is not None

    with pytest.raises(ZeroDivisionError), held.settle():
        _ = 1 / 0

    job.refresh_from_db()
    assert job.state == Job.State.RUNNING


def test_the_third_crash_is_the_end_and_retry_runs_again(
    job: Message, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for _ in range(MAX_CRASHES):
        Message.objects.update(run_after=timezone.now())
        held = Message.objects.claim(job.pk)
        assert held is not None
        held.crash("ZeroDivisionError")

    job.refresh_from_db()
    assert (job.state, job.last_error) == (Job.State.DEAD, "ZeroDivisionError")

    with django_capture_on_commit_callbacks() as handed_over:
        job.retry()

    job.refresh_from_db()
    assert (job.state, job.crashes, len(handed_over)) == (Job.State.QUEUED, 0, 1)


def test_the_sweeper_queues_what_was_never_handed_over(job: Message) -> None:
    assert list(Message.objects.overdue()) == [job]

    tasks.sweep()

    assert not Message.objects.overdue().exists()


@pytest.fixture
def no_broker() -> Iterator[None]:
    """The broker's address leads nowhere."""
    broker: Any = celery_app
    address = broker.conf.broker_url
    broker.conf.broker_url = "redis://127.0.0.1:1/0"
    broker._after_fork()  # has it forget its connections, and leaves them whole for later
    yield
    broker.conf.broker_url = address
    broker._after_fork()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_broker")
def test_a_broker_that_is_down_costs_less_than_a_second_and_nothing_is_lost(
    caplog: pytest.LogCaptureFixture,
) -> None:
    started = time.monotonic()

    with transaction.atomic():
        job = Message.objects.create(
            kind="tests.nothing", to="ana@example.com", give_up_at=timezone.now()
        ).enqueue()

    assert time.monotonic() - started < 1
    assert "The broker does not answer (OperationalError)" in caplog.text
    job.refresh_from_db()
    assert (job.state, job.sent_at) == (Job.State.QUEUED, None)
    assert list(Message.objects.overdue()) == [job]
