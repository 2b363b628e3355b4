"""Whose rows are whose, for every model that reaches a company; and the queries of every page, made once."""

from copy import copy
from typing import Any, ClassVar, Protocol, Self

from django.db import DEFAULT_DB_ALIAS, connections, models


class Viewer(Protocol):
    """What scoping asks of a user (companies.User; this package knows no app)."""

    @property
    def is_support(self) -> bool: ...
    @property
    def distributor_id(self) -> int | None: ...
    @property
    def company_id(self) -> int | None: ...
    def has_perm(self, perm: str) -> bool: ...


class CompanyScopedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that belong to a company, and who may see them. A subclass names another path to it."""

    company_path: ClassVar[str] = "company"

    def visible_to(self, user: Viewer) -> Self:
        """Support: all. A distributor: its companies'. An issuer: its own. Everybody else: none."""
        if user.is_support:
            return self
        alive = {f"{self.company_path}__deleted_at": None}
        if user.distributor_id:
            return self.filter(**alive, **{f"{self.company_path}__distributor": user.distributor_id})
        if user.company_id:
            return self.filter(**alive, **{self.company_path: user.company_id})
        return self.none()


class Prepared[M: models.Model]:
    """One row by a unique integer column, with SQL that is made once.

    For a query that every page asks: making its SQL anew costs Django more than PostgreSQL takes to answer
    (benchmarks/onboarding.py). `rows` may not depend on the time or on anything else that changes.
    """

    # Stands for the value that is asked for; no row has it.
    ASKED = -(2**31)

    def __init__(self, rows: "models.QuerySet[M]", column: str) -> None:
        self._rows = rows.filter(**{column: self.ASKED})
        self._compiler: Any = self._rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, self._parameters = self._compiler.as_sql()

    def get(self, value: int) -> M:
        """The row that has `value`. Raises the model's DoesNotExist."""
        parameters = tuple(value if each == self.ASKED else each for each in self._parameters)
        compiler = copy(self._compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]  # each thread has its own
        compiler.as_sql = lambda *args, **kwargs: (self._sql, parameters)
        rows = self._rows.all()
        rows.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        for row in rows:
            return row
        raise rows.model.DoesNotExist  # type: ignore[attr-defined]  # each model has its own
