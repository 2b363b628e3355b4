"""How many encrypted values wait for which key of the ring; nothing is opened."""

import time

from django.db import connection

from facturamos.management.commands.rotate_keys import encrypted_columns

# Seconds.
COUNTS_QUICKLY = 0.2
# What was counted, and until when it is good enough (by `time.monotonic`).
_counted: tuple[float, dict[str, int]] = (0.0, {})


def values_by_key() -> dict[str, int]:
    """How many encrypted values there are of each key.

    Counting reads every value's row: where that takes long, it is done once in a hundred times as long, so
    that whoever asks (Prometheus each 15 seconds, alarms each minute) costs a hundredth of a processor.
    """
    global _counted
    begun = time.monotonic()
    if begun > _counted[0]:
        found = _count_by_key()
        took = time.monotonic() - begun
        _counted = (begun + (100 * took if took > COUNTS_QUICKLY else 0), found)
    return _counted[1]


def _count_by_key() -> dict[str, int]:
    """Read from their headers; nothing is opened."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for model, column in encrypted_columns():
            name = connection.ops.quote_name(column)
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                f"SELECT convert_from(substr({name}, 3, get_byte({name}, 1)), 'UTF8'), count(*)"  # noqa: S608
                f" FROM {table} WHERE length({name}) > 2 GROUP BY 1"
            )
            for key_id, count in cursor.fetchall():
                found[key_id] = found.get(key_id, 0) + count
    return found
