"""A million companies against a thousand: each page of issuers, distributors and support, each job.

Of each the processor time of PostgreSQL and of Python, the statements, and the rows read; the mark is 1.3
times what it costs with a thousand (and what is below `NOISE` is no difference). An address or a job that is
neither asked nor in unasked.py with its reason ends the run. Some forty minutes on two quiet cores, and
30 GB, so only with BENCH_MILLION=1; BENCH_SIZE is another number than a million.
"""

import os
import time
from collections.abc import Iterator
from datetime import timedelta

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from benchmarks.crowd import fill
from benchmarks.figures import TINY, Figure
from benchmarks.histories import fill_histories
from benchmarks.made_up import MadeUp, empty
from benchmarks.million.cost import Cost, Measured
from benchmarks.million.desk import desk
from benchmarks.million.issuers import issuers
from benchmarks.million.jobs import jobs, mails
from benchmarks.million.lists import lists
from benchmarks.million.staff import staff
from benchmarks.million.unasked import check
from benchmarks.million.visitors import visitors
from certificates.models import SatAuthority
from companies.models import User
from mailing.models import RelayState
from onboarding.models import Download
from tests.authority import known_ca
from tests.catalogue import load_piece

WANTED = TINY or bool(os.environ.get("BENCH_MILLION"))
SIZES = (60, 120) if TINY else (1_000, int(os.environ.get("BENCH_SIZE", "1000000")))
MOST = 1.3
# Milliseconds; so much the same page differs from one time to the next.
NOISE = 3.0
# What only pages show, beside what jobs look through.
SHOWN = frozenset(
    {
        *("backoffice.CompanyNote", "certificates.LetterSignature", "certificates.LetterSubmission"),
        *("certificates.SecretAccess", "certificates.TestInvoice", "companies.DocumentType"),
        *("companies.FormerLetter", "companies.ValidatorQuery", "onboarding.DelegationAcceptance"),
    }
)


def run() -> Iterator[Figure]:
    """Yields what each page and job costs at the larger size, and how that compares."""
    if not WANTED:
        return
    call_command("migrate", verbosity=0)
    load_piece()
    # The first time only loads code; of pages, the first of the rounds does.
    fill(SIZES[0])
    jobs(Measured(1))
    found: list[Measured] = []
    for size in SIZES:
        started = time.monotonic()
        made = fill(size, SHOWN)
        fill_histories(made.support)
        yield Figure("filled", round(time.monotonic() - started, 1), "s", details={"companies": size})
        found.append(measure(made))
    small, large = found
    for name, cost in large.costs.items():
        if before := small.costs.get(name):
            yield _figure(name, before, cost)
    check(large.asked)
    alone = sorted(small.costs.keys() ^ large.costs.keys())
    # The tiny form asks staff's pages at one size.
    assert TINY or not alone, f"asked at one size alone: {alone}"
    empty()


def _figure(name: str, before: Cost, cost: Cost) -> Figure:
    grew = cost.milliseconds - before.milliseconds > NOISE
    ratio = round(cost.milliseconds / max(before.milliseconds, 0.1), 2)
    details = {
        "ms": round(cost.milliseconds, 1),
        "ms_before": round(before.milliseconds, 1),
        "sql_ms": cost.sql,
        "sql_ms_before": before.sql,
        "rows": cost.rows,
        "rows_before": before.rows,
        "statements": cost.statements,
        "statements_before": before.statements,
    }
    return Figure(name, ratio if grew else min(ratio, MOST), "×", at_most=MOST, details=details)


def few_rows(support: User) -> None:
    """One of each kind that a site has few of: their pages are asked, too."""
    Download.objects.all().delete()
    SatAuthority.objects.all().delete()
    Download.objects.create(title="Guía", file=ContentFile(b"%PDF-1.7", "guia.pdf"))
    now = timezone.now()
    SatAuthority.objects.create(
        sha256="2" * 64,
        certificate=known_ca().certificate,
        name="AC OCHO",
        environment="production",
        valid_from=now,
        valid_to=now + timedelta(days=2920),
        reason="La publicó el SAT.",
        added_by=support,
    )
    RelayState.objects.present()


def measure(made: MadeUp) -> Measured:
    """Everything, at the present size."""
    # What a former size has handed over and nobody took.
    redis.from_url(settings.CELERY_BROKER_URL).flushdb()
    measured = Measured()
    few_rows(made.support)
    jobs(measured)
    visitors(measured, issuers(measured, made))
    mails(measured)
    # The tiny form asks each page once.
    if TINY and made.count < SIZES[-1]:
        return measured
    for person, user in (("support", made.support), ("distributor", made.large)):
        staff(measured, person, user)
        desk(measured, person, user, made)
        if user.is_support or not TINY:
            lists(measured, person, user)
    staff(measured, "small distributor", made.small)
    return measured
