"""Programs of ours as forks of `make run`, which has all modules by then: to import them takes each of them
longer than all else of its start.

A fork runs what the interpreter would run (`-m MODULE …` or `FILE …`), and ends without what this process has
set up: its servers are not a fork's to stop.
"""

import gc
import os
import runpy
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import NoReturn

import django

from facturamos.celery import app
from facturamos.descriptors import close_from

WAIT_SECONDS = 0.02
# What the programs import besides the site.
PROGRAMS = (
    *("celery.bin.celery", "celery.apps.beat", "celery.apps.worker", "celery.concurrency.prefork"),
    *("celery.concurrency.thread", "celery.worker.consumer", "kombu.transport.redis"),
    *("gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "django.core.management.commands.migrate"),
)


def import_all() -> None:
    """The site, and what serves it; the environment must be complete."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facturamos.settings")
    django.setup()
    app.loader.import_default_modules()
    for name in PROGRAMS:
        import_module(name)
    # A collection in a fork would write to all that is shared.
    gc.collect()
    gc.freeze()


class Forked:
    """A fork, as far as it is asked: what `subprocess.Popen` is for other programs."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status, the negative number of the signal that ended it, or None while it runs."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status. Raises subprocess.TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(WAIT_SECONDS)
        return status

    def kill(self) -> None:
        """Ends it at once, whatever it is at."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        """Unless it has ended: its number may be another's then."""
        if self.poll() is None:
            os.kill(self.pid, number)


def fork(arguments: list[str], log: Path, tie: Callable[[], None]) -> Forked:
    """A fork that does what Python does with `arguments`, in a process group of its own; `tie` runs first."""
    # What stops us is ours alone: until the fork has other handlers it is not told.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        pid = os.fork()
        if not pid:
            _become(arguments, log, tie, blocked)
        with suppress(OSError):  # it did so itself, or is gone
            os.setpgid(pid, pid)
        return Forked(pid)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _become(
    arguments: list[str], log: Path, tie: Callable[[], None], mask: set[signal.Signals | int]
) -> NoReturn:
    status = 1
    try:
        os.setpgid(0, 0)
        _forget_handlers()
        tie()
        _redirect(log)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        run_python(arguments)
        status = 0
    except SystemExit as ended:
        status = _status_of(ended)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)


def _forget_handlers() -> None:
    """Signals do what they do to any program."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        handler: Callable[[int, FrameType | None], object] | int | None = signal.getsignal(number)
        if handler is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def _redirect(log: Path) -> None:
    """No input, the log for all output, and nothing else that was open."""
    for descriptor, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, log, os.O_WRONLY | os.O_APPEND | os.O_CREAT),
    ):
        opened = os.open(path, flags, 0o644)
        os.dup2(opened, descriptor)
    os.dup2(1, 2)
    close_from(3)
    # Ours may have something in them that is not written yet.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 (as long as the program)
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115


def _status_of(ended: SystemExit) -> int:
    if isinstance(ended.code, int) or ended.code is None:
        return ended.code or 0
    sys.stderr.write(f"{ended.code}\n")
    return 1


def run_python(arguments: list[str]) -> None:
    """What the interpreter does with these arguments."""
    first, *rest = arguments
    if first == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(first, run_name="__main__")
