"""What a benchmark yields, how large its work is, and how a figure is held against its mark."""

import gc
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# A form that only shows that every benchmark runs to its end; its figures say nothing.
TINY = os.environ.get("BENCH") == "tiny"


def sized(whole: int, tiny: int) -> int:
    """How many rounds, rows or companies: the benchmark's own number, or a few in the tiny form."""
    return tiny if TINY else whole


@dataclass(frozen=True)
class Figure:
    """One measured value with its unit, and the mark that it should reach: at most, or at least."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    # What explains the value: the number of statements, the other side of a ratio.
    details: Mapping[str, object] = field(default_factory=dict)
    # Whether the last release's says something of it (comparing.py): not where a line's delay, or the worst
    # of few, is what it is made of.
    compared: bool = True
    # What of it was our own processor's time, where all of it is our own work.
    cpu_ms: float | None = None

    @property
    def is_short(self) -> bool:
        """Whether the value misses its mark."""
        above = self.at_most is not None and self.value > self.at_most
        below = self.at_least is not None and self.value < self.at_least
        return above or below

    def line(self, benchmark: str, cost: float | None = None) -> str:
        """One line of JSON; with what it costs by comparing.py."""
        marks = {"at_most": self.at_most, "at_least": self.at_least}
        told = {"benchmark": benchmark, "figure": self.name, "value": self.value, "unit": self.unit}
        told |= {name: mark for name, mark in marks.items() if mark is not None}
        told |= {"cpu_ms": self.cpu_ms} if self.cpu_ms else {}
        told |= {} if cost is None else {"cost": float(f"{cost:.4g}")}
        return json.dumps(told | {**self.details} | {"short": self.is_short}, ensure_ascii=False)


def as_in_a_worker() -> None:
    """What is there already is looked at by no collection, as in a worker (facturamos/celery.py)."""
    gc.collect()
    gc.freeze()


def milliseconds(work: Callable[[], object]) -> float:
    """Wall clock of one call."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def median(values: list[float]) -> float:
    """The middle of milliseconds, rounded as figures are told."""
    return round(statistics.median(values), 2)


def p99(values: list[float]) -> float:
    """What all but one of a hundred stay below."""
    return round(sorted(values)[int(len(values) * 0.99)], 2)
