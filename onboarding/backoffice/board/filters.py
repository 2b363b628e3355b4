"""The board's filters: which companies each finds; how many, counts.py tells.

What a state means is told once, by the steps themselves (onboarding/steps/); only the filters say some of it
again, in SQL, and a test holds both to each other.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from certificates.checks.results import State
from certificates.models import Csd, Diagnosis
from certificates.status.active_csd import ENDED
from companies.models import Company, User
from onboarding.backoffice.board.bounces import bounced
from onboarding.backoffice.board.kept_counts import KeptCounts
from onboarding.backoffice.board.models import LastMove
from onboarding.backoffice.board.stuck import without_progress
from onboarding.backoffice.notes.models import CompanyNote

# Whatever rows tell companies, of one table or of several.
type ManyRows = tuple[QuerySet[Any], ...]
# So many companies' keys are listed in a query; more are found by a subquery.
MOST_KEYS = 2000


@dataclass(frozen=True)
class Filter(ABC):
    """One of the board's filters: its name in the address, its words, and what it finds."""

    name: str
    label: str

    @abstractmethod
    def among(self, moves: QuerySet[LastMove], now: datetime, user: User) -> QuerySet[LastMove]:
        """Those of the moves whose company it finds at a moment."""

    def among_few(self, moves: QuerySet[LastMove], now: datetime, user: User) -> QuerySet[LastMove]:
        """The same, where there are few moves, or only the first that are found are wanted."""
        return self.among(moves, now, user)

    def sortable_among(self, moves: QuerySet[LastMove], now: datetime, user: User) -> QuerySet[LastMove]:
        """The same, for a page that sorts them."""
        return self.among(moves, now, user)


@dataclass(frozen=True)
class MoveFilter(Filter):
    """A filter by what the board's own rows say."""

    condition: Callable[[datetime, User], Q]

    def among(self, moves: QuerySet[LastMove], now: datetime, user: User) -> QuerySet[LastMove]:
        return moves.filter(self.condition(now, user))


@dataclass(frozen=True)
class RowsFilter(Filter):
    """A filter by others' rows, as the user sees them: the companies that any of these querysets tells."""

    rows: Callable[[datetime, User], ManyRows]
    # What it finds differs with who looks, and is little.
    of_viewer: bool = False
    # That of an index which has these rows and no others: else PostgreSQL may try the table.
    order: tuple[str, ...] = ()

    def among(self, moves: QuerySet[LastMove], now: datetime, user: User) -> QuerySet[LastMove]:
        companies = self._companies(now, user)
        few = _by_keys(moves, companies)
        return of_companies(moves, companies) if few is None else few

    def among_few(self, moves: QuerySet[LastMove], now: datetime, user: User) -> QuerySet[LastMove]:
        """Each company is asked, by indexes; `among` reads others' rows of all companies."""
        each = (Exists(rows.filter(company=OuterRef("pk"))) for rows in self.rows(now, user))
        # By way of the company: asked of a move, PostgreSQL would read the rows of all companies first.
        return of_companies(moves, Company.objects.filter(reduce(or_, map(Q, each))).order_by())

    def sortable_among(self, moves: QuerySet[LastMove], now: datetime, user: User) -> QuerySet[LastMove]:
        """Few of many are found first, and then sorted; in all other cases the first are soon found."""
        known = 0 if self.of_viewer else KeptCounts.objects.seen_by(user, self.name)
        if known is None or known > MOST_KEYS:
            return self.among_few(moves, now, user)
        companies = self._companies(now, user)
        few = _by_keys(moves, companies)
        return sortable(of_companies(moves, companies), moves) if few is None else few

    def _companies(self, now: datetime, user: User) -> QuerySet[Any]:
        first, *others = (rows.order_by(*self.order).values("company") for rows in self.rows(now, user))
        return first.union(*others, all=True).order_by() if others else first


def _by_keys(moves: QuerySet[LastMove], companies: QuerySet[Any]) -> QuerySet[LastMove] | None:
    """Those of these companies, where they are few: PostgreSQL cannot know that, and would read each move."""
    keys = [row["company"] for row in companies[: MOST_KEYS + 1]]
    return moves.filter(pk__in=keys) if len(keys) <= MOST_KEYS else None


def of_companies(moves: QuerySet[LastMove], companies: QuerySet[Any]) -> QuerySet[LastMove]:
    """Those of these companies, given as a subquery."""
    return moves.filter(company__in=companies)


def sortable(found: QuerySet[LastMove], moves: QuerySet[LastMove]) -> QuerySet[LastMove]:
    """What a subquery found among `moves`; few are given by their keys, which sort quickly."""
    keys = list(found.order_by().values_list("pk", flat=True)[: MOST_KEYS + 1])
    return moves.filter(pk__in=keys) if len(keys) <= MOST_KEYS else found


def _unfinished(now: datetime, user: User) -> Q:
    return Q(finished=False)


def _never_in(now: datetime, user: User) -> Q:
    return Q(entered=False)


def _on_the_way(now: datetime, user: User) -> Q:
    return Q(entered=True, finished=False)


def _stuck(now: datetime, user: User) -> Q:
    return _on_the_way(now, user) & without_progress(now)


def _finished(now: datetime, user: User) -> Q:
    return Q(finished=True)


def _csd_problem(now: datetime, user: User) -> ManyRows:
    """As certificates.status.overview tells it: of the active CSD, or else of the latest upload."""
    active = Csd.objects.active()
    wrong = active.filter(Q(valid_to__lt=now) | ~Q(rfc=F("company__rfc")) | Q(sat_status__in=ENDED))
    later = Csd.objects.filter(company=OuterRef("company"), uploaded_at__gt=OuterRef("uploaded_at"))
    reviewed = Csd.objects.under_review().filter(company=OuterRef("company"))
    refused = Csd.objects.filter(
        Q(~Exists(reviewed), state=Csd.State.REFUSED)
        | Q(state=Csd.State.WAITING_PASSWORD)
        | Q(state=Csd.State.VALIDATING, draft_until__lte=now),
        ~Exists(active.filter(company=OuterRef("company"))),
        ~Exists(later.exclude(state=Csd.State.REPLACED)),
    )
    # Of what the request itself refuses nothing is stored but the report.
    stored = Csd.objects.filter(company=OuterRef("company")).exclude(state=Csd.State.REPLACED)
    newer = Diagnosis.objects.filter(company=OuterRef("company"), created_at__gt=OuterRef("created_at"))
    at_once = Diagnosis.objects.filter(
        ~Exists(stored), ~Exists(newer), ok=False, report__contains=[{"state": State.BAD.value}]
    )
    return wrong, refused, at_once


def _under_review(now: datetime, user: User) -> ManyRows:
    return (Csd.objects.under_review(),)


def _expiring(now: datetime, user: User) -> ManyRows:
    return (Csd.objects.expiring(now),)


def _bounced(now: datetime, user: User) -> ManyRows:
    return (bounced(),)


def _with_tasks(now: datetime, user: User) -> ManyRows:
    """Of notes that support keeps to itself a distributor must not even learn that there are any.

    Whose the companies are by now, the moves say that it is asked among.
    """
    return (CompanyNote.objects.written_for(user).open_tasks(),)


FILTERS: tuple[Filter, ...] = (
    MoveFilter("por-terminar", "Por terminar", _unfinished),
    MoveFilter("sin-entrar", "Sin entrar", _never_in),
    MoveFilter("en-camino", "En camino", _on_the_way),
    MoveFilter("detenida", "Detenida", _stuck),
    RowsFilter("con-pendientes", "Con pendientes", _with_tasks, of_viewer=True, order=("company_id",)),
    RowsFilter("correo-rebotado", "Correo rebotado", _bounced),
    RowsFilter("con-problema-en-sellos", "Con problema en sellos", _csd_problem),
    RowsFilter("sellos-por-confirmar", "Sellos por confirmar", _under_review),
    RowsFilter("por-vencer", "Por vencer", _expiring),
    MoveFilter("terminada", "Terminada", _finished),
)


def named(name: str) -> Filter | None:
    """The filter of this name, if there is one."""
    return next((each for each in FILTERS if each.name == name), None)
