"""Whose rows are whose, for every model that reaches a company."""

from typing import ClassVar, Protocol, Self

from django.db import models


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
