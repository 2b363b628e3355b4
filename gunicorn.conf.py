"""What gunicorn does besides its options: it keeps to itself, its processes share what they import and count
pages in one folder."""

import ctypes
import gc
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

from facturamos.cage import be_private

SHARED = "PROMETHEUS_MULTIPROC_DIR"
# How often a process gives back what it has freed: a sheet, a PDF or a picture leaves tens of megabytes.
TRIM_SECONDS = 10.0
# What is too long the proxy refuses (docs/production: nginx four lines of 8 kB, Caddy 64 kB in all), not
# gunicorn, in bare English. It takes what a proxy lets through: an address of any length, 68 kB (Go adds
# four) in one line, and as many lines as those may be when one is «a:» and its end.
limit_request_line = 0
limit_request_field_size = 70_000
limit_request_fields = 18_000
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_trimmed = time.monotonic()


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


def post_request(worker: Any, req: Any, environ: Any, resp: Any) -> None:
    """The C library keeps what is freed in case that it is wanted again; musl's gives it back by itself."""
    global _trimmed
    if time.monotonic() - _trimmed > TRIM_SECONDS and hasattr(_libc, "malloc_trim"):
        _trimmed = time.monotonic()
        _libc.malloc_trim(0)
