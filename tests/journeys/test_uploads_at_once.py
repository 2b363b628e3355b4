"""Two workers with two uploads at the same moment: one CSD is active, and no secret is kept in vain."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from certificates.models import Csd, CsdValidation, Diagnosis
from certificates.testing import Pair
from companies.models import Company, User
from facturamos.jobs import tasks
from tests.certificates.conftest import Issue, receive, rsa_key

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


@pytest.fixture
def pairs(issue: Issue) -> list[Pair]:
    """Three pairs of one RFC."""
    months_ago = timezone.now() - timedelta(days=100)
    return [issue(key=rsa_key(number), valid_from=months_ago) for number in range(3)]


def together(*works: Callable[[], None]) -> None:
    """Runs them at the same moment, each with a connection of its own. Raises what any of them raises."""
    start = Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        for future in [threads.submit(run, work) for work in works]:
            future.result()


def perform(csd: Csd) -> None:
    """What a worker does with the upload's job."""
    job = CsdValidation.objects.claim(csd.validations.get().pk)
    if job is not None:
        tasks.perform(job)


def test_an_upload_during_a_validation_wins_and_one_is_active(company: Company, pairs: list[Pair]) -> None:
    perform(receive(company, pairs[0]))
    for number in range(ROUNDS):
        renewal = receive(company, pairs[number % 2])

        together(lambda csd=renewal: perform(csd), lambda: perform(receive(company, pairs[2])))  # type: ignore[misc]

        active = Csd.objects.active().get()
        assert active.key_sha256 == Csd.objects.latest("uploaded_at").key_sha256
        others = Csd.objects.exclude(pk=active.pk)
        assert set(others.values_list("state", "key", "password")) == {(Csd.State.REPLACED, None, None)}
    assert set(CsdValidation.objects.values_list("state", "crashes")) == {(CsdValidation.State.DONE, 0)}


def test_of_two_companies_with_one_rfc_one_gets_it_and_no_worker_stumbles(
    company: Company, other_issuer: User, pairs: list[Pair]
) -> None:
    other = other_issuer.company
    assert other is not None
    Company.objects.filter(pk=other.pk).update(rfc=company.rfc)
    other.refresh_from_db()
    mine, theirs = receive(company, pairs[0]), receive(other, pairs[1])

    together(lambda: perform(mine), lambda: perform(theirs))

    assert sorted(Csd.objects.values_list("state", flat=True)) == [Csd.State.ACTIVE, Csd.State.REFUSED]
    assert set(CsdValidation.objects.values_list("state", "crashes")) == {(CsdValidation.State.DONE, 0)}
    refused = Diagnosis.objects.get(ok=False)
    assert [result.reason for result in refused.results if result.bad] == ["taken"]
    assert not Csd.objects.filter(state=Csd.State.REFUSED).exclude(key=None).exists()
