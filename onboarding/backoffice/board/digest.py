"""A distributor's clients, once a week: who waits longest and for what, and who finished."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from companies.models import Distributor, User
from mailing.outbox import Mail, Moot, page_url
from onboarding.backoffice.board.companies import ORDERS, WAITING_LONGEST, Asked, Row, rows
from onboarding.backoffice.board.models import LastMove
from onboarding.models import Onboarding, Reminder
from onboarding.reminders.recipients import distributor_of, first_address
from onboarding.reminders.services import BATCH, Due, reminder, render, unreminded

KIND = "backoffice.digest"
WEEK = timedelta(days=7)
# Monday, and Tuesday in case Monday failed.
DAYS = (0, 1)
# How many clients of a sort are named; the rest are counted.
NAMED = 15


def due(now: datetime) -> Iterable[Due]:
    """Distributors with clients to hear about. Their own address, or else a user's."""
    today = timezone.localdate(now)
    if today.weekday() not in DAYS:
        return []
    year, number, _ = today.isocalendar()
    users = User.objects.filter(distributor=OuterRef("pk"))
    theirs = LastMove.objects.filter(distributor=OuterRef("pk"), deleted=False)
    lately = Onboarding.objects.filter(_lately(now), company__distributor=OuterRef("pk"))
    distributors = Distributor.objects.annotate(
        week=Value(f"{year}-{number:02}"),
        address=Coalesce(NullIf("email", Value("")), first_address(users)),
    ).filter(
        Exists(theirs.filter(finished=False)) | Exists(lately),
        unreminded(KIND, about="week", to="distributor"),
    )
    found = distributors.exclude(address="").order_by("pk").values_list("pk", "address", "week")
    return [Due(address, week, distributor_id=pk) for pk, address, week in found[:BATCH]]


@dataclass(frozen=True)
class DigestEntry:
    """One client in the mail: what is missing, or since when nothing is."""

    row: Row
    url: str


@dataclass(frozen=True)
class DigestGroup:
    """Clients of one sort: some by name, and the board's list of all."""

    title: str
    named: Sequence[DigestEntry]
    count: int
    url: str

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.named)


@reminder(KIND, label="Resumen semanal de sus clientes", due=due)
def email(row: Reminder) -> Mail:
    """Who waits longest stands first, with what is missing; each sort leads to the board's list."""
    distributor = distributor_of(row)
    theirs = LastMove.objects.filter(distributor=distributor, deleted=False)
    lately = theirs.filter(company__in=Onboarding.objects.filter(_lately(timezone.now())).values("company"))
    unfinished = theirs.filter(finished=False)
    groups = [
        _group("Terminaron esta semana", lately, "terminada"),
        _group("Todavía no entran", unfinished.filter(entered=False), "sin-entrar"),
        _group("Ya entraron y les falta terminar", unfinished.filter(entered=True), "en-camino"),
    ]
    if not any(group.count for group in groups):
        raise Moot("ya no hay cuentas por terminar.")
    context = {
        "distributor": distributor,
        "unfinished": unfinished.count(),
        "groups": [group for group in groups if group.count],
        "url": _board("por-terminar"),
    }
    return render(row, context)


def _lately(now: datetime) -> Q:
    return Q(finished_at__gt=now - WEEK, company__deleted_at=None)


def _group(title: str, moves: QuerySet[LastMove], wanted: str) -> DigestGroup:
    first = moves.order_by(*ORDERS[WAITING_LONGEST][1]).values_list("pk", flat=True)[:NAMED]
    named = [
        DigestEntry(row, page_url("admin:companies_company_resumen", str(row.company.pk)))
        for row in rows([*first])
    ]
    return DigestGroup(title, named, moves.count(), _board(wanted))


def _board(wanted: str) -> str:
    """The board through one of its filters."""
    return f"{page_url('admin:companies_company_tablero')}?{Asked(wanted).query}"
