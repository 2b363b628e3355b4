"""Lists of any length: what is offered to order them by costs no more in a long one than in a short one."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, UniqueConstraint

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


def ordering_of(model_admin: ModelAdmin[Any], column: str) -> str:
    """The field that a column of a list orders by; "" where it has none."""
    ordered = getattr(getattr(model_admin, column, None), "admin_order_field", column)
    return ordered.lstrip("-") if isinstance(ordered, str) else ""


def gives_order(model: type[Model], name: str) -> bool:
    """Whether an index has the rows in the order of this field."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    field = fields.get(name)
    if field is None or field.is_relation:
        return False
    return field.primary_key or field.unique or name in _leading(model)


def _leading(model: type[Model]) -> set[str]:
    """The first fields of the model's indexes over all rows."""
    indexes = (index.fields for index in model._meta.indexes if not index.condition)
    constraints = (
        each.fields
        for each in model._meta.constraints
        if isinstance(each, UniqueConstraint) and not each.condition
    )
    return {fields[0].lstrip("-") for fields in (*indexes, *constraints) if fields}


class IndexedChangeList(ChangeList):
    """Orders by no other column than those offered, whatever the address says."""

    def get_ordering_field(self, field_name: Any) -> "str | Combinable | None":
        """None: the column gives no order."""
        offered = self.sortable_by is None or field_name in self.sortable_by
        ordered: str | Combinable | None = super().get_ordering_field(field_name) if offered else None
        return ordered
