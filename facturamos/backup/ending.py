"""Being told to end, by Ctrl-C, `docker stop` or a terminal that was closed: as an exception, so that what
was begun is taken away again.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.core.management import CommandError

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class ToldToEnd(BaseException):
    """Somebody wants the command to end now."""


class Wish:
    """The first signal that came; later ones would keep the command from cleaning up."""

    def __init__(self) -> None:
        self.number: int | None = None
        self.is_held_off = False

    def note(self, number: int, frame: FrameType | None) -> None:
        """What a signal does. Raises ToldToEnd, at once or when it is no longer held off."""
        if self.number is None:
            self.number = number
            if not self.is_held_off:
                raise ToldToEnd


_wish = Wish()


@contextmanager
def endable() -> Iterator[None]:
    """Raises CommandError in place of whatever came of being told to end, with a shell's exit code for it."""
    _wish.number = None
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    # Who started it under nohup wants it to stay.
    former = {each: signal.getsignal(each) for each in SIGNALS if signal.getsignal(each) != signal.SIG_IGN}
    for each in former:
        signal.signal(each, _wish.note)
    try:
        yield
    except BaseException as error:
        if _wish.number is None:
            raise
        name = signal.Signals(_wish.number).name
        raise CommandError(f"Interrumpido ({name}).", returncode=128 + _wish.number) from error
    finally:
        for each, handler in former.items():
            signal.signal(each, handler)


@contextmanager
def held_off() -> Iterator[None]:
    """For what must not be left in its middle: a statement that PostgreSQL goes on with. Raises ToldToEnd."""
    before, _wish.is_held_off = _wish.number, True
    try:
        yield
    finally:
        _wish.is_held_off = False
    if _wish.number != before:
        raise ToldToEnd


@contextmanager
def let_in() -> Iterator[None]:
    """Within what holds signals off, what may be left. Raises ToldToEnd, also for one from before."""
    _wish.is_held_off = False
    try:
        if _wish.number is not None:
            raise ToldToEnd
        yield
    finally:
        _wish.is_held_off = True
