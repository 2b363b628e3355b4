"""Seconds that `make run` takes to be ready: on an empty folder, and again; packages being installed."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.make_run import Run


def run() -> Iterator[dict[str, Any]]:
    """Yields the seconds of the first and the second start."""
    with tempfile.TemporaryDirectory(prefix="facturamos-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root, PostgreSQL runs as another user
        for figure, mark in (("first_start", 60), ("second_start", 10)):
            start = Run(folder / "var", folder / figure)
            start.start()
            start.end(signal.SIGINT)
            yield {"figure": f"{figure}_seconds", "value": round(start.seconds, 1), "mark": mark}
