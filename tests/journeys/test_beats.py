"""Of several beats one calls; another takes over from one that ended, was killed or stands still."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from redis import Redis

from facturamos.beat import LEASE
from facturamos.jobs.lanes import HURRY_EVERY, PEOPLE, WORK
from facturamos.status.models import BeatLease
from tests.journeys.test_chaos_broker import OwnBroker, with_broker
from tests.stack import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

# The site's own; a beat that waited for it would end, too, but late.
LOCK_TIMEOUT_SECONDS = 10
# Of what beat calls every two seconds some arrives meanwhile.
LISTEN_SECONDS = 2 * HURRY_EVERY.total_seconds()


class Beats(OwnBroker):
    """Beats without a worker: what they call stays with the broker, and names who called."""

    def begin(self, name: str) -> None:
        self.start(name, "celery", "-A", "facturamos", "beat", "--pidfile=")

    def callers(self) -> set[str]:
        """Who called anything in the next seconds."""
        with Redis(port=self.broker.port) as queues:
            queues.delete(PEOPLE.queue, WORK.queue)
            time.sleep(LISTEN_SECONDS)
            messages = [*queues.lrange(PEOPLE.queue, 0, -1), *queues.lrange(WORK.queue, 0, -1)]
        pids = {name: process.pid for name, process in self.processes.items()}
        called = {
            int(found[1])
            for each in messages
            if (found := re.match(r"gen(\d+)@", json.loads(each)["headers"]["origin"]))
        }
        return {name for name, pid in pids.items() if pid in called}

    def other(self, name: str) -> str:
        return "second" if name == "first" else "first"


@pytest.fixture
def none_yet(tmp_path: Path) -> Iterator[Beats]:
    with with_broker(Beats(tmp_path)) as beats:
        yield beats


@pytest.fixture
def beats(none_yet: Beats) -> Beats:
    none_yet.begin("first")
    none_yet.begin("second")
    wait_for(BeatLease.objects.exists)
    return none_yet


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP])
def test_one_calls_and_the_other_takes_over(beats: Beats, end: signal.Signals) -> None:
    # On a machine so busy that one stands still for five seconds, the turn may change meanwhile.
    elected = wait_for(lambda: "".join(callers) if len(callers := beats.callers()) == 1 else "")
    other = beats.other(elected)
    former = BeatLease.objects.get().holder

    os.kill(beats.processes[elected].pid, end)
    wait_for(BeatLease.objects.exclude(holder=former).exists, seconds=4 * LEASE.total_seconds())

    assert wait_for(lambda: beats.callers() == {other})
    # One that stood still, and goes on, finds that it is no longer the one.
    if end == signal.SIGSTOP:
        os.kill(beats.processes[elected].pid, signal.SIGCONT)
        time.sleep(2)
        assert wait_for(lambda: beats.callers() == {other})


@pytest.mark.parametrize("table", ["status_ringcanary", "status_beatlease", "status_signoflife"])
def test_one_that_is_stopped_while_it_asks_at_its_beginning_ends(none_yet: Beats, table: str) -> None:
    """A signal comes in the midst of a statement: its handler would wait for the same connection for ever."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        none_yet.begin("first")

        stopped_while_waiting(none_yet)


def test_those_that_are_stopped_while_they_ask_whose_turn_it_is_end(beats: Beats) -> None:
    with transaction.atomic():
        BeatLease.objects.select_for_update().get()

        stopped_while_waiting(beats)


def test_those_that_are_stopped_between_two_questions_end(beats: Beats) -> None:
    """As `migrate` may hold the table just when they give up their turn."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE status_beatlease IN ACCESS EXCLUSIVE MODE")

        stopped(beats)


def stopped_while_waiting(beats: Beats) -> None:
    """All wait for a lock, are told to stop, and do."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        wait_for(lambda: waiting_for_locks(cursor) == len(beats.processes))
    stopped(beats)


def stopped(beats: Beats) -> None:
    """All end soon when they are told to."""
    begun = time.monotonic()
    for process in beats.processes.values():
        os.kill(process.pid, signal.SIGTERM)
    for process in beats.processes.values():
        process.wait()
    beats.processes.clear()
    assert time.monotonic() - begun < LOCK_TIMEOUT_SECONDS / 2


def waiting_for_locks(cursor: CursorWrapper) -> int:
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    [count] = cursor.fetchone() or (0,)
    return int(count)
