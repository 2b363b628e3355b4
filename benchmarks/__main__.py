"""`make bench`: every benchmark of the project, as JSON lines. `python -m benchmarks NAME…` runs some.

Each runs in a process of its own, so that none meets what another has set up, warmed or patched. The last
line names the figures that miss their mark, and the benchmarks that did not come to their end.
"""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import warnings
from pathlib import Path

import django

HELPERS = {"__main__", "crowd", "figures", "made_up", "settings", "urls", "stock"}


def names() -> list[str]:
    """The benchmarks, in the order of their names."""
    found = {module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])}
    return sorted(found - HELPERS)


def main(wanted: list[str]) -> int:
    """Runs the wanted benchmarks, or all; the exit status says whether each came to its end."""
    short: list[str] = []
    broken: list[str] = []
    for name in wanted or names():
        with subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "benchmarks", "--only", name], stdout=subprocess.PIPE, text=True
        ) as child:
            for line in child.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                figure = json.loads(line)
                if figure["short"]:
                    short.append(f"{name}: {figure['figure']}")
        if child.returncode:
            broken.append(name)
    last = {"benchmark": "all", "short_of_their_mark": short, "not_run_to_the_end": broken}
    sys.stdout.write(json.dumps(last, ensure_ascii=False) + "\n")
    return 1 if broken else 0


def only(name: str) -> int:
    """Runs one benchmark in this process and prints what it yields."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    warnings.simplefilter("ignore")
    django.setup()
    for figure in importlib.import_module(f"benchmarks.{name}").run():
        sys.stdout.write(figure.line(name) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(only(arguments[1]) if arguments[:1] == ["--only"] else main(arguments))
