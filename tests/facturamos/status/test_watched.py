"""A task of the night that fails each time is told: in «Estado», and so by alarms."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from celery import Task
from django.utils import timezone
from kombu import Connection
from time_machine import travel

from facturamos.beat import MemoryScheduler
from facturamos.celery import app
from facturamos.status.models import Alarm, SignOfLife
from facturamos.status.report import Level
from facturamos.status.watched import MAY_FAIL_FOR, good_ends
from mailing import alarms
from onboarding.backoffice import retention, tasks

pytestmark = pytest.mark.django_db

LATER = MAY_FAIL_FOR + timedelta(hours=1)


def test_a_new_site_is_quiet_until_each_had_its_time() -> None:
    assert good_ends(timezone.now()).level is Level.GOOD

    scheduler = MemoryScheduler(app=app)
    vars(scheduler)["connection"] = Connection("memory://")
    with patch.object(Task, "apply_async"):
        scheduler.tick()

    assert good_ends(timezone.now()).level is Level.GOOD
    late = good_ends(timezone.now() + LATER)
    assert late.level is Level.BAD
    assert "backoffice.tidy, hace 2 días" in late.said


# Celery lets go of connections: it takes one without a transaction.
@pytest.mark.django_db(transaction=True)
def test_a_good_end_is_noted_and_a_bad_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr(retention, "tidy", fail)

    for task in (tasks.tidy, tasks.erase, tasks.forget_history):
        task.apply()

    ended = {*SignOfLife.objects.filter(name__startswith=SignOfLife.GOOD_END).values_list("pk", flat=True)}
    assert ended == {"terminó:backoffice.erase", "terminó:backoffice.forget_history"}


def test_alarms_tell_of_it() -> None:
    SignOfLife.objects.note(f"{SignOfLife.GOOD_END}backoffice.erase", timezone.now() - LATER)

    alarms.sound()

    assert "backoffice.erase" in Alarm.objects.get(key="processes.tasks_late").said


def test_a_good_end_that_lies_ahead_is_none() -> None:
    SignOfLife.objects.note(f"{SignOfLife.GOOD_END}backoffice.erase", timezone.now() + timedelta(days=300))

    assert good_ends(timezone.now()).level is Level.BAD
    assert "en el futuro" in good_ends(timezone.now()).said


def test_beat_at_its_beginning_makes_no_late_one_good() -> None:
    with travel(timezone.now() - LATER):
        SignOfLife.objects.note(f"{SignOfLife.GOOD_END}backoffice.erase", timezone.now())

    scheduler = MemoryScheduler(app=app)
    vars(scheduler)["connection"] = Connection("memory://")
    with patch.object(Task, "apply_async"):
        scheduler.tick()

    assert good_ends(timezone.now()).level is Level.BAD
