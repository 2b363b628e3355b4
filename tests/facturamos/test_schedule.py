"""What beat calls is taken as it begins: what takes long begins once."""

from celery import current_app

from facturamos.jobs import tasks
from facturamos.schedule import SCHEDULE


def test_only_jobs_with_a_row_are_handed_out_again() -> None:
    called = {str(each["task"]) for each in SCHEDULE.values()}

    late = {
        name for name, task in current_app.tasks.items() if task.acks_late and not name.startswith("celery.")
    }

    assert late.isdisjoint(called)
    assert tasks.run.name in late
