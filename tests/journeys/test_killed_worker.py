"""kill -9 in mid-task loses nothing: the lease runs out and another worker ends the work."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from companies.models import Distributor
from facturamos.jobs.models import Job
from mailing.models import Message
from onboarding.account_opening import open_account
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """Processes that are started one by one, and all ended."""
    stack = Stack(tmp_path)
    yield stack
    stack.stop()


@pytest.fixture
def silence(stack: Stack) -> Iterator[socket.socket]:
    """A mail server that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", stack.mail_port), backlog=10) as server:
        server.settimeout(60)
        yield server


def test_a_mail_survives_the_death_of_its_worker(stack: Stack, silence: socket.socket) -> None:
    stack.start_worker()
    open_account(
        distributor=Distributor.objects.create(name="Distribuidora del Bajío"),
        name="PANADERÍA LA ÑAPA",
        rfc="PNA190312AB1",
        full_name="Íñigo Peña",
        email="panaderia@example.com",
    )
    connection, _ = silence.accept()  # the worker is in the middle of its task

    stack.kill("worker")
    connection.close()
    silence.close()
    message = Message.objects.get()
    assert message.state == Job.State.RUNNING
    # What time does by itself; the test only saves the wait.
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    stack.start_mail()
    stack.start_worker()

    wait_for(lambda: Message.objects.filter(state=Job.State.DONE).exists(), seconds=90)

    message.refresh_from_db()
    assert (message.crashes, message.attempt) == (1, 2)
    assert [mail["To"] for mail in stack.mails()] == ["panaderia@example.com"]
