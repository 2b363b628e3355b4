"""kill -9 of the worker's children while CSDs are validated: none is lost, none is judged twice.

The long form (150 validations, 50 kills) runs with CHAOS=1 (`make chaos`).
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps

from certificates.models import Csd, CsdValidation, Diagnosis
from companies.models import Company, Distributor, User
from facturamos.jobs.models import Job
from tests.authority import known_ca
from tests.certificates.conftest import receive, rsa_key
from tests.chaos_table import ChaosRow
from tests.conftest import Chaos
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

VALIDATIONS, KILLS = (150, 50) if os.environ.get("CHAOS") else (24, 6)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path)
    yield stack
    stack.stop()


def children(stack: Stack) -> list[int]:
    """The process ids of the worker's children, oldest first."""
    pid = stack.processes["worker"].pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def upload(distributor: Distributor, number: int) -> Csd:
    rfc = f"PNA190312A{number // 26 % 26 + 65:c}{number % 26 + 65:c}"
    rfc = f"{rfc[:3]}{number // 676:02}{rfc[5:]}"
    company = Company.objects.create(distributor=distributor, name="PANADERÍA LA ÑAPA", rfc=rfc)
    User.objects.create(username=rfc, company=company)
    months_ago = datetime.now(UTC) - timedelta(days=100)
    return receive(
        company, known_ca().issue(rfc=rfc, name=company.name, valid_from=months_ago, key=rsa_key())
    )


def test_no_validation_is_lost_or_judged_twice(stack: Stack, chaos: Chaos) -> None:
    distributor = Distributor.objects.create(name="Distribuidora del Bajío")
    # Beat apart, or it would be one of the children.
    stack.start("worker", "celery", "-A", "facturamos", "worker", "--concurrency", "2")
    stack.start("beat", "celery", "-A", "facturamos", "beat", "--pidfile=")
    # A worker whose children die before it consumes gives up; then its supervisor starts another.
    upload(distributor, 0)
    wait_for(lambda: _done() == 1, seconds=40)

    for number in range(1, VALIDATIONS):
        upload(distributor, number)
        if number % (VALIDATIONS // KILLS) == 0:
            alive = wait_for(lambda: children(stack))
            with suppress(ProcessLookupError):
                os.kill(alive[number % len(alive)], signal.SIGKILL)
            time.sleep(0.2)
    wait_for(_all_done, seconds=300 if os.environ.get("CHAOS") else 60)

    lost, twice = VALIDATIONS - Csd.objects.active().count(), Diagnosis.objects.count() - VALIDATIONS
    chaos(ChaosRow(f"worker's children killed {KILLS} ×, {VALIDATIONS} CSD", lost, twice, 0))
    assert Diagnosis.objects.count() == VALIDATIONS
    events = apps.get_model("certificates", "CsdEvent").objects
    assert events.count() == 2 * VALIDATIONS  # received, activated


def _all_done() -> bool:
    # What time does by itself; the test only saves the wait.
    CsdValidation.objects.filter(
        state=Job.State.RUNNING, started_at__lt=datetime.now(UTC) - timedelta(seconds=3)
    ).update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    time.sleep(0.5)
    return _done() == VALIDATIONS


def _done() -> int:
    return CsdValidation.objects.filter(state=Job.State.DONE).count()
