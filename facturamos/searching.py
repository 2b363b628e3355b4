"""Searching rows by words, in columns of their own and of the rows they belong to.

Django asks for all columns in one OR across the joined tables, which serves none of their indexes. Here
each table is asked by itself and the results are put together. Each word is asked for in the way that
suits how many have it, as PostgreSQL estimates: what few have is listed; what many have is looked for in
the rows themselves, since writing down all that have it takes longer than meeting the first of them.

A model that has an index for its words says so by a method `saying(word)` of its manager.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from facturamos.paginator import estimate

# So many are listed.
FEW = 2000

type Rows = QuerySet[Any, Any]


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
        return _saying(model, columns, word)
    belonging = {f"{way}__in": _saying(_at(model, way), columns, word)}
    return cast("Rows", model._default_manager.filter(**belonging).order_by())


def _saying(model: Any, columns: list[str], word: str) -> Rows:
    manager = model._default_manager
    if hasattr(manager, "saying"):
        return cast("Rows", manager.saying(word).order_by())
    has = (Q(**{f"{column}__icontains": word}) for column in columns)
    return cast("Rows", manager.filter(reduce(or_, has)).order_by())


def _at(model: Any, way: str) -> Any:
    """The model at the end of a chain of relations."""
    for name in way.split("__"):
        model = model._meta.get_field(name).related_model
    return model
