"""Work in two processes: the same as in one, whatever becomes of them."""

import errno
import json
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from companies.models import User
from facturamos import side_by_side as module
from facturamos.side_by_side import FORKS, side_by_side
from tests.stack import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _several_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {*range(4)})


@pytest.fixture(autouse=True)
def _no_child_stays() -> Iterator[None]:
    before = _children()
    yield
    assert _children() == before


def _children() -> set[str]:
    mine = os.getpid()
    return {each for task in os.listdir(f"/proc/{mine}/task") for each in _children_of(mine, task)}


def _children_of(process: int, task: str) -> list[str]:
    with open(f"/proc/{process}/task/{task}/children") as children:
        return children.read().split()


def done(work: Callable[[int], object], parts: Sequence[int]) -> list[Any]:
    """What came of the parts; they come as bytes."""
    return [json.loads(each) for each in side_by_side(partial(_told, work), parts)]


def _told(work: Callable[[int], object], part: int) -> bytes:
    return json.dumps(work(part)).encode()


def _who(part: int) -> tuple[int, int]:
    return part, os.getpid()


def test_parts_come_in_their_order_from_two_others() -> None:
    came = done(_who, range(7))
    assert [part for part, _ in came] == [*range(7)]
    workers = {pid for _, pid in came}
    assert len(workers) == FORKS
    assert os.getpid() not in workers


def test_each_reads_the_database_by_a_connection_of_its_own(issuer: User) -> None:
    came = done(_read, [issuer.pk] * 3)
    assert {name for name, _ in came} == {issuer.username}
    backends = {backend for _, backend in came}
    assert len(backends) == FORKS
    assert _read(issuer.pk)[1] not in backends


def _read(pk: int) -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return User.objects.get(pk=pk).username, cursor.fetchone()[0]


@pytest.mark.parametrize("parts", [[], [1]])
def test_what_is_one_part_is_done_here(parts: list[int]) -> None:
    assert done(_who, parts) == [[part, os.getpid()] for part in parts]


def test_on_one_processor_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert {pid for _, pid in done(_who, range(3))} == {os.getpid()}


@pytest.mark.django_db(transaction=False)
def test_within_a_transaction_all_is_done_here() -> None:
    assert {pid for _, pid in done(_who, range(3))} == {os.getpid()}


def test_an_error_is_the_owners() -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        done(_divided, [1, 2, 0, 3])
    assert "_divided" in {entry.name for entry in raised.traceback}


def _divided(part: int) -> float:
    return 1 / part


OWNER = os.getpid()


def _dies_elsewhere(part: int) -> tuple[int, int]:
    if part == 2 and os.getpid() != OWNER:
        os.kill(os.getpid(), signal.SIGKILL)
    return _who(part)


def test_what_a_killed_one_had_to_do_is_done_here(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tests.facturamos.test_side_by_side.OWNER", os.getpid())
    came = done(_dies_elsewhere, range(6))
    assert [part for part, _ in came] == [*range(6)]
    assert [part for part, pid in came if pid == os.getpid()] == [2, 4]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def _hangs_elsewhere(part: int) -> tuple[int, int]:
    while part == 1 and os.getpid() != OWNER:
        time.sleep(0.1)
    return _who(part)


def test_one_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.facturamos.test_side_by_side.OWNER", os.getpid())
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 1.0)
    came = done(_hangs_elsewhere, range(5))
    assert [part for part, _ in came] == [*range(5)]
    assert [part for part, pid in came if pid == os.getpid()] == [1, 3]


def test_what_is_not_fetched_is_not_made_without_end_and_ends_with_whoever_asked() -> None:
    """A part of several megabytes waits for its reader; `_no_child_stays` looks for the rest."""
    parts = side_by_side(_long_by, range(10))
    assert len(next(parts)) == 3_000_000
    parts.close()


def _long_by(part: int) -> bytes:
    return f"{os.getpid():<3000000}".encode()


def test_the_owner_goes_on_with_its_connection(issuer: User) -> None:
    before = _read(issuer.pk)
    done(_read, [issuer.pk] * 4)
    assert _read(issuer.pk) == before


def test_forks_end_with_an_owner_that_is_killed() -> None:
    """They would wait for their answers to be fetched."""
    reading, writing = os.pipe()
    owner = os.fork()
    if not owner:
        try:
            parts = side_by_side(_long_by, range(10))
            os.write(writing, b" ".join(next(parts).strip() for _ in range(FORKS)))
            time.sleep(60)
        finally:
            os._exit(0)
    forks = os.read(reading, 100).split()
    os.close(reading)
    os.close(writing)
    os.kill(owner, signal.SIGKILL)
    os.waitpid(owner, 0)
    assert len(forks) == FORKS
    wait_for(lambda: not any(_runs(int(fork)) for fork in forks), seconds=20)


def _runs(process: int) -> bool:
    """Whether it is there, and no zombie that nobody has buried."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_where_no_process_is_left_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "no process")

    monkeypatch.setattr(os, "fork", refuse)
    assert done(_who, range(5)) == [[part, os.getpid()] for part in range(5)]
