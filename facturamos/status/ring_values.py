"""How many encrypted values wait for which key of the ring; nothing is opened.

Counting reads every value's row, so it is done each hour, and by what changes many of them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from facturamos.locks import lock_name
from facturamos.status.models import KeyCount
from facturamos.vault import encrypted_columns

# The key of the row of all values together, which is there once they were counted, also where there are none.
ALL = ""


@dataclass(frozen=True)
class CountedValues:
    """How many values there were of each key, and when; now, where nobody has counted yet."""

    by_key: dict[str, int]
    at: datetime


def values_by_key() -> CountedValues:
    """As they were counted last."""
    rows = {row.key: row for row in KeyCount.objects.all()}
    if ALL not in rows:
        return CountedValues(_count_by_key(), timezone.now())
    at = rows.pop(ALL).counted_at
    return CountedValues({key: row.number for key, row in rows.items()}, at)


@transaction.atomic
def count() -> None:
    """Counts anew, and keeps it for whoever asks within the hour."""
    now, found = timezone.now(), _count_by_key()
    lock_name("key counts")
    KeyCount.objects.all().delete()
    KeyCount.objects.bulk_create(
        KeyCount(key=key, number=number, counted_at=now)
        for key, number in {ALL: sum(found.values()), **found}.items()
    )


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
