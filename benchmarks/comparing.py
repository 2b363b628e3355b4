"""This run's figures beside the last release's, on whatever machine each was taken.

`last_release.json` holds no times: a figure's cost is its value in units of work that was timed in the same
minute (`Calibration`), or, for what is a ratio or a size already, the value itself; less is better in all.
Where a figure tells its processor time (`cpu_ms`), that is taken: neighbours add little to it. Another
program can only make a figure worse, so what looks slower is measured again, and the least counts.
"""

import hashlib
import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, milliseconds, sized

LAST_RELEASE = Path(__file__).with_name("last_release.json")
# So many times as much as in the last release is worth a word.
SLOWER = 1.15
# How often a suspect is measured in all, and each benchmark of a release.
TIMES = 3
# Times are in units of the calibration, sizes are not.
MILLISECONDS = {"ms": 1.0, "s": 1000.0}
SIZES = frozenset({"MB", "KB"})
TEXT = "Panadería La Ñapa, S.A. de C.V.; " * 400
WORD = re.compile(r"(\w+)[ ,.;]+")

type Costs = dict[str, float]


@dataclass(frozen=True)
class Calibration:
    """Milliseconds of some work that has nothing to do with ours, by the clock and of the processor."""

    wall: float
    processor: float

    @classmethod
    def taken(cls) -> "Calibration":
        """What the machine is worth just now."""
        found = [_timed() for _ in range(sized(9, 1))]
        walls, processors = zip(*found, strict=True)
        return cls(statistics.median(walls), statistics.median(processors))

    def and_then(self, other: "Calibration") -> "Calibration":
        """The middle of two."""
        return Calibration((self.wall + other.wall) / 2, (self.processor + other.processor) / 2)


def _timed() -> tuple[float, float]:
    worked = time.process_time()
    wall = milliseconds(_work)
    return wall, 1000 * (time.process_time() - worked)


def _work() -> None:
    words = WORD.findall(TEXT)
    told = json.loads(json.dumps([{"word": word, "number": number} for number, word in enumerate(words)]))
    counted: dict[str, int] = {}
    for row in told:
        counted[row["word"]] = counted.get(row["word"], 0) + len(str(row["number"]))
    sorted(told, key=lambda row: (row["word"], -row["number"]))
    for _ in range(20):
        hashlib.sha256(TEXT.encode()).hexdigest()


def cost(figure: Figure, calibration: Calibration) -> float | None:
    """What is compared: less is better, and the machine is no part of it. None: nothing can be said."""
    if not figure.value or not figure.compared:
        return None
    if figure.cpu_ms:
        return figure.cpu_ms / calibration.processor
    if figure.unit in MILLISECONDS:
        return figure.value * MILLISECONDS[figure.unit] / calibration.wall
    if figure.unit == "a second":
        return 1000 / figure.value / calibration.wall
    if figure.unit in SIZES or (figure.unit == "×" and figure.at_most is not None):
        return figure.value
    return 1 / figure.value if figure.unit == "×" and figure.at_least is not None else None


@dataclass(frozen=True)
class LastRelease:
    """Which release it was, and what each figure cost in it."""

    release: str
    costs: Costs

    @classmethod
    def read(cls, path: Path = LAST_RELEASE) -> "LastRelease":
        """What the repository keeps."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(told["release"], told["costs"])

    def slower(self, now: Mapping[str, float]) -> dict[str, float]:
        """What costs more than it did, and how many times as much; what either does not know is left out."""
        grown = {name: now[name] / before for name, before in self.costs.items() if name in now}
        return {name: round(times, 2) for name, times in grown.items() if times > SLOWER}

    def renewed(self, release: str, taken: Iterable[Costs]) -> "LastRelease":
        """With the medians of several runs; what was not run stays."""
        runs = list(taken)
        names = sorted({name for run in runs for name in run})
        medians = {name: statistics.median(run[name] for run in runs if name in run) for name in names}
        told = {name: float(f"{each:.4g}") for name, each in medians.items()}
        return LastRelease(release, dict(sorted((self.costs | told).items())))

    def write(self, path: Path = LAST_RELEASE) -> None:
        """For the repository."""
        told = {"release": self.release, "costs": self.costs}
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def confirmed(now: Costs, last: LastRelease, again: Callable[[set[str]], Costs]) -> dict[str, float]:
    """What is slower still when the suspects' benchmarks, by name, have run `again`; the least counts."""
    least = dict(now)
    for _ in range(TIMES - 1):
        suspects = {name.partition(": ")[0] for name in last.slower(least)}
        if not suspects:
            break
        for name, each in again(suspects).items():
            least[name] = min(each, least.get(name, each))
    return last.slower(least)
