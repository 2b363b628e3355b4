"""What gunicorn does besides its options: it keeps to itself, its processes share what they import and count
pages in one folder."""

import gc
import os
import shutil
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

from facturamos.cage import be_private

SHARED = "PROMETHEUS_MULTIPROC_DIR"


def on_starting(server: Any) -> None:
    """The folder begins empty: counts of a former start are over. Then the site is imported, once for all.

    Not by `preload_app`, which would import it, and open its counts, before the folder is there.
    """
    if os.environ.get("FACTURAMOS_ENV") == "production":
        be_private()
    if folder := os.environ.get(SHARED):
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True, exist_ok=True)
    server.app.wsgi()
    # A collection in a child would write to all that is shared.
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """What a process counted stays; what it was, does not."""
    if os.environ.get(SHARED):
        multiprocess.mark_process_dead(worker.pid)
