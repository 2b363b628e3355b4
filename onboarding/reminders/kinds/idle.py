"""Who came in, did not finish, and has neither saved a page nor signed in for a week. Once an account."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from companies.models import User
from mailing.outbox import Mail, Moot, page_url
from onboarding.models import Reminder, StepState
from onboarding.readiness import Readiness
from onboarding.reminders.recipients import TOO_LATE_AFTER, issuers, user_of
from onboarding.reminders.services import BATCH, Due, reminder, render, unreminded
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress

KIND = "onboarding.idle"
IDLE_AFTER = timedelta(days=7)


def due(now: datetime) -> Iterable[Due]:
    """The later of the last sign-in and the last saved page starts the week."""
    lately = (now - TOO_LATE_AFTER, now - IDLE_AFTER)
    saved = StepState.objects.filter(onboarding__company=OuterRef("company"), saved_at__isnull=False)
    users = issuers().annotate(
        active_at=Greatest("last_login", Subquery(saved.order_by("-saved_at").values("saved_at")[:1]))
    )
    found = users.filter(
        unreminded(KIND, key="company_id"),
        company__onboarding__finished_at=None,
        company__onboarding__isnull=False,
        last_login__isnull=False,
        active_at__range=lately,
        # So that nobody else's time is looked up: found by index, each way.
        company__in=_moved_within(lately),
    )
    return [Due(user.email, "", company_id=user.company_id) for user in found[:BATCH]]


def _moved_within(time: tuple[datetime, datetime]) -> QuerySet[User, int | None]:
    """The companies of which somebody signed in or saved a page then, and perhaps later, too."""
    signed_in = User.objects.filter(last_login__range=time).values_list("company", flat=True)
    saved = StepState.objects.filter(saved_at__range=time).values_list("onboarding__company", flat=True)
    return signed_in.union(saved)


@reminder(KIND, label="Recordatorio de configuración sin terminar", due=due)
def email(row: Reminder) -> Mail:
    """What is still missing, and the way back in."""
    progress = Progress.of(user_of(row))
    if progress.finished:
        raise Moot("la configuración ya terminó.")
    context = {
        "user": progress.user,
        "company": progress.company,
        "readiness": Readiness(progress, STEPS),
        "url": page_url("configuracion"),
    }
    return render(row, context)
