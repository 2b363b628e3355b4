"""The health check of compose: a worker's file, and beat's, are young only while they are at work."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.test_chaos_broker import OwnBroker, with_broker
from tests.stack import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

# One is written every two seconds; on a busy machine that may take longer.
YOUNG_SECONDS = 15.0


class WithHeartbeats(OwnBroker):
    """Each process has a file of its own, named after it."""

    def beats(self, name: str, *command: str) -> Path:
        """Starts one; returns its file, which is there once it is at work."""
        file = self.folder / f"{name}.latido"
        self.more["HEARTBEAT_FILE"] = str(file)
        self.start(name, "celery", "-A", "facturamos", *command)
        wait_for(file.exists, seconds=120)
        return file


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[WithHeartbeats]:
    with with_broker(WithHeartbeats(tmp_path)) as stack:
        yield stack


def renewed(file: Path) -> bool:
    """Whether it is touched again within the time."""
    former, end = file.stat().st_mtime_ns, time.monotonic() + YOUNG_SECONDS
    while time.monotonic() < end:
        if file.stat().st_mtime_ns > former:
            return True
        time.sleep(0.1)
    return False


def silent(file: Path) -> bool:
    """Whether it is not touched for four of its turns, once what was under way is through."""
    time.sleep(3)
    former = file.stat().st_mtime_ns
    time.sleep(8)
    return file.stat().st_mtime_ns == former


def test_they_tell_who_is_at_work(stack: WithHeartbeats) -> None:
    worker = stack.beats("worker", "worker", "--concurrency", "1")
    threads = stack.beats("mailboxes", "worker", "--pool", "threads", "--hostname", "mailboxes@%h")
    beat = stack.beats("beat", "beat", "--pidfile=")
    assert all(renewed(file) for file in (worker, threads, beat))

    os.kill(stack.processes["beat"].pid, signal.SIGSTOP)
    stack.broker.stop()

    assert silent(worker)
    assert silent(threads)
    assert silent(beat)

    stack.broker.start()
    assert renewed(worker)
    assert renewed(threads)
