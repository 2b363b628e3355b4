"""Locks that are no row: one at a time of whatever a name stands for."""

from django.db import connection


def lock_name(name: str) -> None:
    """Waits for everybody who holds `name`, and holds it until the present transaction ends.

    For what has no row to lock: it is not there yet, or is not one row. PostgreSQL keeps the names apart by
    a hash of 64 bits; two that meet only wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
