"""Proving at the start of every process that serves: web, workers, beat. Commands of `manage.py` prove by
themselves.

What is wrong is told in a line each and ends the process: better than a page that fails at the first upload.
"""

import logging
import sys

from django.core import checks
from django.db import connections

from facturamos.checks.variables import START

# What gunicorn takes for «no other process would fare better» (Arbiter.WORKER_BOOT_ERROR).
GIVE_UP = 3

logger = logging.getLogger(__name__)


def findings() -> list[checks.CheckMessage]:
    """What the checks of a start find, the worst first."""
    found = checks.run_checks(tags=[START], databases=["default"])
    return sorted(found, key=_badness, reverse=True)


def _badness(message: checks.CheckMessage) -> int:
    return message.level


def prove() -> None:
    """Raises SystemExit when something is wrong. Leaves no connection open: a process may fork next."""
    found = findings()
    connections.close_all()
    wrong = [message for message in found if message.level >= checks.ERROR]
    for message in found:
        if message not in wrong:
            logger.warning("%s", message.msg)
    if wrong:
        lines = "\n".join(f"  {message.msg}" for message in wrong)
        sys.stderr.write(f"El sitio no arranca:\n{lines}\n")
        raise SystemExit(GIVE_UP)
