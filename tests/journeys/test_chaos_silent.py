"""Hosts that vanish without a word: database and broker behind a proxy that stops forwarding.

The long form (60 s of silence, 24 requests) runs with CHAOS=1 (`make chaos`).
"""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection

from companies.models import ResetRequest, User
from facturamos.jobs.models import Job
from tests.chaos_table import ChaosRow
from tests.conftest import Chaos
from tests.proxy import Proxy, proxy
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

LONG = bool(os.environ.get("CHAOS"))
REQUESTS, SILENT_SECONDS = (24, 60) if LONG else (8, 12)


class Proxied(Stack):
    """The product, whose servers are all behind proxies."""

    database: Proxy
    broker: Proxy

    @property
    def environment(self) -> dict[str, str]:
        parts = connection.settings_dict
        broker = urlsplit(django_settings.CELERY_BROKER_URL)
        return super().environment | {
            "DATABASE_URL": f"postgresql://{parts['USER']}@127.0.0.1:{self.database.port}/{parts['NAME']}",
            "REDIS_URL": urlunsplit(broker._replace(netloc=f"127.0.0.1:{self.broker.port}")),
        }


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Proxied]:
    parts = connection.settings_dict
    folder = parts["HOST"] or parts["OPTIONS"]["host"]
    port = urlsplit(django_settings.CELERY_BROKER_URL).port or 6379
    stack = Proxied(tmp_path)
    with proxy(Path(folder) / ".s.PGSQL.5432") as stack.database, proxy(port) as stack.broker:
        try:
            stack.start_web()
            yield stack
        finally:
            stack.database.speak_again()
            stack.broker.speak_again()
            stack.stop()


def ask(stack: Stack, path: str, body: str | None = None, **headers: str) -> tuple[int, float]:
    """Status and seconds; 0 for no answer within half a minute."""
    begun = time.monotonic()
    web = HTTPConnection("localhost", stack.port, timeout=30)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        web.request("POST" if body else "GET", path, body, kind | headers)
        answer = web.getresponse()
        answer.read()
        status = answer.status
    except (OSError, HTTPException):
        status = 0
    finally:
        web.close()
    return status, time.monotonic() - begun


def together(stack: Stack, number: int) -> list[tuple[int, float]]:
    """A page that asks for a session, asked for by many at once."""
    with ThreadPoolExecutor(number) as pool:
        return list(
            pool.map(lambda _: ask(stack, "/configuracion/", Cookie="sesion=" + "s" * 32), range(number))
        )


def test_a_silent_database_is_a_503_within_ten_seconds(
    stack: Proxied, chaos: Chaos, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {status for status, _ in together(stack, 8)} == {302}

    stack.database.fall_silent()
    ends = time.monotonic() + SILENT_SECONDS
    with_query = together(stack, REQUESTS)
    without = [ask(stack, path) for path in ("/salud/vivo/", "/", "/asistencia/")]
    later = together(stack, REQUESTS)
    time.sleep(max(0, ends - time.monotonic()))
    stack.database.speak_again()
    begun = time.monotonic()
    wait_for(lambda: ask(stack, "/salud/listo/")[0] == 200)
    back = time.monotonic() - begun

    slowest, then = (max(seconds for _, seconds in answers) for answers in (with_query, later))
    pages = max(seconds for _, seconds in without)
    with capsys.disabled():
        print(
            f"\ndatabase silent for {SILENT_SECONDS} s, {REQUESTS} at once: slowest 503 {slowest:.1f} s, "
            f"then {then:.1f} s; without a query {pages:.1f} s; well again after {back:.1f} s"
        )
    raw = sum(status != 503 for status, _ in with_query + later)
    chaos(ChaosRow(f"database silent {SILENT_SECONDS} s, {REQUESTS} requests at once", 0, 0, raw, slowest))
    assert {status for status, _ in without} == {200}
    # Ten seconds are the mark; whoever queues behind four busy threads on a busy machine waits a little more.
    assert slowest < 15
    assert then < 10
    assert pages < 5
    assert back < 15


def test_a_silent_broker_keeps_nobody_waiting(
    stack: Proxied, issuer: User, chaos: Chaos, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "c" * 32
    cookie = {"Cookie": f"csrf={token}"}

    def forgotten(name: str) -> tuple[int, float]:
        return ask(stack, "/recuperar/", f"csrfmiddlewaretoken={token}&asked_for={name}", **cookie)

    assert forgotten("uno")[0] == 302
    stack.broker.fall_silent()
    answers = [forgotten(name) for name in ("dos", "tres", "cuatro")]
    stack.broker.speak_again()

    slowest = max(seconds for _, seconds in answers)
    with capsys.disabled():
        print(f"\nbroker silent: {len(answers)} forms that queue work, slowest {slowest:.1f} s")
    waiting = ResetRequest.objects.filter(state=Job.State.QUEUED).count()
    raw = sum(status != 302 for status, _ in answers)
    chaos(ChaosRow("broker silent, 4 forms that queue work", 4 - waiting, 0, raw, slowest))
    assert slowest < 10
    assert ResetRequest.objects.filter(state=Job.State.QUEUED).count() == 4
