"""Long imports are the worker's: nothing is lost, halved or doubled, whoever dies or comes first."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from companies.models import Company, User
from facturamos.jobs.models import Job, LeaseLost
from mailing import outbox
from mailing.models import Message
from onboarding.backoffice.account_import import services
from onboarding.backoffice.models import AccountImport
from tests.conftest import make_issuer
from tests.onboarding.backoffice.account_import.sheets import as_csv, create, line, text, upload, url
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """Processes that are started one by one, and all ended."""
    stack = Stack(tmp_path)
    yield stack
    stack.stop()


def long_import(desk: Client, count: int = 201) -> AccountImport:
    upload(desk, as_csv(*(line(number) for number in range(count))))
    return AccountImport.objects.get()


def reached(job: AccountImport, stage: str) -> bool:
    job.refresh_from_db()
    return job.stage == stage


def test_200_rows_are_judged_at_once_and_201_by_a_worker(desk: Client) -> None:
    upload(desk, as_csv(*(line(number) for number in range(200))))
    assert AccountImport.objects.get().stage == "preview"
    AccountImport.objects.all().delete()
    job = long_import(desk)
    assert (job.stage, job.state) == ("judging", Job.State.QUEUED)
    page = text(desk, job)
    assert "En un momento empezamos con sus 201 filas." in page
    assert "Actualizar estado" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "data-poll" in desk.get(url(job, "estado")).content.decode()


def test_a_worker_judges_and_creates(stack: Stack, desk: Client) -> None:
    stack.start_mail()
    stack.start_worker()
    job = long_import(desk, 250)
    wait_for(lambda: reached(job, "preview"), seconds=40)
    create(desk, job)
    wait_for(lambda: reached(job, "created"), seconds=40)
    assert (job.accounts, Company.objects.count(), Message.objects.count()) == (250, 250, 250)
    wait_for(lambda: len(stack.mails()) >= outbox.AT_ONCE, seconds=40)


def test_an_import_survives_the_death_of_its_worker(stack: Stack, desk: Client) -> None:
    job = long_import(desk, 3000)
    assert AccountImport.objects.claim(job.pk)
    services.judge_all(AccountImport.objects.get())
    create(desk, job)
    stack.start_worker()
    wait_for(lambda: AccountImport.objects.get().progress > 0, seconds=40)

    stack.kill("worker")
    job.refresh_from_db()
    assert (job.state, job.stage, Company.objects.count()) == (Job.State.RUNNING, "creating", 0)
    # What time does by itself; the test only saves the wait.
    AccountImport.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    stack.start_worker()
    wait_for(lambda: reached(job, "created"), seconds=90)

    assert (job.crashes, job.accounts) == (1, 3000)
    assert (Company.objects.count(), Message.objects.count()) == (3000, 3000)


def test_who_was_overtaken_by_another_worker_writes_nothing(desk: Client) -> None:
    job = long_import(desk)
    slow = AccountImport.objects.claim(job.pk)
    assert slow
    AccountImport.objects.update(attempt=2)
    with pytest.raises(LeaseLost):
        services.judge_all(slow)
    job.refresh_from_db()
    assert job.stage == "judging"


def test_an_rfc_taken_while_the_accounts_are_written_is_met(desk: Client, distributor: User) -> None:
    """Another transaction has the RFC but has not committed when the import looks."""
    job = long_import(desk, 3)
    assert job.stage == "preview"
    ready, go = threading.Event(), threading.Event()

    def other() -> None:
        with transaction.atomic():
            make_issuer(distributor, name="OTRA", rfc=line(1)[1], username="otra")
            ready.set()
            go.wait(10)
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    ready.wait(10)
    # The import meets the unique index and waits for the other; then it looks again.
    threading.Timer(1.0, go.set).start()
    create(desk, job)
    thread.join()
    assert (job.stage, job.bad, Company.objects.count()) == ("preview", 1, 1)
    assert "Mientras tanto algo cambió" in text(desk, job)


def test_two_confirmations_at_the_same_moment_create_once(desk: Client, distributor: User) -> None:
    job = long_import(desk, 50)

    def press() -> None:
        client = Client()
        client.force_login(distributor, backend="companies.accounts.auth.Backend")
        client.post(url(job, "crear"), {"filas": "todas"})
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reached(job, "created")
    assert (Company.objects.count(), Message.objects.count()) == (50, 50)


def test_many_mails_wait_for_their_turn(desk: Client, distributor: User) -> None:
    create(desk, long_import(desk, 100))
    turns = set(Message.objects.values_list("turn", flat=True))
    assert turns == {f"distributor {distributor.distributor_id}"}
    assert Message.objects.exclude(sent_at=None).count() == outbox.AT_ONCE
