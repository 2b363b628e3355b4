"""Runs a function on hostile bytes in a process that can do little harm and always ends.

A helper process is started at a module's first call: a fresh interpreter with an empty environment, which
therefore holds none of our secrets, no thread and no connection, so that forking it is safe whatever
calls us (a threaded web worker, a Celery child). It imports that module once and forks itself
for every job; the kernel limits the fork's processor time, memory and real time, and shuts it in
(facturamos/cage.py). The fork answers over a socket of its own, in plain bytes (nothing is unpickled),
and exits. The helper ends when its owner does (a warm one, when its job is done), and when there was nothing
to do for a while; one that is gone is replaced at the next call. What it does is in
facturamos/sandbox_helper.py.

A fork opens no file, so what is imported only when it is used is not there: a module that work comes from
imports all of it before, and the helper looks up the codecs that a text may need.

Work of our own that is slow while it is cold is done by the helper itself (`run_warm`), shut in like a fork.
"""

import atexit
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass

from facturamos.sandbox_messages import receive, receive_message, send
from facturamos.turns import NoTurn, Turns

type Work = Callable[[bytes], bytes]

# How long the helper may take to be there and to import a module, on a cold and busy machine.
START_SECONDS = 10.0
# Seconds that a job may wait for those before it: no more run at once than there are processors.
PATIENCE = 20.0
JOBS = Turns("jobs")
# So many of a web process' eight threads may be at jobs, or wait for them: the others serve other people.
MOST_WAITING = 6
# The job's own clock begins that much before ours, at most.
CLOCKS_DIFFER_SECONDS = 0.2
# A helper that is killed between two calls is replaced unnoticed; one that dies at once again is broken.
ATTEMPTS = 3
# The helper's end of the control socket.
CONTROL_FD = 3
HELPER = (
    "import json, sys; sys.path[:], idle = json.loads(sys.argv[1]); "
    "from facturamos.sandbox_helper import serve; serve(idle)"
)
# How long a helper that has nothing to do keeps the ten to sixty megabytes that it is.
IDLE_SECONDS = 60.0
STARTED, RESULT, REFUSED, FAILED = b"S", b"R", b"X", b"F"


@dataclass(frozen=True)
class Limits:
    """What one job may use: seconds of processor, MB of address space, seconds on the clock."""

    cpu_seconds: int = 1
    memory_mb: int = 200
    seconds: float = 5.0


DEFAULT_LIMITS = Limits()


class Refused(Exception):
    """There is no answer; `code` says why, for a program.

    It is the function's own, which raises this in the child and finds it raised again here, or one of the
    three below. `detail` tells nothing of the data.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


# The job used up its processor time or its memory.
TOO_SLOW = "too_slow"
# The function raised something else; the detail names its class.
BROKEN = "broken"
# The helper does not start or does not answer, or the clock ran out before the processor time did, because
# others had the processor: our own trouble, the data are not to blame.
UNAVAILABLE = "unavailable"


class _HelperDied(Exception):
    """The helper was gone before the job began."""


class _DiedAtWork(_HelperDied):
    """It was gone while it worked, perhaps of what was before."""


def run(work: Work, data: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Returns `work(data)`, computed in a limited process. `work` is a top-level function of a module.

    Raises Refused, at once where too many of this process wait already. Ends within PATIENCE +
    START_SECONDS + `limits.seconds`; the job's own time begins when it is its turn.
    """
    waiting = _waiting
    if not waiting.acquire(blocking=False):
        raise Refused(UNAVAILABLE)
    try:
        with JOBS.taken(PATIENCE):
            return _run(_Job(work.__module__, work.__name__, limits), data)
    except NoTurn:
        raise Refused(UNAVAILABLE) from None
    finally:
        waiting.release()


def run_warm(module: str, name: str, data: bytes, limits: Limits) -> bytes:
    """The same by the helper itself, which remembers what it did before; the module is not imported here.

    For data that may be seen together, one job after another, without a turn: they are many and short. Only
    the clock is counted, and by us. A helper that is late is ended; one that dies is replaced for that job.
    """
    warm = _warm
    if not warm.acquire(timeout=PATIENCE):
        raise Refused(UNAVAILABLE)
    try:
        return _run(_Job(module, name, limits, warm=True), data)
    finally:
        warm.release()


@dataclass(frozen=True)
class _Job:
    """What a helper is asked for, and who does it: a fork, or a warm helper itself."""

    module: str
    name: str
    limits: Limits
    warm: bool = False


def _run(job: _Job, data: bytes) -> bytes:
    deadline = time.monotonic() + START_SECONDS
    for _ in range(ATTEMPTS):
        try:
            return _attempt(job, data, deadline)
        except _DiedAtWork:
            # However long it had worked, the next one has its time to be there.
            deadline = time.monotonic() + START_SECONDS
        except _HelperDied:
            pass
    raise Refused(UNAVAILABLE)


def _attempt(asked: _Job, data: bytes, deadline: float) -> bytes:
    job, theirs = socket.socketpair()
    with job:
        with theirs:
            send(job, json.dumps(astuple(asked)).encode())
            helper = _owned_helper(asked.module)
            helper.hand_over(theirs)
        try:
            receive(job, len(STARTED), deadline)
        except TimeoutError:
            helper.kill()  # it hangs; the next call gets a new one
            raise Refused(UNAVAILABLE) from None
        except OSError:
            raise _HelperDied from None
        deadline = time.monotonic() + asked.limits.seconds
        try:
            kind, answer = _converse(job, data, deadline)
        except OSError:  # the time is over, or the kernel ended the job for its limits
            late = time.monotonic() > deadline - CLOCKS_DIFFER_SECONDS
            raise _ending(helper, asked, late=late) from None
    helper.has_answered = True
    if kind == RESULT:
        return answer
    said = answer.decode(errors="replace")
    raise Refused(said) if kind == REFUSED else Refused(BROKEN, said)


def _converse(job: socket.socket, data: bytes, deadline: float) -> tuple[bytes, bytes]:
    job.settimeout(max(deadline - time.monotonic(), 0.001))
    send(job, data)
    return receive(job, 1, deadline), receive_message(job, deadline)


def _ending(helper: "_Helper", asked: _Job, *, late: bool) -> Exception:
    """Why there is no answer. A warm helper that died may have been full of others' work, a fresh one not."""
    if asked.warm:
        helper.kill()
        if helper.has_answered and not late:
            return _DiedAtWork()
    had_more_time = asked.warm or asked.limits.cpu_seconds < asked.limits.seconds
    return Refused(UNAVAILABLE if late and had_more_time else TOO_SLOW)


# --- the helper as its owner sees it --------------------------------------------------------------------


class _Helper:
    """A running helper process and the socket that jobs are handed over through."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.has_answered = False
        self.control, theirs = socket.socketpair()
        told = json.dumps([sys.path, IDLE_SECONDS])
        with theirs:
            self.pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-I", "-X", "utf8", "-W", "ignore", "-c", HELPER, told],
                {},  # no environment: that is where the keys are
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0),
                    (os.POSIX_SPAWN_DUP2, 0, 1),
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), CONTROL_FD),
                ],
                setpgroup=0,  # Ctrl-C in a terminal is for the owner alone
                setsigmask=[],  # the limits end a job by signals: whatever the owner
                setsigdef=[signal.SIGALRM, signal.SIGXCPU],  # blocks or ignores, they must arrive
            )

    def hand_over(self, job: socket.socket) -> None:
        """Gives the helper its end of a job's socket. Raises _HelperDied."""
        try:
            socket.send_fds(self.control, [b"j"], [job.fileno()])
        except OSError:
            self.kill()
            raise _HelperDied from None

    def has_ended(self) -> bool:
        """Whether it is gone; it leaves no zombie then."""
        try:
            return os.waitpid(self.pid, os.WNOHANG) != (0, 0)
        except ChildProcessError:
            return True

    def kill(self) -> None:
        """Ends the helper, if it still runs, and leaves no zombie."""
        with _lock:
            if _helpers.get(self.module) is not self:
                return  # another thread did it
            del _helpers[self.module]
            self.control.close()
            with contextlib.suppress(ChildProcessError):
                # Ask first: once it is gone, its number may be another's.
                if os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                    os.kill(self.pid, signal.SIGKILL)
                    os.waitpid(self.pid, 0)


# One for each module that work comes from: what another module has imported would count against the
# address space of this one's jobs.
_helpers: dict[str, _Helper] = {}
_lock = threading.Lock()
_waiting = threading.BoundedSemaphore(MOST_WAITING)
_warm = threading.Lock()


def _owned_helper(module: str) -> _Helper:
    with _lock:
        for helper in [each for each in _helpers.values() if each.has_ended()]:
            helper.control.close()
            del _helpers[helper.module]
        if module not in _helpers:
            _helpers[module] = _Helper(module)
        return _helpers[module]


def _forget_helpers() -> None:
    """At the end, and after a fork: the helpers are the parent's, a child starts its own."""
    global _lock, _waiting, _warm
    _lock, _waiting = threading.Lock(), threading.BoundedSemaphore(MOST_WAITING)
    _warm = threading.Lock()
    for helper in _helpers.values():
        helper.control.close()
    _helpers.clear()


os.register_at_fork(after_in_child=_forget_helpers)
# The helpers would end anyway; this spares the owner a warning about an unclosed socket.
atexit.register(_forget_helpers)
