"""Where a company stands: the state of each step, derived from its rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, cast

from certificates.overview import Standing, standing, standings
from companies.models import Address, Company, DocumentType, User
from facturamos.querysets import Prepared
from onboarding.models import Onboarding

if TYPE_CHECKING:
    from onboarding.steps.base import Step


class Status(StrEnum):
    """A step's state, with the word that the pages show."""

    DONE = "done"
    TODO = "todo"
    REVIEW = "review"
    PROBLEM = "problem"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """In Spanish."""
        return LABELS[self]


LABELS = {
    Status.DONE: "Completo",
    Status.TODO: "Pendiente",
    Status.REVIEW: "En revisión",
    Status.PROBLEM: "Con un problema",
    Status.SKIPPED: "Omitido",
}


@dataclass(frozen=True)
class Kept:
    """What is stored about a step, because it cannot be derived."""

    saved_at: datetime | None = None
    omitted: bool = False
    note: str = ""


@dataclass(frozen=True)
class Progress:
    """A company's way, as one user sees it."""

    onboarding: Any  # an Onboarding with the annotations of with_progress()
    company: Company
    user: User
    kept: dict[str, Kept]
    # Where many are read at once; else it is asked for when a page wants to know.
    known_csd: Standing | None = None

    @classmethod
    def of(cls, user: User, *, lock: bool = False) -> "Progress":
        """Reads where the user's company stands, in one query.

        With `lock`, inside a transaction, first locks the Onboarding row: saves of one company's steps
        follow each other. NO KEY, so that rows that point to it can still be written. Locking is a
        statement of its own: one that waited for a lock goes on with the snapshot it began with, in which
        what the other save wrote is not there yet.
        """
        company_id = cast("int", user.company_id)
        if lock:
            _lock().get(company_id)
        onboarding = _row().get(company_id)
        return cls._read(onboarding, user)

    @classmethod
    def of_companies(cls, companies: Collection[int]) -> "dict[int, Progress]":
        """Reads where many companies stand, in three queries; one that has no user yet is left out."""
        rows = Onboarding.objects.with_progress().filter(company__in=companies)
        seals = standings(companies)
        return {
            row.company_id: cls._read(row, user, seals.get(row.company_id, Standing("none")))
            for row in rows.select_related("company__distributor").prefetch_related("company__users")
            if (user := next(iter(row.company.users.all()), None))
        }

    @classmethod
    def _read(cls, onboarding: Any, user: User, csd: Standing | None = None) -> "Progress":
        return cls(
            onboarding=onboarding,
            company=onboarding.company,
            user=user,
            kept={row["slug"]: _kept(row) for row in onboarding.states},
            known_csd=csd,
        )

    @cached_property
    def csd(self) -> Standing:
        """How the company stands with its CSD."""
        return self.known_csd or standing(self.company)

    @cached_property
    def user_now(self) -> User:
        """The user's row read after the lock; the request's own was read before."""
        return User.objects.get(pk=self.user.pk)

    @cached_property
    def addresses(self) -> dict[str, Address]:
        """The company's addresses by kind; new, unsaved ones for those it has not."""
        found = {address.kind: address for address in self.company.addresses.all()}
        return {kind: found.get(kind) or Address(company=self.company, kind=kind) for kind in Address.Kind}

    @cached_property
    def documents(self) -> list[DocumentType]:
        """The documents that the company issues."""
        return list(self.company.document_types.all())

    def saved(self, slug: str) -> bool:
        """Whether the issuer has saved this step."""
        return self.kept.get(slug, Kept()).saved_at is not None

    def saved_at(self, slug: str) -> datetime | None:
        """When the issuer saved this step."""
        return self.kept.get(slug, Kept()).saved_at

    def omitted(self, slug: str) -> bool:
        """Whether the issuer left this step out for now."""
        return self.kept.get(slug, Kept()).omitted

    def note(self, slug: str) -> str:
        """What support asks the issuer to look at again."""
        return self.kept.get(slug, Kept()).note

    @property
    def notice_accepted(self) -> bool:
        """Whether the notice in force has been accepted; without that, no other step opens."""
        return bool(self.onboarding.notice_accepted)

    @property
    def finished(self) -> bool:
        """Whether the issuer has finished the configuration."""
        return self.onboarding.finished_at is not None

    def missing(self, steps: "tuple[Step, ...]") -> "list[Step]":
        """The steps that must be complete before finishing, and are not."""
        return [
            step
            for step in steps
            if step.counts and not step.optional and step.status(self) is not Status.DONE
        ]


@cache
def _row() -> Prepared[Onboarding]:
    """The query of every page."""
    return Prepared(Onboarding.objects.with_progress(), "company_id")


@cache
def _lock() -> Prepared[Onboarding]:
    """What every save begins with."""
    return Prepared(Onboarding.objects.select_for_update(no_key=True).only("pk"), "company_id")


def _kept(row: dict[str, Any]) -> Kept:
    saved_at = row["saved_at"]
    return Kept(
        saved_at=datetime.fromisoformat(saved_at) if saved_at else None,
        omitted=row["omitted"],
        note=row["note"],
    )
