"""So many at once on one machine, whichever process asks: a turn is a file that is locked.

For what would otherwise fill memory and processors together: hashes of passwords, and jobs on hostile bytes.
The kernel takes a lock back when its holder dies. Processes count together that have a folder for temporary
files in common; a container with its own counts for itself.
"""

import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# How often whoever is first in its process looks whether another process has ended its turn.
LOOK_EVERY = 0.01


class NoTurn(Exception):
    """The machine is busy with others' for longer than one may wait."""


class Turns:
    """As many turns as the process may use processors, unless told otherwise."""

    def __init__(self, name: str, count: int = 0) -> None:
        self.name = name
        self.count = count or max(len(os.sched_getaffinity(0)), 1)
        # Within a process the kernel wakes who waits; only so many as may run look at the files.
        self._here = threading.BoundedSemaphore(self.count)
        os.register_at_fork(after_in_child=self._forget_others)

    def _forget_others(self) -> None:
        """What threads of the parent held is theirs."""
        self._here = threading.BoundedSemaphore(self.count)

    @contextmanager
    def taken(self, patience: float) -> Iterator[None]:
        """Holds a turn. Raises NoTurn after `patience` seconds."""
        deadline = time.monotonic() + patience
        here = self._here
        if not here.acquire(timeout=patience):
            raise NoTurn(self.name)
        try:
            descriptor = self._lock(deadline)
            try:
                yield
            finally:
                os.close(descriptor)
        finally:
            here.release()

    def _lock(self, deadline: float) -> int:
        """The descriptor of a locked file; closing it gives the turn back."""
        while True:
            for number in range(self.count):
                descriptor = self._open(number)
                if _is_locked_now(descriptor):
                    return descriptor
                os.close(descriptor)
            if time.monotonic() > deadline:
                raise NoTurn(self.name)
            time.sleep(LOOK_EVERY)

    def _open(self, number: int) -> int:
        return os.open(folder() / f"{self.name}-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def folder() -> Path:
    """Where the files are: this user's own. Raises PermissionError when somebody else made it."""
    path = Path(tempfile.gettempdir()) / f"facturamos-turns-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    if path.lstat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to another user")
    return path


def _is_locked_now(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
