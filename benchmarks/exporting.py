"""The board as a file, written in the background: milliseconds for a thousand companies."""

import time
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection

from benchmarks.figures import Figure, as_in_a_worker, sized
from benchmarks.importing import processor_seconds
from benchmarks.made_up import MOVES, STATES, MadeUp, empty
from facturamos.jobs.tasks import perform
from onboarding.backoffice.board.companies import Asked
from onboarding.backoffice.board.export_services import ask
from onboarding.backoffice.board.models import BoardExport

COMPANIES = sized(10_000, 40)
MARK_MS = 150
KINDS = frozenset(
    {"onboarding.Onboarding", "certificates.Csd", "companies.ManifestLetter", "mailing.Mailbox"}
)


def run() -> Iterator[Figure]:
    """Yields the time a thousand rows, for each kind of file; of processors without the forks' PostgreSQL."""
    call_command("migrate", verbosity=0)
    made = MadeUp(COMPANIES)
    made.fill(only=KINDS)
    with connection.cursor() as cursor:
        # On a busy machine it takes longer than a page may.
        for statement in ("SET statement_timeout = 0", STATES, MOVES, "RESET statement_timeout"):
            cursor.execute(statement)
    as_in_a_worker()
    for kind in BoardExport.FileKind:
        ask(made.support, kind, Asked())
        job = BoardExport.objects.claim(BoardExport.objects.latest("created_at").pk)
        assert job
        started, worked = time.perf_counter(), processor_seconds()
        perform(job)
        each = 1_000_000 / COMPANIES
        seconds, processor = time.perf_counter() - started, processor_seconds() - worked
        job.refresh_from_db()
        assert job.total == COMPANIES, job.total
        details = {"companies": COMPANIES, "processor_ms": round(processor * each)}
        yield Figure(
            f"a thousand rows of {kind.value}", round(seconds * each), "ms", at_most=MARK_MS, details=details
        )
    empty()
