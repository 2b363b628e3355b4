"""kill -9 of the worker's children while letters are sent: none is lost, each goes once or is doubtful.

The long form (40 letters, 20 kills) runs with CHAOS=1 (`make chaos`).
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from certificates.letter.services import LetterSigner
from certificates.models import LetterSubmission
from certificates.testing import CA, make_ca
from companies.models import Company, Distributor, ManifestLetter, User
from facturamos.devserver.pacs import HOST, PacAnswer, PacServer
from facturamos.jobs.models import Job
from tests.certificates.conftest import rsa_key
from tests.certificates.letter.conftest import sign
from tests.journeys.test_killed_validation import children
from tests.letters import known
from tests.pacs import PATH
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

LETTERS, KILLS = (40, 20) if os.environ.get("CHAOS") else (8, 4)
METHODS = ("sign_contract", "get_documents", "firmar_manifiesto_sello")
Outcome = LetterSubmission.Outcome


@pytest.fixture(params=["finkok", "timbox"])
def pac_server(request: pytest.FixtureRequest) -> PacServer:
    """A PAC that takes its time, so that there is a moment to be killed in."""
    server: PacServer = request.getfixturevalue(request.param)
    server.modes = dict.fromkeys(METHODS, slow)
    return server


def slow(answer: PacAnswer, text: str) -> None:
    time.sleep(0.15)
    answer.page(text)


@pytest.fixture
def stack(tmp_path: Path, settings: Any, pac_server: PacServer) -> Iterator[Stack]:
    more = {name: getattr(settings, name) for name in ("PAC_ADAPTER", "PAC_API_USER", "PAC_API_SECRET")}
    more |= {name: getattr(settings, name) for name in ("PAC_STAND_IN", "PAC_STAND_IN_AUTHORITY")}
    stack = Stack(tmp_path, more=more | {"PAC_API_URL": f"https://{HOST}:8008{PATH}"})
    yield stack
    stack.stop()


def letters(settings: Any, folder: Path) -> None:
    """So many companies' letters, signed."""
    authority: CA = make_ca("AC DE PAPEL", key=rsa_key(9))
    known(settings, authority, folder)
    distributor = Distributor.objects.create(name="Distribuidora", email="ventas@example.com")
    for number in range(LETTERS):
        rfc = f"EMP{19 + number % 60:02}0312A{number % 10}{number // 10}"
        company = Company.objects.create(distributor=distributor, name=f"Empresa {number}", rfc=rfc)
        user = User.objects.create(username=f"empresa{number}", company=company, email="a@example.com")
        fiel = authority.issue(rfc=rfc, name=company.name, kind="FIEL", key=rsa_key(1))
        sign(company, LetterSigner(user, "192.0.2.7", ""), fiel)


def test_each_letter_is_sent_once_or_told_as_doubtful(
    stack: Stack, pac_server: PacServer, settings: Any, tmp_path: Path
) -> None:
    letters(settings, tmp_path)
    # Beat apart, or it would be one of the children.
    stack.start("worker", "celery", "-A", "facturamos", "worker", "--concurrency", "2")
    stack.start("beat", "celery", "-A", "facturamos", "beat", "--pidfile=")
    # A worker whose children die before it consumes gives up; then its supervisor starts another.
    wait_for(lambda: hurried(lambda: pac_server.asked.count("get_contracts_snid") < len(pac_server.asked)))

    killed = 0
    while killed < KILLS and ends() < LETTERS:
        hurry()
        if LetterSubmission.objects.filter(state=Job.State.RUNNING).exists():
            alive = wait_for(lambda: children(stack))
            with suppress(ProcessLookupError):
                os.kill(alive[killed % len(alive)], signal.SIGKILL)
                killed += 1
        time.sleep(0.2)
    wait_for(lambda: hurried(lambda: ends() == LETTERS), seconds=300 if os.environ.get("CHAOS") else 90)

    sent = Counter(pac_server.books.taken)
    assert set(sent.values()) == {1}
    outcomes = Counter(LetterSubmission.objects.values_list("outcome", flat=True))
    assert set(outcomes) <= {Outcome.VERIFIED, Outcome.DOUBTFUL}
    states = Counter(letter.state for letter in ManifestLetter.objects.all())
    assert states[ManifestLetter.State.VERIFIED] == outcomes[Outcome.VERIFIED]
    assert ManifestLetter.objects.filter(is_doubtful=True).count() == outcomes[Outcome.DOUBTFUL]
    # What is certain is there; what the PAC has besides was told as doubtful.
    assert outcomes[Outcome.VERIFIED] <= len(sent) <= LETTERS
    print(f"{LETTERS} letters, {killed} kills: {dict(outcomes)}, at the PAC {len(sent)}")


def hurry() -> None:
    """What time and the sweeper do by themselves; the test only saves the wait."""
    now = timezone.now()
    running = LetterSubmission.objects.filter(
        state=Job.State.RUNNING, started_at__lt=now - timedelta(seconds=3)
    )
    running.update(lease_until=now - timedelta(seconds=1))
    for job in LetterSubmission.objects.abandoned():
        job.crash("el proceso se detuvo")
    LetterSubmission.objects.filter(state=Job.State.QUEUED, run_after__gt=now).update(run_after=now)
    for job in LetterSubmission.objects.overdue():
        job.send()


def hurried(done: Callable[[], bool]) -> bool:
    """Whether it is so, after another push."""
    hurry()
    time.sleep(0.3)
    return done()


def ends() -> int:
    """How many have come to an end, whatever it is."""
    return LetterSubmission.objects.exclude(outcome="").count()
