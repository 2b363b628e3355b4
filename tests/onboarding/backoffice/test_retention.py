"""What is kept for how long: the nightly job deletes that and no more, and the document says the same."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import models
from django.utils import timezone

from certificates.models import Csd, Diagnosis, SatList
from companies.models import SecurityEvent, User
from facturamos.jobs.models import Job
from facturamos.status.models import Alarm, ErrorCount
from mailing.models import MailboxTest, Message
from onboarding.backoffice import retention
from onboarding.backoffice.models import StepTime, Stumble
from onboarding.backoffice.retention import RETENTION
from onboarding.models import RefusedSubmit
from tests.onboarding.backoffice.rows import rows_of

NOW = timezone.now()
# Where a row's age is not in `created_at`.
MOMENTS = {
    "admin.LogEntry": "action_time",
    "axes.AccessLog": "attempt_time",
    "axes.AccessAttempt": "attempt_time",
    "certificates.SatList": "read_at",
    "backoffice.StepTime": "week",
    "backoffice.Stumble": "week",
    "companies.SecurityEvent": "at",
    "onboarding.RefusedSubmit": "at",
    "status.Alarm": "ended_at",
    "status.ErrorCount": "hour",
}
DOCUMENT = Path(settings.BASE_DIR, "docs", "personal-data.md")


def test_the_document_tells_every_sort_and_its_days() -> None:
    text = DOCUMENT.read_text()

    for each in RETENTION:
        assert f"| {each.title} | {each.days} días | {each.why} |" in text


@pytest.mark.django_db
@pytest.mark.parametrize("each", RETENTION, ids=lambda each: each.older.__name__)
def test_each_sort_goes_after_its_days_and_not_before(issuer: User, each: retention.Retention) -> None:
    rows_of(issuer)
    Csd.objects.filter(state=Csd.State.ACTIVE).end(Csd.State.REPLACED)
    make("old", NOW - timedelta(days=each.days, hours=1))
    kept = make("young", NOW - timedelta(days=each.days - 1))
    # Of one table there may be several sorts.
    sort = each.older(NOW)
    of_this_sort = [row for row in kept if type(row) is sort.model and sort.filter(pk=row.pk).exists()]

    assert retention.tidy(NOW)[each.title] == 1

    assert of_this_sort
    for row in of_this_sort:
        row.refresh_from_db()


@pytest.mark.django_db
def test_a_sort_that_fails_stops_no_other(issuer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(before: datetime) -> models.QuerySet[models.Model]:
        raise RuntimeError

    ErrorCount.objects.create(hour=NOW - timedelta(days=200), status=500, number=1)
    broken = retention.Retention("x", 1, "x", fail)
    monkeypatch.setattr(retention, "RETENTION", (broken, *RETENTION))

    with pytest.raises(ExceptionGroup):
        retention.tidy(NOW)

    assert not ErrorCount.objects.exists()


@pytest.mark.django_db
def test_a_mail_goes_whatever_became_of_it_but_not_while_it_waits() -> None:
    long_ago = NOW - timedelta(days=731)
    for state in Job.State:
        Message.objects.create(
            kind=state, to="a@example.com", about="1", give_up_at=NOW, state=state, created_at=long_ago
        )

    retention.tidy(NOW)

    assert {*Message.objects.values_list("state", flat=True)} == {Job.State.QUEUED, Job.State.RUNNING}


def make(name: str, moment: datetime) -> list[models.Model]:
    """A row of each sort, as old as that."""
    diagnosis, test = Diagnosis.objects.latest("pk"), MailboxTest.objects.latest("created_at")
    user = User.objects.exclude(company=None).first()
    message = Message(kind=name, to="a@example.com", about="1", give_up_at=NOW, state=Job.State.DONE)
    company = diagnosis.company
    counted = {"company": company, "distributor": company.distributor, "step": name, "week": moment.date()}
    rows: list[models.Model] = [
        RefusedSubmit(company=company, step="sellos"),
        *(StepTime(**counted, party="active", seconds=1), Stumble(**counted, sort="try", times=1)),
        *(message, MailboxTest(mailbox=test.mailbox)),
        Diagnosis(code=name, company=company, ok=False, for_support=False, report=[]),
        *(AccessLog(username=name), AccessAttempt(username=name, failures_since_start=1)),
        *(SecurityEvent(user=user, kind=kind) for kind in ("signed_in", "refused")),
        LogEntry(user=user, object_repr=name, action_flag=CHANGE),
        SatList(listed=1, ours=1),
        Alarm(key=name, label="x", said="x"),
        ErrorCount(hour=moment, status=500, number=1),
    ]
    for row in rows:
        row.save()
        column = MOMENTS.get(row._meta.label, "created_at")
        row._meta.model._base_manager.filter(pk=row.pk).update(**{column: moment})
    return rows
