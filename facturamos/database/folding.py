"""What makes a first migration quick: few operations, since Django makes all models anew for each of them."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.optimizer import MigrationOptimizer
from pgtrigger.migrations import AddTrigger


def folded(operations: Sequence[Operation], app_label: str) -> list[Operation]:
    """The same tables: each made with its columns, indexes and constraints; the triggers come last.

    Where two tables point at each other, one of them gets its column later, and its indexes and
    constraints after that.
    """
    triggers = [each for each in operations if isinstance(each, AddTrigger)]
    additions = [each for each in operations if isinstance(each, AddIndex | AddConstraint)]
    tables = [each for each in operations if not isinstance(each, AddTrigger | AddIndex | AddConstraint)]
    tables = MigrationOptimizer().optimize(tables, app_label)
    late = {each.model_name_lower for each in tables if isinstance(each, AddField)}
    own = defaultdict(list)
    for each in additions:
        own["" if each.model_name_lower in late else each.model_name_lower].append(each)
    whole = [_whole(each, own, app_label) if isinstance(each, CreateModel) else each for each in tables]
    return [*whole, *own[""], *triggers]


def _whole(table: CreateModel, own: dict[str, list[Operation]], app_label: str) -> CreateModel:
    for each in own.get(table.name_lower, []):
        (table,) = table.reduce(each, app_label)
    return table
