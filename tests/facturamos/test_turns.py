"""No more at once than there are turns, in one process and in several."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from facturamos import turns
from facturamos.turns import NoTurn, Turns

SCRIPT = """
import sys, time
from facturamos.turns import Turns
with Turns(sys.argv[1], 1).taken(5):
    print("mine", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Other programs of this user count for themselves."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def holder(name: str) -> "subprocess.Popen[bytes]":
    """Another process that holds the only turn until its input ends."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", SCRIPT, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"mine\n"
    return process


def test_of_many_threads_only_so_many_run() -> None:
    two, running, most = Turns("threads", 2), 0, 0
    lock = threading.Lock()

    def work(number: int) -> None:
        nonlocal running, most
        with two.taken(30):
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.005)
            with lock:
                running -= 1

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, range(60)))

    assert most == 2


def test_another_process_counts_too() -> None:
    with holder("processes") as other:
        with pytest.raises(NoTurn), Turns("processes", 1).taken(0.1):
            pass
        other.communicate(b"\n")

    with Turns("processes", 1).taken(1):
        pass


def test_a_killed_holder_holds_nothing() -> None:
    with holder("killed") as other:
        other.kill()
        other.wait()

    with Turns("killed", 1).taken(1):
        pass


def test_patience_ends() -> None:
    one = Turns("patience", 1)
    with one.taken(1):
        started = time.monotonic()
        with pytest.raises(NoTurn), one.taken(0.2):
            pass

    assert time.monotonic() - started < 1
    with one.taken(0.1):
        pass


def test_after_an_error_the_turn_is_free() -> None:
    one = Turns("error", 1)
    with pytest.raises(KeyError), one.taken(1):
        raise KeyError

    with one.taken(0.1):
        pass


def test_a_fork_waits_like_everybody() -> None:
    one = Turns("fork", 1)

    def ask(queue: "multiprocessing.SimpleQueue[bool]") -> None:
        try:
            with one.taken(0.1):
                queue.put(True)
        except NoTurn:
            queue.put(False)

    fork = multiprocessing.get_context("fork")
    queue = fork.SimpleQueue()
    with one.taken(1):
        child = fork.Process(target=ask, args=(queue,))
        child.start()
        child.join()

    assert queue.get() is False


def test_a_folder_that_somebody_else_made_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that everybody writes to, another may have been first."""
    made = turns.folder()
    other = os.getuid() + 1
    made.rename(made.with_name(f"facturamos-turns-{other}"))
    monkeypatch.setattr("os.getuid", lambda: other)

    with pytest.raises(PermissionError):
        turns.folder()
