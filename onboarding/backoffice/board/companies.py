"""The board's companies: which ones, and where each stands.

A page first picks its companies' ids, with conditions that indexes serve, and then reads where these few
stand. What a state means is told once, by the steps themselves (onboarding/steps/); only the filters say
some of it again, in SQL, and a test holds both to each other.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from certificates.checks.results import State
from certificates.models import Csd, Diagnosis
from certificates.status.active_csd import ENDED
from companies.accounts.services import CREDENTIALS
from companies.admin.company import CompanyAdmin
from companies.models import Company, User
from facturamos.admin.search import search
from mailing.models import Message
from onboarding.backoffice.board.blocking import blocked_by
from onboarding.backoffice.board.bounces import bounced, latest_bounced
from onboarding.models import StepState
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.stepper import number_of, total

PAGE = 50
# Beyond this the board says «más de 1000»: an exact count reads every row.
COUNTED = 1000
CHUNK = 1000
# By what a company is found, here and on admin's list.
SEARCHED = CompanyAdmin.search_fields
# Nothing saved and nobody signed in for so long: somebody should call.
STUCK_AFTER = timedelta(days=7)

Companies = QuerySet[Company]


@dataclass(frozen=True)
class Filter:
    """One of the board's filters: its name in the address, its words, its condition at a moment."""

    name: str
    label: str
    condition: Callable[[datetime], Q]


def _never_in(now: datetime) -> Q:
    return Q(Exists(User.objects.filter(company=OuterRef("pk"), last_login=None)))


def _stuck(now: datetime) -> Q:
    since = now - STUCK_AFTER
    users = User.objects.filter(company=OuterRef("pk"))
    saved = StepState.objects.filter(onboarding__company=OuterRef("pk"), saved_at__gt=since)
    return Q(
        Exists(users.filter(last_login__lte=since)),
        ~Exists(users.filter(last_login__gt=since)),
        ~Exists(saved),
        onboarding__finished_at=None,
    )


def _csd_problem(now: datetime) -> Q:
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


def _under_review(now: datetime) -> Q:
    return Q(pk__in=Csd.objects.under_review().values("company"))


def _expiring(now: datetime) -> Q:
    return Q(pk__in=Csd.objects.expiring(now).values("company"))


def _finished(now: datetime) -> Q:
    return Q(onboarding__finished_at__isnull=False)


FILTERS: tuple[Filter, ...] = (
    Filter("sin-entrar", "Sin entrar", _never_in),
    Filter("correo-rebotado", "Correo rebotado", bounced),
    Filter("detenida", "Detenida", _stuck),
    Filter("con-problema-en-sellos", "Con problema en sellos", _csd_problem),
    Filter("sellos-por-confirmar", "Sellos por confirmar", _under_review),
    Filter("por-vencer", "Por vencer", _expiring),
    Filter("terminada", "Terminada", _finished),
)


# --- which companies


def companies(user: User, wanted: str = "", words: str = "") -> Companies:
    """The companies alive that `user` may see, newest first, through one filter and a search."""
    found = Company.objects.visible_to(user).alive()
    for each in FILTERS:
        if each.name == wanted:
            found = found.filter(each.condition(timezone.now()))
    return search(found, SEARCHED, words).order_by("-pk")


def count(found: Companies) -> int:
    """How many there are, up to one more than `COUNTED`."""
    return found.order_by().values("pk")[: COUNTED + 1].count()


# --- where they stand


@dataclass(frozen=True)
class Row:
    """One company on the board."""

    company: Company
    user: User
    finished_at: datetime | None
    reached: int
    total: int
    moved_at: datetime
    idle_days: int
    blocked: str
    # The last mail to its user, where it did not arrive.
    bounced: Message | None
    # Whether the address can be corrected and the credentials sent anew, by whoever reads the board.
    can_correct: bool
    csd_until: datetime | None


def rows(ids: Collection[int]) -> list[Row]:
    """Where these companies stand, in the given order; five queries however many."""
    now = timezone.now()
    progress = Progress.of_companies(ids)
    mails = _credentials([pk for pk, one in progress.items() if one.user.last_login is None])
    returned = latest_bounced(progress)
    return [_row(progress[pk], mails.get(pk), returned.get(pk), now) for pk in ids if pk in progress]


def all_rows(found: Companies) -> Iterator[Row]:
    """Every company of a selection, read in chunks."""
    for chunk in batched(list(found.values_list("pk", flat=True)), CHUNK, strict=False):
        yield from rows(chunk)


def _credentials(ids: Collection[int]) -> dict[int, Message]:
    """The latest credentials mail of each company."""
    if not ids:
        return {}
    mails = Message.objects.filter(company__in=ids, kind=CREDENTIALS).defer("secret")
    latest = mails.order_by("company_id", "-created_at").distinct("company_id")
    return {mail.company_id: mail for mail in latest if mail.company_id}


def _row(progress: Progress, mail: Message | None, returned: Message | None, now: datetime) -> Row:
    company, user = progress.company, progress.user
    readiness = Readiness.of(progress, STEPS)
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
        blocked=blocked_by(readiness, mail),
        bounced=returned,
        can_correct=user.last_login is None and mail is not None and mail.did_not_arrive,
        csd_until=progress.csd.active.valid_to if progress.csd.active else None,
    )


def reached(readiness: Readiness) -> int:
    """The guide's number of the step that a company stands at; of the last one when it has finished."""
    if readiness.progress.finished:
        return total(STEPS)
    if readiness.progress.user.last_login is None:
        return 1
    missing = [line.code for line in readiness.before_finishing]
    return number_of([*missing, STEPS[-1].slug][0], STEPS)
