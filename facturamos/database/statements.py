"""Statements that are written once, for the few questions that every page asks.

Django makes the SQL of a queryset anew each time it is asked, which takes several times as long as asking the
server and reading its answer (docs/adr/0038). Here the SQL is a constant, which the server need not plan anew
either; rows become models as `Model.from_db` and `Field.from_db_value` would make them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, ForeignKey, Model, OneToOneField, OneToOneRel
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

# A connection never hears the same name twice, for it may know it of a statement that failed after all.
_NUMBERS = count(1)


class Columns[M: Model]:
    """Those of a model's table under an alias in the statement: all of them, `only` some, or all but some."""

    def __init__(
        self, model: type[M], alias: str, only: Sequence[str] = (), without: Sequence[str] = ()
    ) -> None:
        self.model, self.alias, self.only, self.without = model, alias, only, without

    @cached_property
    def fields(self) -> list["Field[Any, Any]"]:
        """In the order in which the model takes their values."""
        fields = [field for field in self.model._meta.get_fields() if isinstance(field, Field)]
        wanted = [each for each in fields if not self.only or each.name in self.only]
        return [each for each in wanted if each.concrete and each.name not in self.without]

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
        """Where the primary key stands, or what is read in its stead: NULL where there is no row."""
        return next((place for place, field in enumerate(self.fields) if field.primary_key), 0)

    @cached_property
    def conversions(self) -> list[tuple[str, Callable[..., object]]]:
        """Of the fields whose values are not what the driver reads."""
        found = ((field.attname, getattr(field, "from_db_value", None)) for field in self.fields)
        return [(name, convert) for name, convert in found if convert]

    @cached_property
    def is_plain(self) -> bool:
        """Whether a new instance is its values and no more: nobody is told of it, nothing is made of them."""
        told = pre_init.has_listeners(self.model) or post_init.has_listeners(self.model)
        own = any("__init__" in vars(base) for base in self.model.__mro__ if base not in (Model, object))
        return not told and not own

    def made_of(self, values: Sequence[object]) -> M | None:
        """The model's instance; None where there is no row."""
        if values[self.key] is None:
            return None
        if self.is_plain:
            # `Model.__init__` asks about every field: it takes three times as long.
            row = self.model.__new__(self.model)
            row._state = state = ModelState()
            state.adding, state.db = False, DEFAULT_DB_ALIAS
            columns = vars(row)
            columns.update(zip(self.names, values, strict=True))
        else:
            row = self.model.from_db(DEFAULT_DB_ALIAS, self.names, list(values))
            columns = vars(row)
        for name, convert in self.conversions:
            columns[name] = convert(columns[name], None, connection)
        return row


class FoundRow:
    """What a statement found, by its tables; an instance is made where it is asked for."""

    __slots__ = ("_places", "_values")

    def __init__(self, values: Sequence[object], places: Mapping[str, tuple[int, int]]) -> None:
        # `places`: where the values of a table begin, and where they end.
        self._values, self._places = values, places

    def get[M: Model](self, columns: Columns[M]) -> M | None:
        """A new instance of a table that an outer join may have no row of."""
        begin, end = self._places[columns.alias]
        return columns.made_of(self._values[begin:end])

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

    def first(self, parameters: Sequence[int | str | None], *, behind: str = "") -> FoundRow | None:
        """The first row; None where there is none.

        `behind` is a statement of the same parameters that is sent along, and done before: a lock.
        """
        with connection.cursor() as cursor:
            prepared: dict[str, str] = connection.connection.prepared
            try:
                cursor.execute(behind + self._asked(prepared), [*parameters] * (2 if behind else 1))
            except Exception:
                # Whether it was prepared, and still can be used, is not known; the next time it is made anew.
                prepared.pop(self.sql, None)
                raise
            row = cursor.fetchone()
        return FoundRow(row, self._places) if row else None

    def _asked(self, prepared: dict[str, str]) -> str:
        """As a connection is asked that has `prepared` statements, by their SQL.

        PostgreSQL takes two milliseconds to plan where a company stands, and a third of one to look. Not
        through a pooler, which gives each transaction another connection of the server's.
        """
        if settings.DATABASE_POOLER == "transaction":
            return self.sql
        # Whatever pghistory does not know for a read, it says first whose change it is.
        if name := prepared.get(self.sql):
            return f"SELECT; EXECUTE {name}{self._values}"
        name = prepared[self.sql] = f"statement_{next(_NUMBERS)}"
        return f"SELECT; PREPARE {name} AS {self._numbered}; EXECUTE {name}{self._values}"

    @cached_property
    def _numbered(self) -> str:
        pieces = self.sql.split("%s")
        return "".join(f"{piece}${number}" for number, piece in enumerate(pieces[:-1], 1)) + pieces[-1]

    @cached_property
    def _values(self) -> str:
        return f"({', '.join(['%s'] * self.sql.count('%s'))})"

    def all(self, parameters: Sequence[list[int]]) -> list[FoundRow]:
        """Every row, in the order that the statement gives them."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return [FoundRow(row, self._places) for row in cursor.fetchall()]

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        places, begin = {}, 0
        for table in self.tables:
            places[table.alias] = begin, begin + len(table.fields)
            begin += len(table.fields)
        return places


class Relation:
    """A relation to one row that was read along; `name` is what `model` calls the other row."""

    def __init__(self, model: type[Model], name: str) -> None:
        self.model, self.name = model, name

    @cached_property
    def field(self) -> "ForeignKey[Model, Model] | OneToOneRel":
        """As the model has it."""
        field = self.model._meta.get_field(self.name)
        if not isinstance(field, ForeignKey | OneToOneRel):
            raise TypeError(f"«{self.name}» is no relation to one row.")
        return field

    @cached_property
    def way_back(self) -> "OneToOneField[Model, Model] | OneToOneRel | None":
        """The other row's relation to this one, where it has no others."""
        back = self.field.remote_field
        return back if isinstance(back, OneToOneField | OneToOneRel) else None

    def note(self, row: Model, other: Model | None) -> None:
        """That the row's other is this, or that there is none: asking either for the other asks nobody."""
        self.field.set_cached_value(row, other)
        if other is not None and self.way_back:
            self.way_back.set_cached_value(other, row)
