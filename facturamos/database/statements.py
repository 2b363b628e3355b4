"""Statements that are written once, for the few questions that every page asks.

Django makes the SQL of a queryset anew each time it is asked, which takes several times as long as asking the
server and reading its answer (docs/adr/0038). Here the SQL is a constant; rows become models by the ways that
Django documents, `Model.from_db` and `Field.from_db_value`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, Model, OneToOneRel


class Columns[M: Model]:
    """Those of a model's table under an alias in the statement: all of them, or the fields that are named."""

    def __init__(self, model: type[M], alias: str, only: Sequence[str] = ()) -> None:
        self.model, self.alias, self.only = model, alias, only

    @cached_property
    def fields(self) -> list["Field[Any, Any]"]:
        """In the order in which the model takes their values."""
        fields = [field for field in self.model._meta.get_fields() if isinstance(field, Field)]
        return [each for each in fields if each.concrete and (not self.only or each.name in self.only)]

    @cached_property
    def names(self) -> list[str]:
        """What the model calls the values."""
        return [field.attname for field in self.fields]

    @cached_property
    def sql(self) -> str:
        """As a statement selects them."""
        return ", ".join(f'"{self.alias}"."{field.column}"' for field in self.fields)

    @cached_property
    def key(self) -> int:
        """Where the primary key stands: it is NULL where an outer join found no row."""
        return next(place for place, field in enumerate(self.fields) if field.primary_key)

    @cached_property
    def conversions(self) -> list[tuple[int, Callable[..., object]]]:
        """Of the fields whose values are not what the driver reads."""
        found = ((place, getattr(field, "from_db_value", None)) for place, field in enumerate(self.fields))
        return [(place, convert) for place, convert in found if convert]

    def made_of(self, values: list[Any]) -> M | None:
        """The model's instance; None where there is no row."""
        if values[self.key] is None:
            return None
        for place, convert in self.conversions:
            values[place] = convert(values[place], None, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)


@dataclass(frozen=True)
class FoundRow:
    """What a statement found, by its tables; an instance is made where it is asked for."""

    values: dict[str, Sequence[object]]

    def get[M: Model](self, columns: Columns[M]) -> M | None:
        """A new instance of a table that an outer join may have no row of."""
        return columns.made_of(list(self.values[columns.alias]))

    def __getitem__[M: Model](self, columns: Columns[M]) -> M:
        """A new instance of a table that has a row. Raises LookupError where it has none."""
        found = self.get(columns)
        if found is None:
            raise LookupError(columns.alias)
        return found


class Statement:
    """`sql` says `{columns}` where the columns of its tables stand."""

    def __init__(self, sql: str, *tables: Columns[Any]) -> None:
        self._sql, self.tables = sql, tables

    @cached_property
    def sql(self) -> str:
        """With the columns, known once all models are."""
        return self._sql.format(columns=", ".join(table.sql for table in self.tables))

    def first(self, parameters: Sequence[int | str | None]) -> FoundRow | None:
        """The first row; None where there is none."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            row = cursor.fetchone()
        return self._split(row) if row else None

    def all(self, parameters: Sequence[list[int]]) -> list[FoundRow]:
        """Every row, in the order that the statement gives them."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return [self._split(row) for row in cursor.fetchall()]

    def _split(self, row: Sequence[object]) -> FoundRow:
        values, begin = {}, 0
        for table in self.tables:
            end = begin + len(table.fields)
            values[table.alias] = row[begin:end]
            begin = end
        return FoundRow(values)


def note_absent(row: Model, *names: str) -> None:
    """That no other row points to this one by these relations (one to one): asking for them asks nobody."""
    for name in names:
        relation = row._meta.get_field(name)
        if not isinstance(relation, OneToOneRel):
            raise TypeError(f"«{name}» is no relation of one row to one.")
        relation.set_cached_value(row, None)
