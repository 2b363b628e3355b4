"""`make bench`: every benchmark of the project, as JSON lines. `python -m benchmarks NAME…` runs some.

Each runs in a process of its own, so that none meets what another has set up, warmed or patched; they are
forks of one that has Django ready, which takes longer than most of the tiny form. The last line names the
figures that miss their mark, and the benchmarks that did not come to their end.
"""

import importlib
import json
import os
import pkgutil
import sys
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django

HELPERS = {"__main__", "crowd", "figures", "made_up", "settings", "urls", "stock"}


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
            os._exit(only(self.name))
        os.close(writing)
        with open(reading) as output:
            yield from output
        self.ended_well = os.waitpid(pid, 0)[1] == 0


def main(wanted: list[str]) -> int:
    """Runs the wanted benchmarks, or all; the exit status says whether each came to its end."""
    short: list[str] = []
    broken: list[str] = []
    for name in wanted or names():
        child = Child(name)
        for line in child.lines():
            sys.stdout.write(line)
            sys.stdout.flush()
            figure = json.loads(line)
            if figure["short"]:
                short.append(f"{name}: {figure['figure']}")
        if not child.ended_well:
            broken.append(name)
    last = {"benchmark": "all", "short_of_their_mark": short, "not_run_to_the_end": broken}
    sys.stdout.write(json.dumps(last, ensure_ascii=False) + "\n")
    return 1 if broken else 0


def only(name: str) -> int:
    """Runs one benchmark in this process and prints what it yields; the exit status."""
    try:
        for figure in importlib.import_module(f"benchmarks.{name}").run():
            sys.stdout.write(figure.line(name) + "\n")
            sys.stdout.flush()
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
    prepare()
    sys.exit(main(sys.argv[1:]))
