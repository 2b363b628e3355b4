"""The processes of one program share what they import: each has little of its own while it is idle."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process_memory import children, private
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


def two_of(stack: Stack, name: str) -> list[int]:
    """The two processes that a program has forked, once both are there."""
    process = stack.processes[name]
    return wait_for(lambda: found if len(found := children(process.pid)) == 2 else [])


def test_web_processes_share_the_site(stack: Stack) -> None:
    stack.start_web()

    assert all(private(pid) < OWN for pid in two_of(stack, "web"))


def test_worker_processes_share_the_site(stack: Stack) -> None:
    arguments = ("-A", "facturamos", "worker", "--concurrency", "2")
    stack.start("worker", "celery", *arguments)

    assert all(private(pid) < OWN for pid in two_of(stack, "worker"))
