"""The sweeper: rows are the queue, lanes have windows, and nothing is handed over twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from companies.models import User
from facturamos.celery import app as celery_app
from facturamos.jobs import broker, tasks
from facturamos.jobs.lanes import LANES, MAIL, MAILBOXES, PEOPLE, WORK
from facturamos.jobs.models import Job, kinds
from facturamos.status.models import SignOfLife
from mailing import outbox
from mailing.models import MailboxTest, Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_broker() -> Iterator[None]:
    """No task of another test lies in it."""
    purge()
    yield
    purge()


def purge() -> None:
    with broker.client() as client:
        client.delete(*(lane.queue for lane in LANES), broker.TAKEN, broker.TAKEN_AT)


def length(queue: str) -> int:
    with broker.client() as client:
        return int(client.llen(queue))


def waiting(count: int, turn: str = "a") -> list[Message]:
    """Messages that nobody has been told about, the oldest first."""
    begun = timezone.now() - timedelta(hours=1)
    return Message.objects.bulk_create(
        Message(
            kind="tests.nothing",
            to="ana@example.com",
            turn=turn,
            run_after=begun + timedelta(milliseconds=number),
            give_up_at=timezone.now() + timedelta(days=1),
        )
        for number in range(count)
    )


def later(seconds: int) -> None:
    """What was handed over, was so long ago."""
    Message.objects.exclude(sent_at=None).update(sent_at=timezone.now() - timedelta(seconds=seconds))


def test_a_lane_is_filled_and_no_further() -> None:
    waiting(100)

    for _ in range(5):
        tasks.sweep()
        later(3600)

    assert MAIL.window == 25
    assert length(MAIL.queue) == 25
    assert Message.objects.handed_over().count() == 25


def test_what_runs_fills_its_lane_too() -> None:
    waiting(100)
    Message.objects.filter(pk__in=[message.pk for message in waiting(20, "b")]).update(
        state=Job.State.RUNNING, lease_until=timezone.now() + timedelta(minutes=1)
    )

    tasks.sweep()

    assert length(MAIL.queue) == 5


def test_the_few_do_not_wait_behind_the_many() -> None:
    waiting(2_000, "distributor 1")
    few = waiting(3, "distributor 2")

    tasks.sweep()

    handed = set(Message.objects.handed_over().values_list("pk", flat=True))
    assert {message.pk for message in few} <= handed
    assert len(handed) == 25


def test_a_task_that_the_broker_lost_is_handed_over_again() -> None:
    waiting(10)
    tasks.sweep()
    purge()

    tasks.sweep()
    assert length(MAIL.queue) == 0  # a worker may have taken them this moment
    later(60)
    tasks.sweep()

    assert length(MAIL.queue) == 10


def test_a_task_that_its_row_does_not_know_of_is_not_handed_over_twice() -> None:
    waiting(10)
    tasks.sweep()
    Message.objects.update(sent_at=None)

    tasks.sweep()

    assert length(MAIL.queue) == 10
    assert not Message.objects.overdue().exists()


def test_a_task_that_a_worker_has_just_taken_out_is_not_handed_over() -> None:
    waiting(1)
    tasks.sweep()
    later(60)
    with broker.client() as client:
        raw = client.rpop(MAIL.queue)
        client.hset(broker.TAKEN, "tag", f"[{raw.decode()}, null, null]")
        client.zadd(broker.TAKEN_AT, {"tag": timezone.now().timestamp()})
        tasks.sweep()
        assert length(MAIL.queue) == 0

        # The worker was killed before it claimed the row.
        client.zadd(broker.TAKEN_AT, {"tag": timezone.now().timestamp() - 60})
        tasks.sweep()

    assert length(MAIL.queue) == 1


def test_of_two_who_hand_a_row_over_one_does() -> None:
    [message] = waiting(1)

    assert message.send()
    assert Message.objects.get().send()

    assert length(MAIL.queue) == 1


def test_a_row_that_waits_again_has_another_ticket() -> None:
    [message] = waiting(1)
    message.send()
    held = Message.objects.claim(message.pk)
    assert held is not None
    held.postpone(timedelta(0))

    assert held.ticket != message.ticket
    tasks.sweep()
    assert length(MAIL.queue) == 2  # the first is thrown away by whoever takes it


def test_a_broker_that_is_down_stops_the_sweep_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(3)
    monkeypatch.setattr(broker, "tickets", lambda: 1 / 0)

    tasks.sweep()

    assert Message.objects.overdue().count() == 3


def test_every_kind_is_in_a_lane_and_what_people_wait_for_in_the_first() -> None:
    first = {kind.__name__ for kind in kinds() if kind.LANE in (PEOPLE, MAILBOXES)}

    assert {kind.LANE for kind in kinds()} <= set(LANES)
    assert first >= {"CsdValidation", "MailboxTest", "TestInvoice", "ResetRequest", "ValidatorQuery"}
    assert Message.LANE == MAIL
    assert PEOPLE.window is MAILBOXES.window is None
    assert (MailboxTest.LANE, WORK.window) == (MAILBOXES, 1)


def test_a_worker_without_queues_serves_all_and_the_sweeper_is_not_behind_mail() -> None:
    served = {queue.name for queue in celery_app.conf.task_queues}

    assert served == {lane.queue for lane in LANES}
    assert celery_app.conf.task_routes["facturamos.jobs.sweep"] == {"queue": PEOPLE.queue}


def abandoned_while(job: Message, *, silent: bool) -> None:
    """Claimed, and its lease over before anybody sweeps again."""
    job.refresh_from_db()
    Message.objects.update(run_after=timezone.now())
    assert Message.objects.claim(job.pk)
    if silent:
        SignOfLife.objects.filter(name=SignOfLife.SWEEP).update(at=Now() - timedelta(minutes=1))
    # The first sweep after a silence may come before the lease is over.
    tasks.sweep()
    Message.objects.update(lease_until=Now() - timedelta(seconds=1))
    tasks.sweep()


def test_a_silence_of_ours_is_no_crash_of_the_work(issuer: User) -> None:
    job = outbox.post("companies.password_reset", to="a@example.com", about=issuer)
    tasks.sweep()

    for _ in range(4):
        abandoned_while(job, silent=True)

    job.refresh_from_db()
    assert (job.state, job.crashes) == (Message.State.QUEUED, 0)
    assert job.faulty_since is not None


def test_a_worker_that_dies_while_others_work_is_a_crash(issuer: User) -> None:
    job = outbox.post("companies.password_reset", to="a@example.com", about=issuer)
    tasks.sweep()
    abandoned_while(job, silent=True)
    SignOfLife.objects.filter(name=SignOfLife.SILENCE).update(at=Now() - timedelta(hours=1))

    for _ in range(3):
        abandoned_while(job, silent=False)

    job.refresh_from_db()
    assert (job.state, job.crashes) == (Message.State.DEAD, 3)


def test_a_silence_that_lies_ahead_excuses_no_crash(issuer: User) -> None:
    job = outbox.post("companies.password_reset", to="a@example.com", about=issuer)
    tasks.sweep()
    SignOfLife.objects.note(SignOfLife.SILENCE, timezone.now() + timedelta(days=300))

    for _ in range(3):
        abandoned_while(job, silent=False)

    job.refresh_from_db()
    assert (job.state, job.crashes) == (Message.State.DEAD, 3)
