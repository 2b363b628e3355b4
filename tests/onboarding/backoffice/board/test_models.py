"""`LastMove`: kept by triggers, whatever way the rows are written."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from companies.models import Company, User
from onboarding.backoffice.board.models import LastMove
from onboarding.models import Onboarding, StepState

NOW = timezone.now().replace(microsecond=0)


def move_of(user: User) -> LastMove:
    return LastMove.objects.get(company=user.company)


@pytest.fixture
def opened(issuer: User) -> User:
    """An account of a month ago."""
    Company.objects.update(created_at=NOW - timedelta(days=30))
    return issuer


def test_an_opened_account_has_moved_and_waits(issuer: User) -> None:
    move = move_of(issuer)
    assert issuer.company is not None
    assert move.moved_at == issuer.company.created_at
    assert (move.distributor_id, move.deleted) == (issuer.company.distributor_id, False)
    assert (move.entered, move.finished) == (False, False)


def test_many_accounts_at_once_have_theirs(distributor: User) -> None:
    assert distributor.distributor is not None
    Company.objects.bulk_create(
        Company(distributor=distributor.distributor, name=f"E{n}", rfc=f"AAA1903{n}AB1")
        for n in range(10, 30)
    )
    assert LastMove.objects.filter(distributor=distributor.distributor, entered=False).count() == 20


def test_it_follows_the_latest_of_all_that_moved(opened: User) -> None:
    onboarding = Onboarding.objects.get(company=opened.company)
    assert move_of(opened).moved_at == NOW - timedelta(days=30)
    User.objects.filter(pk=opened.pk).update(last_login=NOW - timedelta(days=9))
    assert (move_of(opened).moved_at, move_of(opened).entered) == (NOW - timedelta(days=9), True)
    state = StepState.objects.create(
        onboarding=onboarding, slug="datos-fiscales", saved_at=NOW - timedelta(days=3)
    )
    assert move_of(opened).moved_at == NOW - timedelta(days=3)
    StepState.note_saved(onboarding, ["datos-fiscales"])
    state.refresh_from_db()
    assert move_of(opened).moved_at == state.saved_at


def test_a_step_that_was_left_out_is_no_move(opened: User) -> None:
    StepState.note_saved(Onboarding.objects.get(company=opened.company), ["logotipo"], omitted=True)
    assert move_of(opened).moved_at == NOW - timedelta(days=30)


def test_finishing_and_opening_again_are_seen(opened: User) -> None:
    ways = Onboarding.objects.filter(company=opened.company)
    ways.update(finished_at=NOW, finished_by=opened)
    assert move_of(opened).finished
    ways.update(finished_at=None, finished_by=None)
    assert not move_of(opened).finished


def test_a_company_that_is_handed_over_changes_boards_at_once(
    opened: User, distributor: User, other_distributor: User
) -> None:
    Company.objects.update(distributor=other_distributor.distributor)
    assert [*LastMove.objects.on_board_of(distributor)] == []
    assert [*LastMove.objects.on_board_of(other_distributor)] == [move_of(opened)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE companies_company SET deleted_at = now()")
    assert [*LastMove.objects.on_board_of(other_distributor)] == []
    Company.objects.update(deleted_at=None)
    assert LastMove.objects.on_board_of(other_distributor).exists()


def test_an_issuer_has_no_board(opened: User) -> None:
    assert [*LastMove.objects.on_board_of(opened)] == []
