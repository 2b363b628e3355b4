"""Rows by their keys, where there are many."""

from collections.abc import Collection

from django.db.models.expressions import RawSQL


def among(ids: Collection[int]) -> RawSQL:
    """For `pk__in`: one value for the driver. Django looks at each id of a list, which of a thousand is the
    greater part of such a query.
    """
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])
