"""The board's companies: which ones, in which order, and where each stands.

A page first picks its companies' ids, with conditions that indexes serve, and then reads where these few
stand. What a state means is told once, by the steps themselves (onboarding/steps/).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from companies.accounts.credentials import CREDENTIALS
from companies.admin.company import CompanyAdmin
from companies.models import Company, User
from facturamos.admin.search import Found, find, search_all
from facturamos.database.among import among
from mailing.models import Message
from onboarding.backoffice.board import filters
from onboarding.backoffice.board.blocking import Obstacle, blocked_by, notice_is_new
from onboarding.backoffice.board.models import LastMove
from onboarding.backoffice.board.refused_uploads import refused_uploads
from onboarding.backoffice.measures.companies_behind import Behind
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.steps.aviso_de_privacidad import PrivacyNoticeStep
from onboarding.wizard.progress import Progress
from onboarding.wizard.stepper import number_of, total

PAGE = 50
# Beyond this it says «más de 1000».
COUNTED = 1000
# By what a company is found, here and on admin's list.
SEARCHED = CompanyAdmin.search_fields

# In the board's address: the name, its words, the columns. The first is the usual one.
ORDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "espera": ("Más tiempo sin movimiento", ("finished", "moved_at", "pk")),
    "movimiento": ("Movimiento más reciente", ("-moved_at", "-pk")),
    "recientes": ("Creadas más recientemente", ("-pk",)),
}
WAITING_LONGEST = next(iter(ORDERS))


@dataclass(frozen=True)
class Asked:
    """What the board's address asks for: a filter, words, an order, and the number that it is behind."""

    wanted: str = ""
    words: str = ""
    order: str = WAITING_LONGEST
    behind: Behind | None = None

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        """As an address says it; what it does not know counts as nothing."""
        wanted, order = query.get("estado", ""), query.get("orden", "")
        return cls(
            wanted=wanted if filters.named(wanted) else "",
            words=query.get("q", "").replace("\0", "")[:100],
            order=order if order in ORDERS else WAITING_LONGEST,
            behind=Behind.of_word(query.get("medida", "")),
        )

    @property
    def query(self) -> str:
        """The same as a query string; empty for the whole board in its usual order."""
        said = {"estado": self.wanted, "q": self.words, "medida": self.behind.word if self.behind else ""}
        said["orden"] = "" if self.order == WAITING_LONGEST else self.order
        return urlencode({name: value for name, value in said.items() if value})

    def with_filter(self, wanted: str) -> "Asked":
        """The same search and order through another filter."""
        return replace(self, wanted=wanted)

    @property
    def words_for_it(self) -> str:
        """The filter and the search, for people."""
        chosen = filters.named(self.wanted)
        parts = [chosen.label if chosen else "Todas", f"«{self.words}»" if self.words else ""]
        parts += [self.behind.words_for_it] if self.behind else []
        return " · ".join(filter(None, parts))


# --- which companies


def find_moves(user: User, asked: Asked) -> Found[LastMove]:
    """The companies alive that `user` may see, by their last moves: filtered, narrowed, searched, in order.

    A search looks at few companies, and may not find all.
    """
    found = _unsearched(user, asked)
    if not asked.words:
        return Found(found, complete=True)
    companies = find(Company.objects.visible_to(user).alive(), SEARCHED, asked.words)
    return Found(found.filter(company__in=companies.rows.order_by()), companies.complete)


def every_move(user: User, asked: Asked) -> QuerySet[LastMove]:
    """The same, each one of them, however long that takes: for files."""
    found = _unsearched(user, asked)
    if not asked.words:
        return found
    companies = search_all(Company.objects.visible_to(user).alive(), SEARCHED, asked.words)
    return found.filter(company__in=companies.order_by())


def _unsearched(user: User, asked: Asked) -> QuerySet[LastMove]:
    found: QuerySet[LastMove] = LastMove.objects.on_board_of(user)
    if chosen := filters.named(asked.wanted):
        found = chosen.sortable_among(found, timezone.now(), user)
    if asked.behind:
        behind = filters.of_companies(found, asked.behind.companies().values("company"))
        found = filters.sortable(behind, found)
    return found.order_by(*ORDERS[asked.order][1])


def visible(user: User, ids: Collection[int]) -> QuerySet[Company]:
    """Those of the companies that the user may see: what `LastMove` copies only chooses."""
    return Company.objects.visible_to(user).alive().filter(pk__in=among(ids)).order_by("pk")


def count(found: QuerySet[LastMove]) -> int:
    """How many are found, up to one more than `COUNTED`: an exact count of many reads every row."""
    return found.order_by().values("pk")[: COUNTED + 1].count()


# --- where they stand


class Row(NamedTuple):
    """One company on the board."""

    company: Company
    user: User
    finished_at: datetime | None
    reached: int
    total: int
    moved_at: datetime
    idle_days: int
    blocked: Obstacle
    csd_until: datetime | None

    @property
    def phone(self) -> str:
        """Where somebody can be called, as it was written."""
        return self.company.phone or self.user.phone


def rows(ids: Collection[int]) -> list[Row]:
    """Where these companies stand, in the given order; four queries however many."""
    now = timezone.now()
    progress = Progress.of_companies(ids)
    # Of who has signed in nobody is told how the credentials travelled.
    not_in = [pk for pk, one in progress.items() if one.user.last_login is None]
    mails, uploads = _credentials(not_in), refused_uploads(progress)
    return [_row(progress[pk], mails.get(pk), uploads.get(pk, ""), now) for pk in ids if pk in progress]


def _credentials(ids: Collection[int]) -> dict[int, Message]:
    """The latest credentials mail of each company."""
    mails = Message.objects.filter(company__in=among(ids), kind=CREDENTIALS).defer("secret")
    latest = mails.order_by("company_id", "-created_at").distinct("company_id")
    return {mail.company_id: mail for mail in latest if mail.company_id}


def _row(progress: Progress, credentials: Message | None, upload: str, now: datetime) -> Row:
    company, user = progress.company, progress.user
    readiness = Readiness(progress, STEPS)
    saved = [state.saved_at for state in progress.stored.values() if state.saved_at]
    moved_at = max([company.created_at, *saved, *([user.last_login] if user.last_login else [])])
    return Row(
        company=company,
        user=user,
        finished_at=progress.onboarding.finished_at,
        reached=reached(readiness),
        total=total(STEPS),
        moved_at=moved_at,
        idle_days=(now - moved_at).days,
        blocked=blocked_by(readiness, credentials, upload),
        csd_until=progress.csd.active.valid_to if progress.csd.active else None,
    )


def reached(readiness: Readiness) -> int:
    """The guide's number of the step that a company stands at; of the last one when it has finished.

    A notice that was published anew sends nobody back: it is accepted beside the step where one stands.
    """
    progress = readiness.progress
    if progress.finished:
        return total(STEPS)
    if progress.user.last_login is None:
        return 1
    missing = [line.code for line in readiness.before_finishing]
    if notice_is_new(progress):
        missing.remove(PrivacyNoticeStep.slug)
    return number_of([*missing, STEPS[-1].slug][0], STEPS)
