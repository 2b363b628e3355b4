"""`make bench` runs to its end: every benchmark in a tiny form, and the last line of all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import names
from benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-m", "facturamos.devserver", "exec", sys.executable, "-m", "benchmarks"]
# `make run` starts here as in tests/journeys/test_make_run.py, which tells more of it.
TWICE = {"start"}


# It asks every page of the product; beside other work that takes longer than other tests may.
@pytest.mark.timeout(1800)
def test_every_benchmark_comes_to_its_end() -> None:
    wanted = sorted(set(names()) - TWICE)
    environment = os.environ | {"BENCH": "tiny"}

    done = subprocess.run(  # noqa: S603
        [*COMMAND, *wanted], cwd=ROOT, env=environment, capture_output=True, check=False, text=True
    )

    *lines, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert last["not_run_to_the_end"] == [], done.stderr
    assert done.returncode == 0
    assert {line["benchmark"] for line in lines} == set(wanted)
    short = [f"{line['benchmark']}: {line['figure']}" for line in lines if line["short"]]
    assert last["short_of_their_mark"] == short


def test_a_figure_is_short_of_its_mark_on_the_wrong_side_alone() -> None:
    assert Figure("a", 5, "ms", at_most=4).is_short
    assert not Figure("a", 4, "ms", at_most=4).is_short
    assert Figure("a", 11, "×", at_least=12).is_short
    assert not Figure("a", 12, "×", at_least=12).is_short
    assert not Figure("a", 10**9, "ms").is_short
