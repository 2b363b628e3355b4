"""What makes a first migration quick: few operations, since Django makes all models anew for each of them."""

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
    own = [each for each in additions if each.model_name_lower not in late]
    return [
        *(_whole(each, own, app_label) for each in tables),
        *(each for each in additions if each.model_name_lower in late),
        *triggers,
    ]


def _whole(operation: Operation, additions: Sequence[AddIndex | AddConstraint], app_label: str) -> Operation:
    """What makes a table makes its additions, too, as if they were neighbours; another operation stays."""
    if not isinstance(operation, CreateModel):
        return operation
    own = [each for each in additions if each.model_name_lower == operation.name_lower]
    (whole,) = MigrationOptimizer().optimize([operation, *own], app_label)
    return whole
