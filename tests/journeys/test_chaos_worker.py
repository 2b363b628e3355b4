"""kill -9 of the worker while mails go out: none is lost, and a copy has its original's Message-ID.

The long form (200 mails, 30 kills, nothing but time to help) runs with CHAOS=1 (`make chaos`).
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from companies.models import Distributor
from facturamos.jobs import tasks
from facturamos.jobs.models import Job
from mailing.models import Message
from onboarding.account_opening import open_account
from tests.chaos_table import ChaosRow
from tests.conftest import Chaos
from tests.mailing.faulty_servers import serving
from tests.post_office import PostOffice
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

LONG = bool(os.environ.get("CHAOS"))
MAILS, KILLS = (200, 30) if LONG else (10, 2)
# How long the post office takes over each half of DATA: long enough for kills to fall into it.
PAUSE = 0.15


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path)
    yield stack
    stack.stop()


def open_accounts(count: int) -> None:
    """Each sends one mail: the credentials."""
    distributor = Distributor.objects.create(name="Distribuidora del Bajío")
    for number in range(count):
        open_account(
            distributor=distributor,
            name="PANADERÍA LA ÑAPA",
            rfc=f"PNA{number:06}AB1",
            full_name="Íñigo Peña",
            email=f"emisor{number}@example.com",
        )


def kill(stack: Stack, office: PostOffice, since: datetime) -> int:
    """kill -9 for the worker, all its children and beat; returns how many mails were inside of DATA.

    Frozen first, so that nothing moves between the count and the kill. Inside is a mail from its DATA until
    its row says that it was sent: between the two, nobody can know. `since`: when this worker was started.
    """
    group = stack.processes["worker"].pid
    os.killpg(group, signal.SIGSTOP)
    time.sleep(2 * PAUSE)
    with office.lock:
        inside, taken = len(office.inside), set(office.taken)
    stack.kill("worker")
    running = Message.objects.filter(state=Job.State.RUNNING, started_at__gte=since)
    interrupted = {message.message_id for message in running if message.message_id in taken}
    return inside + len(interrupted)


def hurry() -> None:
    """What time does by itself; the short form saves the wait."""
    if LONG:
        return
    old = datetime.now(UTC) - timedelta(seconds=3)
    Message.objects.filter(state=Job.State.RUNNING, started_at__lt=old).update(lease_until=old)
    Message.objects.filter(state=Job.State.QUEUED, sent_at__lt=old).update(sent_at=None, run_after=old)
    tasks.sweep()


def taken_more_than(before: int, office: PostOffice) -> bool:
    """Whether the present worker is at work."""
    hurry()
    return len(office.taken) > before


def sent() -> int:
    """How many mails have their row's word for it."""
    hurry()
    return Message.objects.filter(state=Job.State.DONE, mailed_at__isnull=False).count()


def test_no_mail_is_lost_and_no_copy_unknown(
    stack: Stack, chaos: Chaos, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(30)  # noqa: S311  (repeatable)
    office = PostOffice(PAUSE)
    with serving(office) as post:
        stack.mail_port = post.port
        open_accounts(MAILS)
        inside = 0
        for _ in range(KILLS):
            before, since = len(office.taken), datetime.now(UTC)
            stack.start_worker()
            with suppress(AssertionError):  # everything may wait for its lease for the moment
                wait_for(partial(taken_more_than, before, office), seconds=40)
            time.sleep(chance.uniform(0, 3 * PAUSE))
            inside += kill(stack, office, since)
        stack.start_worker()
        wait_for(lambda: sent() == MAILS, seconds=240 if LONG else 60)

    copies = Counter(office.taken)
    lost = {message.message_id for message in Message.objects.all()} - set(copies)
    duplicates = sum(copies.values()) - len(copies)
    with capsys.disabled():
        print(f"\n{MAILS} mails, {KILLS} kills: {len(lost)} lost, {duplicates} twice, {inside} inside DATA")
    # Inside DATA nobody can know: a copy then is the lesser evil, and has its original's Message-ID.
    chaos(ChaosRow(f"worker killed {KILLS} ×, {MAILS} mails", len(lost), max(0, duplicates - inside), 0))
    assert len(copies) == MAILS  # a copy has no Message-ID of its own
    assert duplicates <= inside
