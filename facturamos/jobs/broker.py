"""What lies in the broker: the sweeper hands over no row whose task is still there."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from facturamos.celery import app
from facturamos.jobs.lanes import Lane

# A worker claims a job milliseconds after it took the task out. Who has not after this was killed in between.
CLAIMED_WITHIN = timedelta(seconds=3)
# A failure that takes longer is silence; then so long nobody tries again.
SILENT_AFTER_SECONDS, REST_SECONDS = 1.0, 10.0
# Where kombu's Redis transport keeps what a worker took out and has not acknowledged, and since when.
TAKEN, TAKEN_AT = "unacked", "unacked_index"
TRIAL = "facturamos.prueba"


@contextmanager
def client() -> Iterator[Any]:
    """The broker itself: what kombu's Redis transport (which declares no type for it) speaks through."""
    with app.connection_for_write() as connection:
        channel: Any = connection.default_channel
        yield channel.client


class BrokerRest:
    """After a broker that kept somebody waiting, nobody of this process tries it for a while.

    One that refuses does so at once, and costs nothing.
    """

    def __init__(self) -> None:
        self._until = 0.0

    def lasts(self) -> bool:
        """Whether it is left alone now."""
        return time.monotonic() < self._until

    def note(self, took: float) -> None:
        """A try failed after so many seconds."""
        if took > SILENT_AFTER_SECONDS:
            self._until = time.monotonic() + REST_SECONDS


rest = BrokerRest()


def fault() -> str:
    """Why no work can be handed over, as the class of the error; "" when it can.

    Something is written: a broker that is full, or another's replica, answers all the same.
    """
    try:
        with client() as valkey:
            valkey.set(TRIAL, "1", ex=60)
    except Exception as error:  # kombu, redis and socket errors alike
        return type(error).__name__
    return ""


def is_first(what: str, *, within: timedelta) -> bool:
    """Whether nobody said so within that time; where no row can be written, the broker remembers."""
    with client() as valkey:
        return bool(valkey.set(f"facturamos.first.{what}", "1", ex=within, nx=True))


def forget(what: str) -> None:
    """That somebody said so: it did not get there."""
    with client() as valkey:
        valkey.delete(f"facturamos.first.{what}")


def tickets(lanes: Iterable[Lane]) -> set[str]:
    """The tickets (`Job.ticket`) of all tasks that wait in these lanes or that a worker has just taken out.

    Raises kombu's or redis' errors when the broker does not answer.
    """
    with client() as valkey:
        waiting = [json.loads(raw) for lane in lanes for raw in valkey.lrange(lane.queue, 0, -1)]
        lately = valkey.zrangebyscore(TAKEN_AT, time.time() - CLAIMED_WITHIN.total_seconds(), "+inf")
        taken = valkey.hmget(TAKEN, lately) if lately else []
    waiting += [json.loads(raw)[0] for raw in taken if raw]
    return {message["headers"]["id"] for message in waiting}
