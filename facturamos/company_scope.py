"""Whose rows are whose: the way from a row to its company, and the one rule who may see it."""

from typing import ClassVar, Protocol, Self

from django.db import models

# What a distributor's people are there for (`Viewer.duty`): they lead, work, or only see.
LEAD, CLERK, READER = "lead", "clerk", "reader"
WORKERS = (LEAD, CLERK)


class Viewer(Protocol):
    """What the rule asks of a user (companies.User; this package knows no app)."""

    @property
    def pk(self) -> int: ...
    @property
    def is_support(self) -> bool: ...
    @property
    def duty(self) -> str: ...
    @property
    def distributor_id(self) -> int | None: ...
    @property
    def company_id(self) -> int | None: ...
    def has_perm(self, perm: str) -> bool: ...


class CompanyScopedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that belong to a company, and who may see them. A subclass names another way to it."""

    # A chain of relations, as in a lookup; "" for companies themselves, None for rows of no company.
    company_path: ClassVar[str | None] = "company"

    def visible_to(self, user: Viewer) -> Self:
        """Support: all. A distributor: its companies'. An issuer: its own. Everybody else: none."""
        if user.is_support:
            return self
        if user.distributor_id:
            return self._of_company(deleted_at=None, distributor=user.distributor_id)
        if user.company_id:
            return self._of_company(deleted_at=None, pk=user.company_id)
        return self.none()

    def _of_company(self, **conditions: object) -> Self:
        if self.company_path is None:
            return self.none()
        start = f"{self.company_path}__" if self.company_path else ""
        return self.filter(**{f"{start}{column}": value for column, value in conditions.items()})


def path_to_company(model: type[models.Model]) -> str | None:
    """The way from a model's rows to their company, as a lookup; None where its queryset names none."""
    rows = model._default_manager.all()
    return rows.company_path if isinstance(rows, CompanyScopedQuerySet) else None
