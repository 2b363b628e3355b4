"""A process whose clock is wrong: `python -m tests.clock_ahead SECONDS MODULE ARGUMENTS…`."""

import runpy
import sys
from datetime import UTC, datetime, timedelta

import time_machine


def main(seconds: str, module: str, *arguments: str) -> None:
    """Runs the module as a program, its clock that much ahead."""
    sys.argv = [module, *arguments]
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=int(seconds)), tick=True):
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
