"""What the worker calls; each task calls one service."""

import pghistory
from celery import shared_task

from facturamos.apart import run_apart
from facturamos.jobs.handlers import handles
from onboarding.backoffice import retention
from onboarding.backoffice.account_import import services
from onboarding.backoffice.account_import.models import AccountImport
from onboarding.backoffice.board import counts, export_services
from onboarding.backoffice.board.models import BoardExport
from onboarding.backoffice.bulk_actions import services as bulk_actions
from onboarding.backoffice.bulk_actions.models import BulkRun
from onboarding.backoffice.measures import counting
from onboarding.backoffice.personal_data import erasure


@handles(AccountImport)
def advance(job: AccountImport) -> None:
    """Judges the rows, or creates the accounts once somebody has confirmed them."""
    services.advance(job)


@shared_task(name="backoffice.forget_old_imports")
def forget_old_imports() -> None:
    """Wipes what imports of long ago hold. Beat calls it every hour."""
    with pghistory.context(source="backoffice.forget_old_imports"):
        services.forget_old()


@handles(BoardExport)
def write_export(job: BoardExport) -> None:
    """Writes the board's companies to a file."""
    export_services.write(job)


@shared_task(name="backoffice.count_board", time_limit=300)
def count_board() -> None:
    """Counts what the board's filters find, where that is much. Beat calls it every minute."""
    counts.count_many()


@handles(BulkRun)
def carry_out(run: BulkRun) -> None:
    """Does one action to the companies that somebody chose."""
    bulk_actions.carry_out(run)


@shared_task(name="backoffice.forget_old_exports")
def forget_old_exports() -> None:
    """Deletes the board's files after a day, and old runs of actions. Beat calls it every hour."""
    run_apart([("exports", export_services.forget_old), ("runs", bulk_actions.forget_old)])


@shared_task(name="backoffice.tidy", time_limit=1800)
def tidy() -> None:
    """Deletes what has been kept for long enough. Beat calls it every night."""
    with pghistory.context(source="backoffice.tidy"):
        retention.tidy()


@shared_task(name="backoffice.erase", time_limit=1800)
def erase() -> None:
    """Erases companies and accounts whose time is over. Beat calls it every night."""
    with pghistory.context(source="backoffice.erase"):
        erasure.erase_due()


@shared_task(name="backoffice.forget_history", time_limit=1800)
def forget_history() -> None:
    """Deletes old lines of history of what is gone. Beat calls it every night."""
    with pghistory.context(source="backoffice.forget_history"):
        erasure.forget_history()


@shared_task(name="backoffice.measure", time_limit=1800)
def measure() -> None:
    """Counts how long each step takes and what stands in the way. Beat calls it every hour."""
    counting.count()
