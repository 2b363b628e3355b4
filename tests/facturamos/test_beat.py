"""What fell due while beat was away it learns from the database; a file tells of its health."""

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from facturamos.beat import MemoryScheduler
from facturamos.celery import app
from facturamos.schedule import SCHEDULE
from facturamos.status.models import SignOfLife

pytestmark = pytest.mark.django_db

NIGHTLY = ("media", "retention")


def due(scheduler: MemoryScheduler) -> set[str]:
    """What is called at once."""
    return {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}


def test_it_is_what_beat_runs_everywhere() -> None:
    assert app.conf.beat_scheduler == "facturamos.beat.MemoryScheduler"


def test_a_nightly_task_that_fell_due_while_no_beat_ran_is_called_at_once() -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() - timedelta(hours=25))

    assert due(MemoryScheduler(app=app)) >= {*NIGHTLY, "tidy", "bounces"}


def test_what_the_last_beat_called_is_not_called_again() -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() - timedelta(milliseconds=50))

    assert due(MemoryScheduler(app=app)).isdisjoint(NIGHTLY)


def test_the_first_one_and_one_whose_database_is_away_begin_from_now() -> None:
    with patch.object(SignOfLife.objects, "seen", side_effect=OperationalError):
        away = MemoryScheduler(app=app)

    for scheduler in (MemoryScheduler(app=app), away):
        assert scheduler.schedule.keys() == SCHEDULE.keys()
        assert due(scheduler).isdisjoint(NIGHTLY)


def test_it_tells_that_it_is_at_work(tmp_path: Path, settings: Settings) -> None:
    settings.HEARTBEAT_FILE = tmp_path / "latido"
    scheduler = MemoryScheduler(app=app)

    assert scheduler.should_sync()
    scheduler.sync()

    assert settings.HEARTBEAT_FILE.exists()
