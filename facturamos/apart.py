"""Work of several parts, of which one that fails stops no other: nightly tasks, above all."""

import logging
from collections.abc import Callable, Iterable

from django.db import connection

logger = logging.getLogger(__name__)


def run_apart[T](parts: Iterable[tuple[str, Callable[[], T]]]) -> dict[str, T]:
    """Does every part; returns what came of each, by its name.

    Raises ExceptionGroup at the end where some failed: whoever called counts the whole as failed.
    """
    came: dict[str, T] = {}
    failed: list[Exception] = []
    for name, part in parts:
        try:
            came[name] = part()
        except Exception as error:  # whatever it is, the others are not to wait for it
            logger.exception("«%s» failed; the rest goes on.", name)
            failed.append(error)
            _let_go_of_what_broke()
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(failed) + len(came)} parts failed", failed)
    return came


def _let_go_of_what_broke() -> None:
    """A connection that broke in one part would fail all that follow."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
