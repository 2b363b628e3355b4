"""«Importar» with 10 000 accounts: from the file to the preview, and to the accounts created."""

import time
from collections.abc import Iterator
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from companies.models import Company, Distributor
from facturamos.jobs import perform
from mailing.models import Message
from onboarding.backoffice.importing.forms import ImportForm
from onboarding.models import AccountImport
from tests.conftest import make_distributor
from tests.onboarding.backoffice.importing.sheets import as_csv, as_xlsx, line

ACCOUNTS = 10_000
MARK = 60


def run() -> Iterator[dict[str, Any]]:
    """Yields the seconds of each part, and of all together, for CSV and XLSX."""
    call_command("migrate", verbosity=0)
    lines = [line(number) for number in range(ACCOUNTS)]
    for name, data in (("cuentas.csv", as_csv(*lines)), ("cuentas.xlsx", as_xlsx(*lines))):
        yield measure(name, data)


def measure(name: str, data: bytes) -> dict[str, Any]:
    """One import, with the worker's part in this process."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE companies_company, companies_user, companies_distributor CASCADE")
    user = make_distributor("Distribuidora")
    moments = [time.perf_counter()]
    form = ImportForm({}, {"file": SimpleUploadedFile(name, data)}, user=user)
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
    return {
        "figure": f"import_{name.rpartition('.')[2]}",
        "accounts": ACCOUNTS,
        "read_s": read,
        "judged_s": judged,
        "created_s": created,
        "seconds": round(moments[-1] - moments[0], 1),
        "mark": MARK,
    }


def work(job: AccountImport) -> None:
    """What a worker does with it."""
    claimed = AccountImport.objects.claim(job.pk)
    assert claimed
    perform(claimed)
    job.refresh_from_db()
