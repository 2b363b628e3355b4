"""The board's filters: which companies each finds; how many, counts.py tells.

What a state means is told once, by the steps themselves (onboarding/steps/); only the filters say some of it
again, in SQL, and a test holds both to each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from certificates.checks.results import State
from certificates.models import Csd, Diagnosis
from certificates.status.active_csd import ENDED
from companies.models import Company, User
from onboarding.backoffice.board.bounces import bounced
from onboarding.backoffice.board.models import LastMove
from onboarding.backoffice.notes.models import CompanyNote

# Nothing saved and nobody signed in for so long: somebody should call.
STUCK_AFTER = timedelta(days=7)
# So many companies' keys are listed in a query; more are found by a subquery.
MOST_KEYS = 2000


@dataclass(frozen=True)
class Filter:
    """One of the board's filters: its name in the address, its words, its condition at a moment.

    The condition is one on `LastMove`, or else on companies; what it asks of others' rows, as the user sees.
    """

    name: str
    label: str
    condition: Callable[[datetime, User], Q]
    of_moves: bool = False
    # What it finds differs with who looks, and is little.
    of_viewer: bool = False

    def among(self, moves: QuerySet[LastMove], now: datetime, user: User) -> QuerySet[LastMove]:
        """Those of the moves whose company it finds."""
        if self.of_moves:
            return moves.filter(self.condition(now, user))
        return moves.filter(company__in=Company.objects.filter(self.condition(now, user)).order_by())

    def sortable_among(self, moves: QuerySet[LastMove], now: datetime, user: User) -> QuerySet[LastMove]:
        """The same, for a page that sorts them."""
        found = self.among(moves, now, user)
        return found if self.of_moves else sortable(found, moves)


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
    return _on_the_way(now, user) & Q(moved_at__lte=now - STUCK_AFTER)


def _finished(now: datetime, user: User) -> Q:
    return Q(finished=True)


def _csd_problem(now: datetime, user: User) -> Q:
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
    found = (rows.values("company") for rows in (refused, at_once))
    return Q(pk__in=wrong.values("company").union(*found, all=True))


def _under_review(now: datetime, user: User) -> Q:
    return Q(pk__in=Csd.objects.under_review().values("company"))


def _expiring(now: datetime, user: User) -> Q:
    return Q(pk__in=Csd.objects.expiring(now).values("company"))


def _with_tasks(now: datetime, user: User) -> Q:
    """Of notes that support keeps to itself a distributor must not even learn that there are any."""
    return Q(pk__in=CompanyNote.objects.visible_to(user).open_tasks().order_by().values("company"))


FILTERS: tuple[Filter, ...] = (
    Filter("por-terminar", "Por terminar", _unfinished, of_moves=True),
    Filter("sin-entrar", "Sin entrar", _never_in, of_moves=True),
    Filter("en-camino", "En camino", _on_the_way, of_moves=True),
    Filter("detenida", "Detenida", _stuck, of_moves=True),
    Filter("con-pendientes", "Con pendientes", _with_tasks, of_viewer=True),
    Filter("correo-rebotado", "Correo rebotado", bounced),
    Filter("con-problema-en-sellos", "Con problema en sellos", _csd_problem),
    Filter("sellos-por-confirmar", "Sellos por confirmar", _under_review),
    Filter("por-vencer", "Por vencer", _expiring),
    Filter("terminada", "Terminada", _finished, of_moves=True),
)


def named(name: str) -> Filter | None:
    """The filter of this name, if there is one."""
    return next((each for each in FILTERS if each.name == name), None)
