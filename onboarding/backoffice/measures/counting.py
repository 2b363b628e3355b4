"""Counts how long each step takes, and for whom companies wait. Beat calls it every hour.

What is counted, in the words that the page has, too:

- *Active*: the time between two things that a company did (came in, saved or left out a step, sent a page
  that was not taken, uploaded, tried a password, tested) goes to the step of the second, as long as it is at
  most `PAUSE`. What somebody did who was asked for a step is the company's doing. Until it has finished.
- *Waiting for the company*: the same time, where it is longer than `PAUSE`; and at «Iniciar sesión» the time
  from the mail with credentials to the first sign-in.
- *Waiting for the SAT*: from when our checks accepted the company's first CSD until the SAT's list had it, or
  at most 72 hours after it was issued.
- *Waiting for the PAC*: from when a letter reached it until it was confirmed or refused.
- *Waiting for us*: jobs from the request to their end (for a mailbox this holds its server's answers); the
  mail with credentials until it left; a CSD under review; a letter signed elsewhere until we confirmed it.

A company has one time a step and party: all of it, noted with the week (and the release) in which the step
was first done, or the waiting ended. Steps not done yet, and waits not over yet, count nowhere.

What the times come of is not all kept for as long as they are (retention.py): a count makes only the last
`RECOUNTED` weeks anew, and leaves older ones as they are until they are `WEEKS` old.
"""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from certificates.expiry import USABLE_AFTER
from facturamos.locks import lock_name
from facturamos.version import version
from onboarding.backoffice.measures import statements
from onboarding.backoffice.measures.models import SeenRelease, StepTime, Stumble, TimeCount

# A longer time without doing anything is no work.
PAUSE = timedelta(minutes=30)
# In weeks: of mailboxes' tests and refused pages the last 90 days are there.
RECOUNTED = 8
WEEKS = 53
# Of one statement, on a slow machine with a million companies: what a page asks for may take 30 seconds.
PATIENCE = "10min"


def monday(day: date) -> date:
    """The week that a day is in, by its first day."""
    return day - timedelta(days=day.weekday())


@transaction.atomic
def count(now: datetime | None = None) -> None:
    """Makes the last weeks' measures anew. Those of more than a year ago, retention.py deletes."""
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
    lock_name("measures")
    _note_release(now)
    since = monday(timezone.localdate(now)) - timedelta(weeks=RECOUNTED)
    for rows in (StepTime.objects.all(), Stumble.objects.all()):
        rows.filter(week__gte=since).delete()
    TimeCount.objects.all().delete()
    values: dict[str, date | datetime | float | str] = {
        "first": since,
        "since": timezone.make_aware(datetime.combine(since, time())),
        "now": now,
        "pause": PAUSE.total_seconds(),
        "sat": USABLE_AFTER[1].total_seconds(),
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        for statement in (statements.AT_WORK, statements.WAITING, statements.TROUBLE):
            cursor.execute(statement, values)
        cursor.execute(statements.COUNTS)


def _note_release(now: datetime) -> None:
    seen, _ = SeenRelease.objects.get_or_create(version=version(), defaults={"since": now, "counted_at": now})
    seen.counted_at = now
    seen.save(update_fields=["counted_at"])


def counted_at() -> datetime | None:
    """Until when the measures count; None before the first time."""
    return SeenRelease.objects.order_by("-counted_at").values_list("counted_at", flat=True).first()
