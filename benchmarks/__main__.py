"""`make bench`: every benchmark of the project, as JSON lines. `python -m benchmarks NAME…` runs some."""

import importlib
import json
import os
import pkgutil
import sys
import warnings
from pathlib import Path

import django


def main(wanted: list[str]) -> None:
    """Runs `run()` of each module beside this one and prints what it yields."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    warnings.simplefilter("ignore")
    django.setup()
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    for name in names:
        if wanted and name not in wanted:
            continue
        module = importlib.import_module(f"benchmarks.{name}")
        for figure in getattr(module, "run", list)():
            sys.stdout.write(json.dumps({"benchmark": name, **figure}, ensure_ascii=False) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
