"""A warm helper does the work itself, shut in as a fork is: it remembers, and is replaced when it fails."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from facturamos import sandbox
from tests.facturamos import cage_work
from tests.facturamos import sandbox_work as work
from tests.stack import wait_for

LIMITS = sandbox.Limits(memory_mb=200, seconds=5)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """A helper that is shut in does no other test's jobs."""
    _end_helpers()
    yield
    _end_helpers()


def _end_helpers() -> None:
    for helper in list(sandbox._helpers.values()):
        helper.kill()


def warm(name: str, data: bytes = b"", limits: sandbox.Limits = LIMITS) -> bytes:
    return sandbox.run_warm(work.__name__, name, data, limits)


def refusal(name: str, limits: sandbox.Limits = LIMITS) -> tuple[str, str]:
    """Why there is no answer: code and detail."""
    with pytest.raises(sandbox.Refused) as refused:
        warm(name, limits=limits)
    return refused.value.code, refused.value.detail


def helper_pid() -> int:
    return sandbox._helpers[work.__name__].pid


def test_it_remembers_from_one_job_to_the_next() -> None:
    assert [warm("remember", data) for data in (b"a", b"b")] == [b"a", b"a b"]


def test_a_refusal_and_another_exception_end_nothing() -> None:
    assert warm("remember", b"a") == b"a"

    assert refusal("refuse") == ("too_odd", "")
    assert refusal("fail") == (sandbox.BROKEN, "ValueError")

    assert warm("remember", b"b") == b"a b"


def test_a_helper_that_was_killed_between_jobs_is_replaced() -> None:
    warm("remember", b"a")
    os.kill(helper_pid(), signal.SIGKILL)

    assert warm("remember", b"b") == b"b"


def test_a_job_whose_helper_dies_of_what_was_before_it_is_done_again() -> None:
    warm("remember", b"a")
    killed = helper_pid()
    threading.Timer(0.5, os.kill, (killed, signal.SIGKILL)).start()

    assert warm("nap", b"b") == b"b"
    assert helper_pid() != killed


def test_a_helper_that_dies_late_is_replaced_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "START_SECONDS", 2.0)
    warm("tire", b"0")

    assert warm("tire", b"2.5") == b"2.5"


@pytest.mark.parametrize("misbehave", ["die", "hoard", "babble"])
def test_a_job_that_ends_a_fresh_helper_is_refused(misbehave: str) -> None:
    warm("remember", b"a")

    assert refusal(misbehave) == (sandbox.TOO_SLOW, "")

    assert warm("remember", b"b") == b"b"


@pytest.mark.parametrize("misbehave", ["sleep", "spin"])
def test_a_late_helper_is_ended_and_replaced(misbehave: str) -> None:
    warm("remember", b"a")
    late = helper_pid()

    assert refusal(misbehave, sandbox.Limits(seconds=0.5)) == (sandbox.UNAVAILABLE, "")

    assert not Path(f"/proc/{late}").exists()
    assert warm("remember", b"b") == b"b"


def test_all_threads_get_their_own_answers() -> None:
    """More than may wait for turns: each job is short, and nobody is sent away."""
    texts = [f"answer {number}".encode() * 5000 for number in range(40)]

    with ThreadPoolExecutor(3 * sandbox.MOST_WAITING) as threads:
        answers = list(threads.map(lambda text: warm("upper", text), texts))

    assert answers == [text.upper() for text in texts]


def test_who_waits_too_long_hears_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "PATIENCE", 0.1)
    with ThreadPoolExecutor(1) as threads:
        busy = threads.submit(warm, "nap", b"a")
        time.sleep(0.2)

        assert refusal("upper") == (sandbox.UNAVAILABLE, "")

        assert busy.result() == b"a"


def test_it_ends_after_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "IDLE_SECONDS", 0.2)
    warm("upper")
    idle = Path(f"/proc/{helper_pid()}/stat")

    wait_for(lambda: idle.read_text().rpartition(")")[2].split()[0] == "Z")

    assert warm("upper", b"a") == b"A"


# What it has and a fork has not: the socket that it is handed jobs through.
@pytest.mark.parametrize("name", sorted(set(cage_work.ATTEMPTS) - {"others_descriptors"}))
def test_nothing_is_reachable(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    facts = {"path": str(secret), "folder": str(tmp_path), "pid": os.getpid()}

    order = json.dumps({"name": name, **facts}).encode()
    came = sandbox.run_warm(cage_work.__name__, "attempt", order, LIMITS).decode()

    assert came in {"PermissionError", "OSError 1", "OSError 13", "empty"}, came


@pytest.mark.parametrize("helper", ["warm", "forks"])
def test_it_has_one_thread(helper: str) -> None:
    """Before it is shut in, too: a thread that began by then would stay outside."""
    came = warm("threads") if helper == "warm" else sandbox.run(work.threads, b"")

    assert came == b"can't start new thread"
