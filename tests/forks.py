"""Celery's programs as forks of one process that has all modules: importing them takes longer than most work.

python -m tests.forks     reads commands, a line of JSON each: the file for the output, then the arguments
"""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from celery.__main__ import main as celery

from facturamos.celery import app


@dataclass(frozen=True)
class Fork:
    """A program that runs."""

    pid: int

    def wait(self) -> None:
        """Until it has ended, and is no zombie."""
        with suppress(ProcessLookupError):
            while True:
                os.kill(self.pid, 0)
                time.sleep(0.01)


class Forks:
    """The process that forks, in an environment of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forks"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, log: Path, *arguments: str) -> Fork:
        """`celery` with these arguments, in a process group of its own."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([str(log), *arguments]), file=self._process.stdin, flush=True)
        return Fork(int(self._process.stdout.readline()))

    def stop(self) -> None:
        """Ends the process; its forks are their starter's to end."""
        self._process.communicate()


def serve() -> None:
    """Forks for each command, until there are no more."""
    app.loader.import_default_modules()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    for line in sys.stdin:
        log, *arguments = json.loads(line)
        pid = os.fork()
        if not pid:
            _become(log, arguments)
        os.setpgid(pid, pid)  # before it is named: whoever knows it may end the whole group
        print(pid, flush=True)


def _become(log: str, arguments: list[str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(os.devnull) as nothing, open(log, "ab") as output:
        os.dup2(nothing.fileno(), 0)
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    sys.argv = ["celery", *arguments]
    celery()


if __name__ == "__main__":
    serve()
