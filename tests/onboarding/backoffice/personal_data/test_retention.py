"""What is kept for how long: the nightly job deletes that and no more, and the document says the same."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.db import models
from django.utils import timezone

from certificates.models import Csd, Diagnosis, SatList
from companies.models import User
from facturamos.jobs.models import Job
from facturamos.status.models import Alarm, ErrorCount
from mailing.models import MailboxTest, Message
from onboarding.backoffice.personal_data import retention
from onboarding.backoffice.personal_data.retention import RETENTION
from tests.onboarding.backoffice.rows import rows_of

NOW = timezone.now()
# Where a row's age is not in `created_at`.
MOMENTS = {
    "axes.AccessLog": "attempt_time",
    "axes.AccessFailureLog": "attempt_time",
    "certificates.SatList": "read_at",
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

    assert retention.tidy(NOW)[each.title] == 1

    model = each.older(NOW).model
    assert {row._meta.label for row in kept} >= {model._meta.label}
    for row in kept:
        if row._meta.label == model._meta.label:
            row.refresh_from_db()


def make(name: str, moment: datetime) -> list[models.Model]:
    """A row of each sort, as old as that."""
    diagnosis, test = Diagnosis.objects.latest("pk"), MailboxTest.objects.latest("created_at")
    message = Message(kind=name, to="a@example.com", about="1", give_up_at=NOW, state=Job.State.DONE)
    rows: list[models.Model] = [
        *(message, MailboxTest(mailbox=test.mailbox)),
        Diagnosis(code=name, company=diagnosis.company, ok=False, for_support=False, report=[]),
        *(AccessLog(username=name), AccessFailureLog(username=name, locked_out=False)),
        SatList(listed=1, ours=1),
        Alarm(key=name, label="x", said="x"),
        ErrorCount(hour=moment, status=500, number=1),
    ]
    for row in rows:
        row.save()
        column = MOMENTS.get(row._meta.label, "created_at")
        row._meta.model._base_manager.filter(pk=row.pk).update(**{column: moment})
    return rows
