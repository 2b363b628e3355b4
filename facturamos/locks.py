"""Locks that are no row: one at a time of whatever a name stands for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def lock_name(name: str) -> None:
    """Waits for everybody who holds `name`, and holds it until the present transaction ends.

    For what has no row to lock: it is not there yet, or is not one row. PostgreSQL keeps the names apart by
    a hash of 64 bits; two that meet only wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@contextmanager
def sharing_name(name: str) -> Iterator[None]:
    """Holds `name` together with whoever shares it, over many transactions.

    For a command that speaks with PostgreSQL itself: a pooler gives each transaction another connection. The
    lock ends with the connection, however the command ends; one that was lost on the way raises at the end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", [name])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(hashtextextended(%s, 0))", [name])


def is_free(name: str) -> bool:
    """Whether nobody holds `name` just now. Asked outside a transaction it keeps nobody from it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        (free,) = cursor.fetchone()
    return bool(free)
