"""Searching rows by words, in columns of their own and of the rows they belong to.

Django asks for all columns in one OR across the joined tables, which serves none of their indexes. Here
each table is asked by itself and the results are put together. Each word is asked for in the way that
suits how many have it, as PostgreSQL estimates: what few have is listed; what many have is looked for in
the rows themselves, since writing down all that have it takes longer than meeting the first of them.

A model that has an index for its words says so by a method `search(word)` of its queryset.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Protocol, Self, runtime_checkable

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from facturamos.admin.pagination import estimate

# So many are listed.
FEW = 2000

type Rows = QuerySet[Model]


@runtime_checkable
class Searched(Protocol):
    """Rows with an index for their words."""

    def search(self, word: str) -> Self: ...


def search[M: Model](rows: QuerySet[M], fields: Iterable[str], words: str) -> QuerySet[M]:
    """Those of `rows` that have every word in one of `fields`, ignoring case.

    Few are given by their keys, since a page counts them before it shows some.
    """
    found = rows
    for word in words.split():
        tables = _tables(rows.model, fields, word)
        first, *others = (table.values("pk") for table in tables)
        listed = first.union(*others, all=True).order_by()
        if estimate(listed) <= FEW:
            found = found.filter(pk__in=listed)
        else:
            found = found.filter(reduce(or_, (Q(Exists(t.filter(pk=OuterRef("pk")))) for t in tables)))
    if found is rows:
        return rows
    keys = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
    return rows.filter(pk__in=keys) if len(keys) <= FEW else found


def _tables(model: type[Model], fields: Iterable[str], word: str) -> list[Rows]:
    """The model's rows that have `word`, once for each table that its columns are in."""
    columns: dict[str, list[str]] = defaultdict(list)
    for field in fields:
        way, _, column = field.rpartition("__")
        columns[way].append(column)
    return [_having(model, way, names, word) for way, names in columns.items()]


def _having(model: type[Model], way: str, columns: list[str], word: str) -> Rows:
    if not way:
        return _with_word(model, columns, word)
    belonging = {f"{way}__in": _with_word(_at(model, way), columns, word)}
    return model._default_manager.filter(**belonging).order_by()


def _with_word(model: type[Model], columns: list[str], word: str) -> Rows:
    rows = model._default_manager.all()
    if isinstance(rows, Searched):
        return rows.search(word).order_by()
    has = (Q(**{f"{column}__icontains": word}) for column in columns)
    return rows.filter(reduce(or_, has)).order_by()


def _at(model: type[Model], way: str) -> type[Model]:
    """The model at the end of a chain of relations."""
    for name in way.split("__"):
        related = model._meta.get_field(name).related_model
        if not isinstance(related, type):
            raise TypeError(f"{name} of {model.__name__} leads to no model.")
        model = related
    return model
