"""Who is due for a reminder: one query a kind, whatever the number of accounts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf
from django.utils import timezone

from companies.models import Distributor, User
from companies.services import CREDENTIALS
from mailing.models import Message
from onboarding.models import Onboarding, StepState
from onboarding.reminders import BATCH, Due, unreminded

# Kinds of reminders; onboarding/emails.py says what each contains.
UNUSED_CREDENTIALS = "onboarding.unused_credentials"
IDLE = "onboarding.idle"
DIGEST = "onboarding.digest"

UNUSED_AFTER = timedelta(hours=48)
IDLE_AFTER = timedelta(days=7)
# What has been due for longer is left in peace: an account given up, or a site that was down for weeks.
TOO_LATE_AFTER = timedelta(days=30)
WEEK = timedelta(days=7)
# Monday, and Tuesday in case Monday failed.
DIGEST_DAYS = (0, 1)


def _issuers() -> QuerySet[User]:
    users: QuerySet[User] = User.objects.filter(
        role=User.Role.ISSUER, is_active=True, company__deleted_at=None
    )
    return users.exclude(email="").order_by("pk")


def unused_credentials(now: datetime) -> Iterable[Due]:
    """Who was sent credentials two days ago and has never come in. Once an account."""
    mailed = Message.objects.filter(kind=CREDENTIALS, about=Cast(OuterRef("pk"), CharField()))
    users = _issuers().annotate(
        mailed_at=Subquery(
            mailed.filter(mailed_at__isnull=False).order_by("-mailed_at").values("mailed_at")[:1]
        )
    )
    due = users.filter(
        unreminded(UNUSED_CREDENTIALS, key="company_id"),
        password_is_temporary=True,
        last_login=None,
        mailed_at__range=(now - TOO_LATE_AFTER, now - UNUSED_AFTER),
    )
    return [Due(user.email, "", company_id=user.company_id) for user in due[:BATCH]]


def idle(now: datetime) -> Iterable[Due]:
    """Who came in, did not finish, and has neither saved a page nor signed in for a week. Once an account."""
    saved = StepState.objects.filter(onboarding__company=OuterRef("company"), saved_at__isnull=False)
    users = _issuers().annotate(
        active_at=Greatest("last_login", Subquery(saved.order_by("-saved_at").values("saved_at")[:1]))
    )
    due = users.filter(
        unreminded(IDLE, key="company_id"),
        company__onboarding__finished_at=None,
        company__onboarding__isnull=False,
        last_login__isnull=False,
        active_at__range=(now - TOO_LATE_AFTER, now - IDLE_AFTER),
    )
    return [Due(user.email, "", company_id=user.company_id) for user in due[:BATCH]]


def digest(now: datetime) -> Iterable[Due]:
    """Distributors with clients to hear about, once a week. Their own address, or else a user's."""
    today = timezone.localdate(now)
    if today.weekday() not in DIGEST_DAYS:
        return []
    year, number, _ = today.isocalendar()
    users = User.objects.filter(distributor=OuterRef("pk"), is_active=True).exclude(email="")
    distributors = Distributor.objects.annotate(
        week=Value(f"{year}-{number:02}"),
        address=Coalesce(
            NullIf("email", Value("")), Subquery(users.order_by("pk").values("email")[:1]), Value("")
        ),
    ).filter(
        unreminded(DIGEST, about="week", to="distributor"),
        Exists(worth_telling(now).filter(company__distributor=OuterRef("pk"))),
    )
    due = distributors.exclude(address="").order_by("pk").values_list("pk", "address", "week")
    return [Due(address, week, distributor_id=pk) for pk, address, week in due[:BATCH]]


def worth_telling(now: datetime) -> QuerySet[Onboarding]:
    """The ways through the steps that a distributor hears about: not finished yet, or finished this week."""
    return Onboarding.objects.filter(
        Q(finished_at=None) | Q(finished_at__gt=now - WEEK), company__deleted_at=None
    )


def clients(distributor: Distributor, now: datetime) -> QuerySet[Onboarding]:
    """What the digest tells, newest account first: each with `entered_at`, the last sign-in or None."""
    entered = User.objects.filter(company=OuterRef("company")).order_by(F("last_login").desc(nulls_last=True))
    return (
        worth_telling(now)
        .filter(company__distributor=distributor)
        .select_related("company")
        .annotate(entered_at=Subquery(entered.values("last_login")[:1]))
        .order_by("-company_id")
    )
