"""What beat calls is taken as it begins: what takes long begins once."""

from celery import current_app

from facturamos.jobs import tasks
from facturamos.schedule import SCHEDULE, WATCHED


def test_what_is_called_by_the_clock_is_watched_and_what_is_called_all_the_time_is_not() -> None:
    assert {"backoffice.tidy", "backoffice.erase", "backoffice.forget_history", "companies.tidy"} <= {
        *WATCHED
    }
    assert {"facturamos.jobs.sweep", "mailing.sound_alarms"}.isdisjoint(WATCHED)


def test_only_jobs_with_a_row_are_handed_out_again() -> None:
    called = {str(each["task"]) for each in SCHEDULE.values()}

    late = {
        name for name, task in current_app.tasks.items() if task.acks_late and not name.startswith("celery.")
    }

    assert late.isdisjoint(called)
    assert tasks.run.name in late
