"""A distributor's clients, once a week: who finished, who never came in, who is on the way."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from companies.models import Distributor, User
from mailing.outbox import Mail, Moot, page_url
from onboarding.models import Onboarding, Reminder
from onboarding.reminders.recipients import distributor_of, first_address
from onboarding.reminders.services import BATCH, Due, reminder, render, unreminded

KIND = "onboarding.digest"
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
    distributors = Distributor.objects.annotate(
        week=Value(f"{year}-{number:02}"),
        address=Coalesce(NullIf("email", Value("")), first_address(users)),
    ).filter(
        unreminded(KIND, about="week", to="distributor"),
        Exists(_worth_telling(now).filter(company__distributor=OuterRef("pk"))),
    )
    found = distributors.exclude(address="").order_by("pk").values_list("pk", "address", "week")
    return [Due(address, week, distributor_id=pk) for pk, address, week in found[:BATCH]]


@reminder(KIND, label="Resumen semanal de sus clientes", due=due)
def email(row: Reminder) -> Mail:
    """The newest accounts first, each with the last sign-in."""
    distributor = distributor_of(row)
    entered = User.objects.filter(company=OuterRef("company")).order_by(F("last_login").desc(nulls_last=True))
    clients = (
        _worth_telling(timezone.now())
        .filter(company__distributor=distributor)
        .select_related("company")
        .annotate(entered_at=Subquery(entered.values("last_login")[:1]))
        .order_by("-company_id")
    )
    if not clients:
        raise Moot("ya no hay cuentas por terminar.")
    unfinished = [client for client in clients if client.finished_at is None]
    context = {
        "distributor": distributor,
        "unfinished": len(unfinished),
        "groups": [
            _group("Terminaron esta semana", "", [client for client in clients if client.finished_at]),
            _group(
                "Todavía no entran",
                "Desde la página de cada cuenta puede reenviarles sus credenciales.",
                [client for client in unfinished if client.entered_at is None],
            ),
            _group(
                "Ya entraron y les falta terminar", "", [client for client in unfinished if client.entered_at]
            ),
        ],
        "url": page_url("admin:companies_company_changelist"),
    }
    return render(row, context)


def _worth_telling(now: datetime) -> QuerySet[Onboarding]:
    """The ways through the steps that a distributor hears about: not finished yet, or finished this week."""
    return Onboarding.objects.filter(
        Q(finished_at=None) | Q(finished_at__gt=now - WEEK), company__deleted_at=None
    )


def _group(title: str, hint: str, rows: Sequence[Onboarding]) -> dict[str, object]:
    named = [
        {"row": row, "url": page_url("admin:companies_company_change", str(row.company_id))}
        for row in rows[:NAMED]
    ]
    return {"title": title, "hint": hint, "named": named, "count": len(rows), "more": len(rows) - len(named)}
