"""One action for many companies, in the worker."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.http import QueryDict
from django.utils import timezone

from companies.models import Company, User
from facturamos.jobs.models import LeaseLost
from facturamos.jobs.tasks import perform
from mailing.models import Message
from onboarding.backoffice.bulk_actions import services
from onboarding.backoffice.bulk_actions.models import BulkRun
from onboarding.backoffice.companies.actions import ReissueToMany
from tests.conftest import make_issuer

Clients = Callable[[int], list[int]]


@pytest.fixture
def clients(distributor: User) -> Clients:
    """Companies of the distributor whose users wait for credentials."""

    def make(count: int) -> list[int]:
        for number in range(count):
            make_issuer(distributor, name=f"E{number}", rfc=f"AAA{190000 + number}AB1", username=f"u{number}")
        User.objects.filter(company__isnull=False).update(password_is_temporary=True)
        return list(Company.objects.order_by("pk").values_list("pk", flat=True))

    return make


def done(run: BulkRun) -> BulkRun:
    """The run as a worker leaves it."""
    claimed = BulkRun.objects.claim(run.pk)
    assert claimed is not None
    perform(claimed)
    return BulkRun.objects.get(pk=run.pk)


def started(user: User, ids: list[int]) -> BulkRun:
    return services.start(user, ReissueToMany(), ids, QueryDict(""))


def test_more_than_four_hundred_have_their_turn(distributor: User, clients: Clients) -> None:
    run = done(started(distributor, clients(430)))
    assert (run.state, run.position, run.done, run.refused) == ("done", 430, 430, {})
    assert Message.objects.count() == 430
    assert LogEntry.objects.filter(user=distributor).count() == 430


def test_their_mails_wait_for_the_lane(distributor: User, clients: Clients) -> None:
    done(started(distributor, clients(5)))
    assert set(Message.objects.values_list("sent_at", "turn")) == {(None, "companies.credentials")}


def test_it_tells_why_nothing_was_done_to_some(
    distributor: User, clients: Clients, other_issuer: User
) -> None:
    ids = clients(4)
    User.objects.filter(username="u1").update(last_login=timezone.now())
    Company.objects.filter(name="E2").update(deleted_at=timezone.now())
    run = done(started(distributor, ids))
    assert run.done == 2
    assert run.refused == {"su usuario ya entró.": 1, services.UNSEEN: 2}
    assert run.reasons == [(services.UNSEEN, 2), ("su usuario ya entró.", 1)]
    assert not Message.objects.filter(company=other_issuer.company).exists()


def test_a_second_run_finds_it_done(distributor: User, clients: Clients) -> None:
    ids = clients(3)
    done(started(distributor, ids))
    run = done(started(distributor, ids))
    assert (run.done, run.refused) == (0, {"sus credenciales ya van en camino.": 3})
    assert Message.objects.count() == 3


def test_a_killed_worker_leaves_nothing_twice_and_nothing_out(
    distributor: User, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "CHUNK", 2)
    run = started(distributor, clients(5))
    claimed = BulkRun.objects.claim(run.pk)
    assert claimed is not None
    services._do(claimed, claimed.companies[:2])
    # Another worker takes over; what the first does then must not count.
    BulkRun.objects.update(state=BulkRun.State.QUEUED)
    after = BulkRun.objects.claim(run.pk)
    assert after is not None
    with pytest.raises(LeaseLost):
        services._do(claimed, claimed.companies[2:4])
    perform(after)
    run.refresh_from_db()
    assert (run.position, run.done, Message.objects.count()) == (5, 5, 5)


def test_rights_that_were_taken_meanwhile_are_asked_for_anew(distributor: User, clients: Clients) -> None:
    run = started(distributor, clients(2))
    User.objects.filter(pk=distributor.pk).update(is_active=False)
    run = done(run)
    assert (run.done, run.refused) == (0, {services.GONE: 2})
    assert not Message.objects.exists()


def test_the_history_names_who_wanted_it(distributor: User, clients: Clients) -> None:
    ids = clients(1)
    # A trigger writes an event where something changes: here, that the password is temporary again.
    User.objects.filter(company=ids[0]).update(full_name="Ana")
    done(started(distributor, ids))
    assert LogEntry.objects.get().user == distributor


def test_old_runs_are_forgotten(distributor: User, clients: Clients) -> None:
    run = done(started(distributor, clients(1)))
    assert services.forget_old() == 0
    BulkRun.objects.update(finished_at=timezone.now() - BulkRun.KEPT)
    assert services.forget_old() == 1
    assert not BulkRun.objects.filter(pk=run.pk).exists()
