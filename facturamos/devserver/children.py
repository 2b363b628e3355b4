"""Child processes that never outlive the one that started them.

Each runs in a process group of its own, so that a Ctrl-C in the terminal reaches only the supervisor,
which stops them in order. A supervisor that is killed takes them along: the kernel tells them (Linux).
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from facturamos.devserver.forking import Forked, fork

POLL_SECONDS = 0.05
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Failed(Exception):
    """A child did not start, or did not stay; the sentence is for the terminal."""


def shown(path: Path) -> str:
    """A path as short as the terminal can use it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def die_with_parent(number: signal.Signals) -> None:
    """Asks the kernel to send `number` to this process when its parent is gone."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, number)


def call_oneself(name: str) -> None:
    """What `ps -e` and `top` show of this process."""
    if _libc is not None:
        _libc.prctl(PR_SET_NAME, name.encode())


class Child:
    """One program: how it starts, when it is ready, how it stops. Its output goes to a log file."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        log: Path,
        ready: Callable[[], bool] = lambda: True,
        stop_with: signal.Signals = signal.SIGTERM,
        orphaned_with: signal.Signals | None = None,
        user: str | None = None,
        forks: bool = False,
    ) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.ready = ready
        self.stop_with = stop_with
        self.orphaned_with = orphaned_with or stop_with
        self.user = user
        # Whether it begins as a fork of ours; once it has died it starts from its files, which may be mended.
        self.forks = forks
        self.process: subprocess.Popen[bytes] | Forked | None = None

    def start(self) -> subprocess.Popen[bytes] | Forked:
        """Starts the program; `wait_until_ready` tells when it is of use."""
        parent = os.getpid()

        def tie() -> None:
            die_with_parent(self.orphaned_with)
            if os.getppid() != parent:  # it was gone before the kernel knew
                os._exit(1)
            call_oneself(self.name)

        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.forks:
            self.forks = False
            self.log.touch()  # whoever reads it need not wait for the fork
            self.process = fork(self.command[1:], self.log, tie)
            return self.process
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                preexec_fn=tie,
            )
        return self.process

    @property
    def running(self) -> bool:
        """Whether the program is there."""
        return self.process is not None and self.process.poll() is None

    def wait_until_ready(self, seconds: float = 30) -> None:
        """Returns once it is of use. Raises Failed when it ends before, or takes too long."""
        deadline = time.monotonic() + seconds
        while not self.ready():
            if not self.running:
                raise Failed(f"«{self.name}» no arrancó; {self.cause()}")
            if time.monotonic() > deadline:
                raise Failed(f"«{self.name}» no responde; {self.cause()}")
            time.sleep(POLL_SECONDS)

    def finish(self, seconds: float = 120) -> None:
        """Runs it from start to end. Raises Failed when it fails, or takes too long."""
        self.start()
        self.join(seconds)

    def join(self, seconds: float = 120) -> None:
        """Waits for the end of what was started. Raises Failed when it fails, or takes too long."""
        try:
            if self.process and self.process.wait(seconds):
                raise Failed(f"«{self.name}» no terminó bien; {self.cause()}")
        except subprocess.TimeoutExpired:
            raise Failed(f"«{self.name}» no termina; {self.cause()}") from None
        finally:
            self.stop()

    def cause(self) -> str:
        """Where to look, and the last line that stands there."""
        lines = self.log.read_text(errors="replace").splitlines()
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"la causa está en {shown(self.log)}" + (f":\n  {last[:300]}" if last else "")

    def ask_to_stop(self) -> None:
        """Sends the polite signal and returns at once."""
        if self.process is not None and self.running:
            self.process.send_signal(self.stop_with)

    def stop(self, seconds: float = 8) -> None:
        """Stops it politely; what is left of its group after `seconds` is killed."""
        if self.process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
