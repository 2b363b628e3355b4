"""Seconds that `make run` takes to be ready: on an empty folder, and again; packages being installed."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import TINY, Figure
from tests.make_run import Run


def run() -> Iterator[Figure]:
    """Yields the seconds of the first and the second start."""
    with tempfile.TemporaryDirectory(prefix="facturamos-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root, PostgreSQL runs as another user
        starts = (("first_start", 40), ("second_start", 6))
        for figure, mark in starts[:1] if TINY else starts:
            start = Run(folder / "var", folder / figure)
            start.start()
            start.end(signal.SIGINT)
            yield Figure(figure, round(start.seconds, 1), "s", at_most=mark)
