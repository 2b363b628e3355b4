"""The processes of one program share what they import: each has little of its own while it is idle."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, wait_for

# Megabytes; without sharing each had sixty to eighty.
OWN = 40

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A web server of two processes."""
    stack = Stack(tmp_path, more={"WEB_CONCURRENCY": "2"})
    try:
        yield stack
    finally:
        stack.stop()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def own_megabytes(pid: int) -> int:
    """What no other process has in common with it."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(size) for size in re.findall(r"^Private_\w+:\s+(\d+)", told, re.M)) // 1024


def two_of(stack: Stack, name: str) -> list[int]:
    """The two processes that a program has forked, once both are there."""
    process = stack.processes[name]
    return wait_for(lambda: found if len(found := children(process.pid)) == 2 else [])


def test_web_processes_share_the_site(stack: Stack) -> None:
    stack.start_web()

    assert all(own_megabytes(pid) < OWN for pid in two_of(stack, "web"))


def test_worker_processes_share_the_site(stack: Stack) -> None:
    arguments = ("-A", "facturamos", "worker", "--concurrency", "2")
    stack.start("worker", "celery", *arguments)

    assert all(own_megabytes(pid) < OWN for pid in two_of(stack, "worker"))
