"""`make bench`: every benchmark of the project, as JSON lines. `python -m benchmarks NAME…` runs some.

Each runs in a process of its own, so that none meets what another has set up, warmed or patched; they are
forks of one that has Django ready, which takes longer than most of the tiny form. The last line names the
figures that miss their mark, the benchmarks that did not come to their end, and what costs
more than in the last release (comparing.py). With RELEASE=0.2.0 this becomes the last release: each is run
three times, and `last_release.json` is written.
"""

import importlib
import json
import os
import pkgutil
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import django

from benchmarks import comparing
from benchmarks.comparing import Calibration, Costs, LastRelease
from benchmarks.figures import TINY

HELPERS = {
    "__main__",
    "comparing",
    "crowd",
    "figures",
    "histories",
    "made_up",
    "settings",
    "sql_time",
    "stock",
    "urls",
}


def names() -> list[str]:
    """The benchmarks, in the order of their names."""
    found = {module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])}
    return sorted(found - HELPERS)


@dataclass
class Child:
    """A benchmark in its process: the lines that it prints, and whether it came to its end."""

    name: str
    ended_well: bool = False

    def lines(self) -> Iterator[str]:
        """Each as it comes; nothing of it must be left unread."""
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reading)
            os.dup2(writing, 1)
            status = 1
            try:
                status = only(self.name)
            finally:
                os._exit(status)
        os.close(writing)
        with open(reading) as output:
            yield from output
        self.ended_well = os.waitpid(pid, 0)[1] == 0


@dataclass
class BenchmarkRun:
    """What some benchmarks said, one after the other."""

    short: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    costs: Costs = field(default_factory=dict)

    def of(self, wanted: list[str]) -> "BenchmarkRun":
        """Runs them, and prints their lines as they come."""
        for name in wanted:
            child = Child(name)
            for line in child.lines():
                sys.stdout.write(line)
                sys.stdout.flush()
                self._note(name, json.loads(line))
            if not child.ended_well:
                self.broken.append(name)
        return self

    def _note(self, benchmark: str, told: dict[str, object]) -> None:
        figure = f"{benchmark}: {told['figure']}"
        if told["short"]:
            self.short.append(figure)
        if cost := told.get("cost"):
            self.costs[figure] = float(str(cost))


def main(wanted: list[str], release: str) -> int:
    """Runs the wanted benchmarks, or all; the exit status says whether each came to its end."""
    wanted = wanted or names()
    run = BenchmarkRun().of(wanted)
    last: dict[str, object] = {
        "benchmark": "all",
        "short_of_their_mark": run.short,
        "not_run_to_the_end": run.broken,
    }
    if release and not run.broken:
        _keep(release, run.costs, wanted)
    elif not TINY:
        before = LastRelease.read()
        slower = comparing.confirmed(
            run.costs, before, lambda suspects: BenchmarkRun().of(sorted(suspects)).costs
        )
        last |= {"last_release": before.release, "slower_than_in_it": slower}
    sys.stdout.write(json.dumps(last, ensure_ascii=False) + "\n")
    return 1 if run.broken else 0


def _keep(release: str, costs: Costs, wanted: list[str]) -> None:
    others = [BenchmarkRun().of(wanted).costs for _ in range(comparing.TIMES - 1)]
    LastRelease.read().renewed(release, [costs, *others]).write()


def only(name: str) -> int:
    """Runs one benchmark in this process and prints what it yields; the exit status."""
    try:
        before = Calibration.taken()
        for figure in importlib.import_module(f"benchmarks.{name}").run():
            # What the machine was worth before it and after it.
            after = Calibration.taken()
            sys.stdout.write(figure.line(name, comparing.cost(figure, before.and_then(after))) + "\n")
            sys.stdout.flush()
            before = after
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def prepare() -> None:
    """Django with the settings of the benchmarks; it connects to nothing yet."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    warnings.simplefilter("ignore")
    django.setup()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="facturamos-benchmarks-") as files:
        os.environ["FACTURAMOS_TESTS"] = files
        prepare()
        status = main(sys.argv[1:], os.environ.get("RELEASE", ""))
    sys.exit(status)
