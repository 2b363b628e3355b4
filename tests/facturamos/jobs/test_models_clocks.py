"""Workers whose clocks differ agree on who holds a job: leases are kept by the database's clock."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from facturamos.jobs import sweeper
from facturamos.jobs.models import Job, LeaseLost
from mailing import outbox
from mailing.models import Message

AHEAD = timedelta(seconds=40)

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Message:
    return outbox.post("companies.password_reset", to="a@example.com", about="1")


@pytest.mark.parametrize("off", [AHEAD, -AHEAD, timedelta(hours=73)], ids=str)
def test_a_sweeper_whose_clock_is_off_takes_nothing_from_who_holds_it(job: Message, off: timedelta) -> None:
    held = Message.objects.claim(job.pk)
    assert held

    with time_machine.travel(timezone.now() + off):
        sweeper.sweep()

    with held.settle():
        pass
    job.refresh_from_db()
    assert (job.state, job.crashes, job.attempt) == (Job.State.DONE, 0, 1)


def test_a_worker_whose_clock_is_ahead_holds_no_longer_than_others(job: Message) -> None:
    with time_machine.travel(timezone.now() + AHEAD):
        held = Message.objects.claim(job.pk)
        assert held
        held.heartbeat()

    held.refresh_from_db()
    assert held.lease_until
    assert held.lease_until - timezone.now() < Message.lease() + timedelta(seconds=5)


def test_a_lease_that_is_over_is_over_for_all(job: Message) -> None:
    held = Message.objects.claim(job.pk)
    assert held
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    with time_machine.travel(timezone.now() - AHEAD):
        sweeper.sweep()

    with pytest.raises(LeaseLost):
        held.heartbeat()
