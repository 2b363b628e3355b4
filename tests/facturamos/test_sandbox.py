"""Hostile bytes are worked on in a process that has no secrets, always ends and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from facturamos import sandbox
from tests.facturamos import sandbox_work as work
from tests.stack import wait_for

# The clock is long enough for a second of processor time on a busy machine, or short.
PATIENT, QUICK = (sandbox.Limits(cpu_seconds=1, memory_mb=200, seconds=each) for each in (20, 1.5))


def helper_pid() -> int:
    """The helper's process: every job is its child."""
    return int(sandbox.run(work.parent, b""))


def refusal(
    job: Callable[[bytes], bytes], data: bytes = b"", limits: sandbox.Limits = sandbox.DEFAULT_LIMITS
) -> tuple[str, str]:
    """Why there is no answer: code and detail."""
    with pytest.raises(sandbox.Refused) as refused:
        sandbox.run(job, data, limits)
    return refused.value.code, refused.value.detail


def children() -> list[str]:
    """State letters of this process's children, of their children too; Z is a zombie."""
    found = subprocess.run(  # noqa: S603
        ["ps", "-o", "stat=", "--ppid", f"{os.getpid()},{helper_pid()}"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.split()


def test_it_returns_what_the_function_returns() -> None:
    assert sandbox.run(work.upper, b"abc" * 1_000_000) == b"ABC" * 1_000_000


def test_a_refusal_comes_back_with_its_code() -> None:
    assert refusal(work.refuse) == ("too_odd", "")


def test_another_exception_tells_its_class_and_not_the_data() -> None:
    assert refusal(work.fail, b"private") == (sandbox.BROKEN, "ValueError")


@pytest.mark.parametrize("misbehave", [work.spin, work.hoard, work.die, work.babble])
def test_a_job_that_exceeds_a_limit_ends(misbehave: Callable[[bytes], bytes]) -> None:
    assert refusal(misbehave, limits=PATIENT) == (sandbox.TOO_SLOW, "")


def test_a_clock_that_ends_before_the_processor_time_is_no_fault_of_the_data() -> None:
    """Others had the processor: the job was not given what it may use."""
    limits = sandbox.Limits(cpu_seconds=2, memory_mb=200, seconds=2.5)
    with ExitStack() as stack:
        for _ in range(4 * len(os.sched_getaffinity(0))):
            busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(busy.wait)
            stack.callback(busy.kill)

        assert refusal(work.spin, limits=limits) == (sandbox.UNAVAILABLE, "")

    assert refusal(work.sleep, limits=QUICK) == (sandbox.UNAVAILABLE, "")


def test_a_job_writes_no_file(tmp_path: Path) -> None:
    assert refusal(work.write, os.fsencode(tmp_path / "file")) == (sandbox.BROKEN, "PermissionError")


def test_a_job_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTURAMOS_KEYS", "canary")

    assert b"canary" not in sandbox.run(work.environment, b"")


def test_a_killed_helper_is_replaced_at_the_next_call() -> None:
    killed = helper_pid()

    os.kill(killed, signal.SIGKILL)

    assert sandbox.run(work.upper, b"again") == b"AGAIN"
    assert helper_pid() != killed


def test_a_helper_without_work_ends_and_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox._owned_helper(work.__name__).kill()
    monkeypatch.setattr(sandbox, "IDLE_SECONDS", 0.2)
    assert sandbox.run(work.upper, b"a") == b"A"
    idle = sandbox._helpers[work.__name__].pid
    wait_for(lambda: state_of(idle) == "Z")

    assert sandbox.run(work.upper, b"b") == b"B"
    assert not Path(f"/proc/{idle}").exists()

    sandbox._owned_helper(work.__name__).kill()  # the others' is not so impatient


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_stopped_helper_costs_one_call_and_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    os.kill(helper_pid(), signal.SIGSTOP)
    # Only for who waits in vain: to begin takes longer on a busy machine.
    monkeypatch.setattr(sandbox, "START_SECONDS", 0.5)

    assert refusal(work.upper) == (sandbox.UNAVAILABLE, "")

    monkeypatch.undo()
    assert sandbox.run(work.upper, b"again") == b"AGAIN"


def test_a_helper_that_cannot_start_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    os.kill(helper_pid(), signal.SIGKILL)
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert refusal(work.upper) == (sandbox.UNAVAILABLE, "")


def test_a_forked_child_gets_a_helper_of_its_own() -> None:
    ours = helper_pid()

    child = os.fork()
    if child == 0:  # what Celery's prefork pool does
        os._exit(0 if helper_pid() != ours else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert helper_pid() == ours


def test_threads_share_the_helper_and_get_their_own_answers() -> None:
    texts = [f"answer {number}".encode() * 5000 for number in range(40)]

    with ThreadPoolExecutor(sandbox.MOST_WAITING) as threads:
        answers = list(threads.map(lambda text: sandbox.run(work.upper, text), texts))

    assert answers == [text.upper() for text in texts]


def test_a_crowd_leaves_threads_for_others() -> None:
    """Whoever is too many hears so at once, and is not blamed."""
    limits = sandbox.Limits(cpu_seconds=1, memory_mb=200, seconds=3)
    crowd = sandbox.MOST_WAITING + 4
    took: list[float] = []

    def one(_: int) -> str:
        begun = time.monotonic()
        try:
            return refusal(work.sleep, limits=limits)[0]
        finally:
            took.append(time.monotonic() - begun)

    with ThreadPoolExecutor(crowd) as threads:
        codes = list(threads.map(one, range(crowd)))

    assert set(codes) == {sandbox.UNAVAILABLE}
    assert max(sorted(took)[:4]) < 1
    assert sandbox.run(work.upper, b"a") == b"A"


def test_it_leaves_no_zombie() -> None:
    for misbehave, code in ((work.die, sandbox.TOO_SLOW), (work.sleep, sandbox.UNAVAILABLE)):
        assert refusal(misbehave, limits=QUICK) == (code, "")
    os.kill(helper_pid(), signal.SIGKILL)

    assert not [state for state in children() if state.startswith("Z")]


@pytest.mark.parametrize("end", ["", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_the_helper_ends_silently_with_its_owner(end: str) -> None:
    script = (
        "from facturamos import sandbox; from tests.facturamos import sandbox_work as work;"
        f"print(sandbox.run(work.parent, b'').decode(), flush=True); {end}"
    )

    command = [sys.executable, "-W", "error", "-c", script]
    owner = subprocess.run(command, capture_output=True, check=False)  # noqa: S603

    assert owner.stderr == b""
    helper = Path(f"/proc/{int(owner.stdout)}/cmdline")
    for _ in range(100):
        if not helper.exists() or helper.read_bytes() == b"":
            return
        time.sleep(0.05)
    pytest.fail("the helper still runs")


def test_what_one_modules_helper_imports_is_no_burden_of_anothers() -> None:
    def helper_of(module: str) -> int:
        return sandbox._owned_helper(module).pid

    assert helper_of("companies.logo.preparing") != helper_of("companies.csf.reading")
