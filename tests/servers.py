"""Starts the real servers before Django reads its settings; xdist's workers share the controller's."""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from facturamos import devserver

_stack = ExitStack()

if "PYTEST_XDIST_WORKER" not in os.environ:
    _folder = Path(tempfile.mkdtemp(prefix="facturamos-tests-"))
    _folder.chmod(0o755)  # as root, PostgreSQL runs as another user
    _stack.callback(shutil.rmtree, _folder, ignore_errors=True)
    # Not the developer's own var/: what `make run` decided there is no business of the tests.
    os.environ["FACTURAMOS_VAR"] = str(_folder / "var")
    os.environ["FACTURAMOS_TESTS"] = str(_folder)
    _stack.enter_context(devserver.servers(_folder, durable=False))
else:
    # A queue of its own: one worker's Celery must not take what another's tests hand over.
    _number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{_number}").geturl()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops what was started, after the last test."""
    _stack.close()
