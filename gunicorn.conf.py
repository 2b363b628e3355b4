"""What gunicorn does besides its options: the folder that its processes count their pages in."""

import os
import shutil
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

SHARED = "PROMETHEUS_MULTIPROC_DIR"


def on_starting(server: Any) -> None:
    """Begins with an empty folder: counts of a former start are over."""
    if folder := os.environ.get(SHARED):
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True, exist_ok=True)


def child_exit(server: Any, worker: Any) -> None:
    """What a process counted stays; what it was, does not."""
    if os.environ.get(SHARED):
        multiprocess.mark_process_dead(worker.pid)
