"""Pages of a long list: counted exactly while that is cheap, else as the planner estimates."""

import json
from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet

# Counting so many rows takes a few milliseconds; counting a hundred thousand, more than the page itself.
EXACT = 5000


class EstimatedPaginator[T](Paginator[T]):
    """Django's, with a count that does not read every row of a long list."""

    @cached_property
    def count(self) -> int:
        """How many rows there are: exact up to `EXACT`, an estimate of PostgreSQL's above."""
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        found = rows.order_by()
        exact = found.values("pk")[: EXACT + 1].count()
        return exact if exact <= EXACT else max(exact, estimate(found))


def estimate(rows: QuerySet[Model, object]) -> int:
    """How many rows the planner expects a query to yield."""
    [plan] = json.loads(rows.explain(format="json"))
    return int(plan["Plan"]["Plan Rows"])
