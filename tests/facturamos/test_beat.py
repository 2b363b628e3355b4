"""What fell due while beat was away, and which beat calls, the database tells; a file tells of its health."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from celery import Task
from django.db import InternalError, OperationalError
from django.db.models.functions import Now
from django.utils import timezone
from kombu import Connection
from pytest_django import Settings

from facturamos.beat import ASK_EVERY, MemoryScheduler
from facturamos.celery import app
from facturamos.schedule import SCHEDULE, WATCHED
from facturamos.status.models import BeatLease, SignOfLife

pytestmark = pytest.mark.django_db

NIGHTLY = ("media", "retention", "erasure", "old-history")


def due(scheduler: MemoryScheduler) -> set[str]:
    """What is called at once."""
    return {name for name, entry in scheduler.schedule.items() if entry.is_due()[0]}


def test_it_is_what_beat_runs_everywhere() -> None:
    assert app.conf.beat_scheduler == "facturamos.beat.MemoryScheduler"


def test_a_nightly_task_that_fell_due_while_no_beat_ran_is_called_at_once() -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() - timedelta(hours=25))

    assert due(MemoryScheduler(app=app)) >= {*NIGHTLY, "tidy", "bounces"}


def test_a_mark_that_lies_ahead_keeps_nothing_from_falling_due() -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() + timedelta(days=400))

    scheduler = MemoryScheduler(app=app)

    assert all(
        entry.last_run_at and entry.last_run_at <= timezone.localtime()
        for entry in scheduler.schedule.values()
    )


def test_what_the_broker_did_not_take_is_handed_over_once_it_does() -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() - timedelta(hours=25))
    scheduler = MemoryScheduler(app=app)
    vars(scheduler)["connection"] = Connection("memory://")
    sent: list[str] = []

    def turn(answer: Callable[..., None]) -> None:
        """All that falls due is called, then what Celery does every two seconds."""
        with patch.object(Task, "apply_async", autospec=True, side_effect=answer):
            while scheduler.tick() == 0:
                pass
        scheduler.sync()

    def refuse(task: Task[..., None], *_: object, **__: object) -> None:
        raise OperationalError(task.name)

    def take(task: Task[..., None], *_: object, **__: object) -> None:
        sent.append(task.name)

    turn(refuse)
    turn(refuse)
    assert due(scheduler) >= {*NIGHTLY}
    turn(take)
    turn(take)

    nightly = [name for name in sent if name in {"facturamos.tidy_media", "backoffice.erase"}]
    assert sorted(nightly) == ["backoffice.erase", "facturamos.tidy_media"]
    assert due(scheduler).isdisjoint(NIGHTLY)


def turn(scheduler: MemoryScheduler) -> list[str]:
    """What it calls when it next asks whose turn it is."""
    vars(scheduler).update(connection=Connection("memory://"), _asked_at=-ASK_EVERY)
    with patch.object(Task, "apply_async", autospec=True) as called:
        while scheduler.tick() == 0:
            pass
    return [each.args[0].name for each in called.call_args_list]


def overdue(scheduler: MemoryScheduler, *names: str) -> None:
    """They were called last an hour ago."""
    for name in names:
        scheduler.schedule[name].last_run_at = timezone.localtime() - timedelta(hours=1)
    vars(scheduler)["_heap"] = None


def test_of_two_one_calls_until_it_ends() -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() - timedelta(hours=25))
    first, second = MemoryScheduler(app=app), MemoryScheduler(app=app)

    assert "backoffice.erase" in turn(first)
    assert turn(second) == []
    assert second.tick() == ASK_EVERY
    first.close()

    assert "backoffice.erase" in turn(second)


def test_the_first_of_all_calls_no_alarm_before_anybody_has_worked() -> None:
    """«Estado» would say that nobody does."""
    assert turn(MemoryScheduler(app=app)) == []


@pytest.mark.parametrize("end", [-timedelta(seconds=1), timedelta(hours=2)], ids=["past", "clock ahead"])
def test_one_that_was_not_heard_is_replaced(end: timedelta) -> None:
    """Also where the database's clock was ahead when it was heard last."""
    first, second = MemoryScheduler(app=app), MemoryScheduler(app=app)
    turn(first)
    turn(second)
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() - timedelta(hours=25))
    BeatLease.objects.update(until=Now() + end)

    assert {"backoffice.erase", "mailing.sound_alarms"} <= {*turn(second)}
    assert turn(first) == []


@pytest.mark.parametrize("error", [OperationalError, InternalError])
def test_while_it_cannot_be_asked_each_calls_and_says_so_once(
    error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    """Away, read-only, or waiting for a follower: the alarm of it is a task, too."""
    first, second = MemoryScheduler(app=app), MemoryScheduler(app=app)
    turn(first)
    turn(second)
    caplog.clear()

    with (
        patch.object(BeatLease.objects, "take", side_effect=error("database")),
        patch("facturamos.beat.close_old_connections") as closed,
    ):
        for scheduler in (first, second):
            overdue(scheduler, "alarms")
            assert "mailing.sound_alarms" in turn(scheduler)
            turn(scheduler)

    assert closed.call_count == 4
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    assert turn(second) == []
    overdue(first, "alarms", "bounces")
    # What fell due meanwhile is not forgotten over it.
    assert {"mailing.sound_alarms", "mailing.read_bounces"} <= {*turn(first)}
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 4


def test_a_signal_that_comes_while_it_asks_asks_nothing() -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP, timezone.now() - timedelta(hours=25))
    scheduler = MemoryScheduler(app=app)

    def interrupted(*_: object) -> bool:
        with patch.object(BeatLease.objects, "give_up") as given_up:
            scheduler.close()
        given_up.assert_not_called()
        return True

    with patch.object(BeatLease.objects, "take", side_effect=interrupted):
        assert turn(scheduler)


def test_from_its_beginning_on_nightly_tasks_are_waited_for() -> None:
    ended = f"{SignOfLife.GOOD_END}backoffice.erase"
    MemoryScheduler(app=app)
    assert {f"{SignOfLife.GOOD_END}{name}" for name in WATCHED} == {
        *SignOfLife.objects.values_list("pk", flat=True)
    }
    SignOfLife.objects.note(ended, before := timezone.now() - timedelta(days=3))

    MemoryScheduler(app=app)

    assert SignOfLife.objects.seen(ended) == before


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
