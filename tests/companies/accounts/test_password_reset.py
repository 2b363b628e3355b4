"""Requests for a new password: how long they are kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies.models import ResetRequest
from companies.tasks import tidy
from facturamos.jobs.models import Job

pytestmark = pytest.mark.django_db


def requested(minutes_ago: int, state: Job.State) -> ResetRequest:
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    finished = moment if state == Job.State.DONE else None
    return ResetRequest.objects.create(
        asked_for="panaderia", address="192.0.2.1", state=state, created_at=moment, finished_at=finished
    )


def test_old_requests_are_forgotten_answered_or_not() -> None:
    for state in Job.State:
        requested(61, state)
    young = [requested(59, state) for state in (Job.State.QUEUED, Job.State.DONE)]

    tidy()

    assert {*ResetRequest.objects.all()} == {*young}
