"""What fell due while beat was away, and which beat calls, the database tells; a file tells of its health."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import MagicMock, patch

import pytest
from celery import Task
from django.db import InternalError, OperationalError
from django.db.models.functions import Now
from django.utils import timezone
from kombu import Connection
from pytest_django import Settings

from facturamos.beat import ASK_EVERY, LEASE, MemoryScheduler
from facturamos.celery import app
from facturamos.schedule import SCHEDULE, WATCHED
from facturamos.status.models import BeatLease, SignOfLife

pytestmark = pytest.mark.django_db

NIGHTLY = {"facturamos.tidy_media", "backoffice.tidy", "backoffice.erase", "backoffice.forget_history"}


def turn(scheduler: MemoryScheduler, answer: Callable[..., None] | None = None) -> list[str]:
    """What it calls when it next asks whose turn it is, and again what it could not hand over."""
    vars(scheduler).update(connection=Connection("memory://"), _ask_at=0.0)
    with patch.object(Task, "apply_async", autospec=True, side_effect=answer) as called:
        while scheduler.tick() == 0:
            pass
    scheduler.sync()
    return [each.args[0].name for each in called.call_args_list]


def refuse(task: Task[..., None], *_: object, **__: object) -> None:
    raise OperationalError(task.name)


def done(ago: timedelta, *names: str) -> None:
    """These tasks of the night and the hour, or all, ended well so long ago."""
    for name in names or WATCHED:
        SignOfLife.objects.note(SignOfLife.GOOD_END + name, timezone.now() - ago)


def overdue(scheduler: MemoryScheduler, ago: timedelta, *names: str) -> None:
    """They, or all, were called last so long ago."""
    for name in names or scheduler.schedule:
        scheduler.schedule[name].last_run_at = timezone.localtime() - ago
    vars(scheduler)["_heap"] = None


def begun() -> MemoryScheduler:
    """One that has asked already."""
    scheduler = MemoryScheduler(app=app)
    turn(scheduler)
    return scheduler


def test_it_is_what_beat_runs_everywhere() -> None:
    assert app.conf.beat_scheduler == "facturamos.beat.MemoryScheduler"


def test_the_first_of_all_calls_nothing_and_waits_for_each_from_then_on() -> None:
    """«Estado» would say that nobody has worked yet."""
    scheduler = MemoryScheduler(app=app)

    assert scheduler.schedule.keys() == SCHEDULE.keys()
    assert turn(scheduler) == []
    assert SignOfLife.objects.of_tasks(SignOfLife.GOOD_END).keys() == {*WATCHED}


def test_what_fell_due_while_no_beat_ran_is_called_at_once() -> None:
    done(timedelta(hours=25))

    assert {*NIGHTLY, "companies.tidy"} <= {*turn(MemoryScheduler(app=app))}


def test_what_was_done_is_not_called_again() -> None:
    done(timedelta(milliseconds=50))

    assert NIGHTLY.isdisjoint(turn(MemoryScheduler(app=app)))


def test_a_mark_that_lies_ahead_keeps_nothing_from_falling_due() -> None:
    done(-timedelta(days=400))
    scheduler = begun()

    assert all(
        entry.last_run_at and entry.last_run_at <= timezone.localtime()
        for entry in scheduler.schedule.values()
    )


def test_from_its_beginning_on_nightly_tasks_are_waited_for() -> None:
    done(timedelta(days=3), "backoffice.erase")
    before = SignOfLife.objects.of_tasks(SignOfLife.GOOD_END)

    begun()

    assert SignOfLife.objects.of_tasks(SignOfLife.GOOD_END)["backoffice.erase"] == before["backoffice.erase"]
    assert SignOfLife.objects.of_tasks(SignOfLife.GOOD_END).keys() == {*WATCHED}


def test_what_the_broker_did_not_take_is_handed_over_once_it_does(caplog: pytest.LogCaptureFixture) -> None:
    done(timedelta(hours=25))
    scheduler = MemoryScheduler(app=app)
    caplog.clear()

    for _ in range(3):
        assert {*turn(scheduler, refuse)} >= NIGHTLY

    assert len(caplog.records) == 1
    assert {*turn(scheduler)} >= NIGHTLY
    assert NIGHTLY.isdisjoint(turn(scheduler))


def test_one_whose_broker_is_away_leaves_the_turn_to_another() -> None:
    done(timedelta(hours=25))
    first, second = MemoryScheduler(app=app), MemoryScheduler(app=app)
    turn(first, refuse)
    assert turn(second) == []

    vars(first)["_unsent_since"] = time.monotonic() - LEASE.total_seconds() - 1
    assert turn(first, refuse) == []

    assert {*turn(second)} >= NIGHTLY
    assert turn(first) == []


def test_of_two_one_calls_until_it_ends() -> None:
    done(timedelta(hours=25))
    first, second = MemoryScheduler(app=app), MemoryScheduler(app=app)

    assert {*turn(first)} >= NIGHTLY
    assert turn(second) == []
    assert second.tick() == ASK_EVERY
    first.close()
    overdue(second, timedelta(hours=1), "alarms")

    # What the first one has called may still be at work.
    assert turn(second) == ["mailing.sound_alarms"]


def test_what_was_called_and_not_done_is_called_again_after_an_hour() -> None:
    """Its worker was killed, or the broker has forgotten it."""
    done(timedelta(hours=25))
    scheduler = MemoryScheduler(app=app)
    assert {*turn(scheduler)} >= NIGHTLY
    vars(scheduler)["_catch_up_at"] = 0.0
    assert NIGHTLY.isdisjoint(turn(scheduler))

    SignOfLife.objects.filter(name__startswith=SignOfLife.CALLED).update(at=Now() - timedelta(minutes=61))
    vars(scheduler)["_catch_up_at"] = 0.0

    assert {*turn(scheduler)} >= NIGHTLY


@pytest.mark.parametrize("end", [-timedelta(seconds=1), timedelta(hours=2)], ids=["past", "clock ahead"])
def test_one_that_was_not_heard_is_replaced(end: timedelta) -> None:
    """Also where the database's clock was ahead when it was heard last."""
    first, second = begun(), begun()
    done(timedelta(hours=25))
    overdue(second, timedelta(hours=1), "alarms")
    BeatLease.objects.update(until=Now() + end)

    assert {*NIGHTLY, "mailing.sound_alarms"} <= {*turn(second)}
    assert turn(first) == []


@pytest.mark.parametrize("error", [OperationalError, InternalError])
def test_while_it_cannot_be_asked_each_calls_and_says_so_once(
    error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    """Away, read-only, or waiting for a follower: the alarm of it is a task, too."""
    first, second = begun(), begun()
    caplog.clear()

    with away(error) as closed:
        overdue(first, timedelta(hours=1), "alarms")
        assert turn(first) == ["mailing.sound_alarms"]
        # What the other one has called until a moment ago is not its business.
        overdue(second, timedelta(days=7))
        assert turn(second) == []
        overdue(second, timedelta(hours=1), "alarms")
        assert turn(second) == ["mailing.sound_alarms"]

    assert closed.call_count == 3
    assert [record.getMessage().count("\n") for record in caplog.records] == [0, 0]
    assert turn(second) == []
    overdue(first, timedelta(hours=1), "alarms", "bounces")
    assert {*turn(first)} == {"mailing.sound_alarms", "mailing.read_bounces"}
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 4


def test_what_fell_due_before_a_beat_without_a_database_began_is_called_once_it_is_back() -> None:
    """A machine that was off at three in the morning, and whose database begins last."""
    done(timedelta(hours=25))
    scheduler = MemoryScheduler(app=app)
    with away(OperationalError):
        assert turn(scheduler) == []

    assert {*turn(scheduler)} >= NIGHTLY


def test_what_was_called_without_a_database_did_not_end_well() -> None:
    scheduler = begun()
    done(timedelta(hours=25))
    with away(OperationalError):
        overdue(scheduler, timedelta(hours=25))
        assert {*turn(scheduler)} >= NIGHTLY

    assert {*turn(scheduler)} >= NIGHTLY


def test_what_is_still_at_work_is_not_called_again_by_a_database_that_flaps() -> None:
    done(timedelta(hours=25))
    scheduler = MemoryScheduler(app=app)
    assert {*turn(scheduler)} >= NIGHTLY

    for _ in range(3):
        with away(OperationalError):
            turn(scheduler)
        assert NIGHTLY.isdisjoint(turn(scheduler))


@contextmanager
def away(error: type[Exception]) -> Iterator[MagicMock]:
    """It cannot be asked whose turn it is."""
    with (
        patch.object(BeatLease.objects, "take", side_effect=error("database\nis away")),
        patch("facturamos.beat.close_old_connections") as closed,
    ):
        yield closed


def test_a_signal_that_comes_while_it_asks_asks_nothing() -> None:
    scheduler = begun()

    def interrupted(*_: object) -> bool:
        with patch.object(BeatLease.objects, "give_up") as given_up:
            scheduler.close()
        given_up.assert_not_called()
        return True

    with patch.object(BeatLease.objects, "take", side_effect=interrupted) as asked:
        turn(scheduler)
    asked.assert_called_once()


def test_the_turn_is_given_up_once() -> None:
    scheduler = begun()

    with patch.object(BeatLease.objects, "give_up") as given_up:
        scheduler.close()
        scheduler.close()

    given_up.assert_called_once_with(scheduler.holder)


def test_it_tells_that_it_is_at_work(tmp_path: Path, settings: Settings) -> None:
    settings.HEARTBEAT_FILE = tmp_path / "latido"
    scheduler = MemoryScheduler(app=app)

    assert scheduler.should_sync()
    scheduler.sync()

    assert settings.HEARTBEAT_FILE.exists()
