"""«Importar» with 10 000 accounts: from the file to the preview, and to the accounts created.

Seconds of the clock, and of the processors, which a busy machine tells the same: ours, the limited child's,
PostgreSQL's.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from benchmarks.figures import Figure, as_in_a_worker, sized
from companies.models import Company, Distributor
from companies.sat import rfc
from facturamos.jobs.tasks import perform
from mailing.models import Message
from onboarding.backoffice.account_import.forms import ImportForm
from onboarding.backoffice.models import AccountImport
from tests.conftest import make_distributor
from tests.onboarding.backoffice.account_import.sheets import as_csv, as_xlsx, line

# More than what a request judges itself.
ACCOUNTS = sized(10_000, AccountImport.AT_ONCE + 1)
MARK = 20


def run() -> Iterator[Figure]:
    """Yields the seconds of each part, and of all together, for CSV and XLSX."""
    call_command("migrate", verbosity=0)
    lines = [line(number, rfc=an_rfc(number)) for number in range(ACCOUNTS)]
    as_in_a_worker()
    for name, data in (("cuentas.csv", as_csv(*lines)), ("cuentas.xlsx", as_xlsx(*lines))):
        yield measure(name, data)


def an_rfc(number: int) -> str:
    """One with its check digit, as nearly all have."""
    body = f"P{chr(65 + number // 1000)}Ñ{190_101 + number // 100 % 10}{number % 100:02}"
    return body + rfc.check_digit(body)


def measure(name: str, data: bytes) -> Figure:
    """One import, with the worker's part in this process."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE companies_company, companies_user, companies_distributor CASCADE")
    user = make_distributor("Distribuidora")
    moments, processors = [time.perf_counter()], processor_seconds()
    files = MultiValueDict[str, UploadedFile[bytes]]({"file": [SimpleUploadedFile(name, data)]})
    form = ImportForm(QueryDict(), files, user=user)
    assert form.is_valid(), form.errors
    job = form.receive()
    moments.append(time.perf_counter())
    work(job)
    moments.append(time.perf_counter())
    assert job.ask_to_create(only_good=False, user=user)
    work(job)
    moments.append(time.perf_counter())
    assert Company.objects.filter(distributor=cast("Distributor", user.distributor)).count() == ACCOUNTS
    assert Message.objects.count() == ACCOUNTS
    read, judged, created = (round(moments[part + 1] - moments[part], 1) for part in range(3))
    return Figure(
        f"import_{name.rpartition('.')[2]}",
        round(moments[-1] - moments[0], 1),
        "s",
        at_most=MARK,
        details={
            "accounts": ACCOUNTS,
            "processor_s": round(processor_seconds() - processors, 1),
            "read_s": read,
            "judged_s": judged,
            "created_s": created,
        },
    )


def work(job: AccountImport) -> None:
    """What a worker does with it."""
    claimed = AccountImport.objects.claim(job.pk)
    assert claimed
    perform(claimed)
    job.refresh_from_db()


def processor_seconds() -> float:
    """What processors have done for us so far; PostgreSQL's part only where its process is in sight."""
    own = sum(os.times()[:4])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return own + (int(process.read_text().split()[0]) / 1e9 if process.exists() else 0)
