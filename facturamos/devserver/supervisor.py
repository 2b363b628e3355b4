"""Watches over the children of `make run`: starts again what died, and tells where an error is written."""

import os
import re
import time
from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from facturamos.devserver import banner
from facturamos.devserver.children import Child, Failed, shown

WATCH_SECONDS = 0.5
# A child that dies more often than this within this time is not worth starting again.
MAX_DEATHS = 3
DEATHS_WITHIN = timedelta(minutes=1)
# PostgreSQL writes ERROR for every constraint that did its work; the others for what nobody expected.
ERRORS = re.compile(rb"\b(ERROR|CRITICAL|PANIC)\b")
QUIET = frozenset({"postgres"})


def stop_all(children: Iterable[Child]) -> None:
    """Stops them side by side."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()


class Supervisor:
    """Looks at the children and their logs twice a second."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.deaths: dict[str, deque[float]] = {child.name: deque(maxlen=MAX_DEATHS) for child in children}
        self.read = {child.log: _size(child.log) for child in children if child.name not in QUIET}
        self.told: set[Path] = set()

    def watch(self) -> None:
        """Never returns: a signal ends it, or Failed when a child does not stay."""
        while True:
            time.sleep(WATCH_SECONDS)
            for child in self.children:
                if not child.running:
                    self.restart(child)
            for log in self.read:
                self.look_at(log)

    def restart(self, child: Child) -> None:
        """Starts a dead child again, unless it dies again and again."""
        deaths = self.deaths[child.name]
        deaths.append(time.monotonic())
        if len(deaths) == MAX_DEATHS and deaths[-1] - deaths[0] < DEATHS_WITHIN.total_seconds():
            raise Failed(f"«{child.name}» se detiene una y otra vez; {child.cause()}")
        banner.say(f"«{child.name}» se detuvo y arranca de nuevo; {child.cause()}")
        child.stop()  # what is left of its group
        child.start()

    def look_at(self, log: Path) -> None:
        """Points to a log that an error was written to: once, for one error seldom comes alone."""
        start, end = self.read[log], _size(log)
        if end == start or log in self.told:
            return
        with log.open("rb") as file:
            file.seek(start)
            if ERRORS.search(file.read(end - start)):
                banner.say(f"Hay un error anotado en {shown(log)}")
                self.told.add(log)
        self.read[log] = end


def _size(log: Path) -> int:
    return os.stat(log).st_size
