"""Faults that refuse nothing: a database that is read-only, media that are full, a key that a worker lacks, a
clock that is wrong. Nothing is lost or done twice, and people read a page that says «por un momento».

The long form (more of each) runs with CHAOS=1 (`make chaos`).
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from pytest_django import Settings

from certificates.models import Csd, CsdValidation, Diagnosis
from companies.models import Logo, ResetRequest, User
from facturamos.jobs.models import Job
from mailing.models import Message
from tests.authority import known_ca
from tests.certificates.conftest import receive
from tests.chaos_table import ChaosRow
from tests.conftest import Chaos
from tests.journeys.test_chaos_worker import open_accounts
from tests.mailing.faulty_servers import serving
from tests.onboarding.answers import logo
from tests.onboarding.browser import Tab
from tests.post_office import PostOffice
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

LONG = bool(os.environ.get("CHAOS"))
TOKEN = "c" * 32
# One address may ask for twenty new passwords in a while.
FORMS, MAILS, AHEAD_SECONDS = (18, 24, 40) if LONG else (8, 6, 40)
NEW_KEY = "t2:b3RoZXIga2V5IGZvciB0aGUgdGVzdHMsIDMyIGJ5dGU="


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path)
    try:
        yield stack
    finally:
        stack.stop()


def post(stack: Stack, path: str, body: bytes, kind: str, cookie: str = "") -> tuple[int, float, str]:
    """Status, seconds, and what came."""
    begun, web = monotonic(), HTTPConnection("localhost", stack.port, timeout=60)
    headers = {"Content-Type": kind, "Cookie": f"csrf={TOKEN}; {cookie}"}
    web.request("POST", path, body, headers)
    came = web.getresponse()
    text = came.read().decode()
    web.close()
    return came.status, monotonic() - begun, text


def forgotten(stack: Stack, name: str) -> tuple[int, float, str]:
    """«¿Olvidó su contraseña?», which writes a row."""
    fields = {"csrfmiddlewaretoken": TOKEN, "asked_for": name}
    return post(stack, "/recuperar/", urlencode(fields).encode(), "application/x-www-form-urlencoded")


def is_friendly(answer: tuple[int, float, str]) -> bool:
    """A page that went on, or the one that says so."""
    return answer[0] in (200, 302) or (answer[0] == 503 and "por un momento" in answer[2])


def make_database(*, read_only: bool) -> None:
    """As a fail-over would: from now on, and for everybody who is connected."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(
            f"ALTER DATABASE {name} SET default_transaction_read_only = {'on' if read_only else 'off'}"
        )
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_read_only_database(stack: Stack, chaos: Chaos) -> None:
    stack.start_mail()
    stack.start_worker()
    stack.start_web()
    open_accounts(MAILS)

    make_database(read_only=True)
    try:
        answers = [forgotten(stack, f"alguien{number}") for number in range(FORMS)]
    finally:
        make_database(read_only=False)
    # Who read «por un momento» sends it again.
    again = [forgotten(stack, f"alguien{number}") for number in range(FORMS)]
    wait_for(lambda: _hurried(stack) >= MAILS, seconds=300 if LONG else 90)

    raw = sum(not is_friendly(answer) for answer in answers + again)
    arrived = {mail["To"] for mail in stack.mails()}
    missed = sum(not ResetRequest.objects.filter(asked_for=f"alguien{n}").exists() for n in range(FORMS))
    chaos(
        ChaosRow(
            f"database read-only, {FORMS} forms, {MAILS} mails under way",
            MAILS - len(arrived) + missed,
            len(stack.mails()) - len(arrived),
            raw,
            max(seconds for _, seconds, _ in answers),
        )
    )
    assert {status for status, _, _ in answers} == {503}
    assert not Message.objects.filter(state=Job.State.DEAD).exists()


def _hurried(stack: Stack) -> int:
    """How many mails there are; what time does by itself, the test only saves the wait."""
    old = timezone.now() - timedelta(seconds=3)
    Message.objects.filter(state=Job.State.QUEUED, sent_at__lt=old).update(sent_at=None, run_after=old)
    return len(stack.mails())


def test_full_media(stack: Stack, tab: Tab, chaos: Chaos) -> None:
    cookie = f"sesion={tab.client.cookies['sesion'].value}"

    def send() -> tuple[int, float, str]:
        fields = tab.open("logotipo") | {"logotipo-image": logo(), "csrfmiddlewaretoken": TOKEN}
        return post(
            stack, "/configuracion/logotipo/", encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT, cookie
        )

    stack.more = {"MEDIA_STORAGE": "tests.facturamos.test_media.FullStorage"}
    stack.start_web()
    answers = [send() for _ in range(FORMS)]
    stack.kill("web")
    stack.more = {}
    stack.start_web()
    send()

    raw = sum(not is_friendly(answer) for answer in answers)
    slowest = max(seconds for _, seconds, _ in answers)
    kept = Logo.objects.count()
    chaos(ChaosRow(f"media full, {FORMS} logos", 1 - kept, max(0, kept - 1), raw, slowest))
    assert {status for status, _, _ in answers} == {503}


def test_a_worker_that_lacks_the_newest_key(
    stack: Stack, issuer: User, settings: Settings, chaos: Chaos
) -> None:
    """Who encrypts has the new key, who works has not yet: one process started anew before the other."""
    [old] = django_settings.FACTURAMOS_KEYS
    stack.more = {"FACTURAMOS_KEYS": old}
    stack.start_worker()
    settings.FACTURAMOS_KEYS = [NEW_KEY, old]
    assert issuer.company is not None
    receive(issuer.company, known_ca().issue(rfc=issuer.company.rfc, name=issuer.company.name))

    wait_for(lambda: CsdValidation.objects.filter(faulty_since__isnull=False).exists(), seconds=40)
    waited = CsdValidation.objects.get()
    stack.kill("worker")
    stack.more = {}
    stack.start_worker()
    wait_for(lambda: Csd.objects.active().exists(), seconds=60)

    chaos(ChaosRow("worker without the newest key, 1 CSD", 0, Diagnosis.objects.count() - 1, 0))
    assert (waited.crashes, waited.last_error) == (0, "VaultError")


def test_a_worker_whose_clock_is_ahead(stack: Stack, chaos: Chaos) -> None:
    """Two workers and a slow mail server: neither takes from the other what that still holds."""
    office = PostOffice(pause=3)
    with serving(office) as post_office:
        stack.mail_port = post_office.port
        open_accounts(MAILS)
        stack.start_worker()
        options = ["--beat", "--hostname", "ahead@%h"]
        celery = ["celery", "-A", "facturamos", "worker", "--concurrency", "2", *options]
        stack.start("ahead", "tests.clock_ahead", str(AHEAD_SECONDS), *celery)
        wait_for(lambda: Message.objects.filter(state=Job.State.DONE).count() == MAILS, seconds=240)

    copies = Counter(office.taken)
    twice = sum(copies.values()) - len(copies)
    chaos(ChaosRow(f"a worker's clock {AHEAD_SECONDS} s ahead, {MAILS} mails", MAILS - len(copies), twice, 0))
    assert twice == 0
