"""How many companies the board's filters find: of few as the page is shown, of many by beat."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies.models import User
from onboarding.backoffice.board import counts
from onboarding.backoffice.board.counts import ALL, count_many
from onboarding.backoffice.board.filters import FILTERS, MOST_KEYS, Filter, RowsFilter
from onboarding.backoffice.board.models import LastMove
from onboarding.backoffice.models import CompanyNote, KeptCounts
from tests.conftest import make_issuer
from tests.onboarding.backoffice.board.test_companies import company_of, csd, entered, finish

SignIn = Callable[[User], Client]
NAME = "PANADERÍA LA ÑAPA"
BOARD = "/admin/companies/company/tablero/"


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch, distributor: User, other_distributor: User) -> list[User]:
    """Three companies of one distributor, which is many here, and one of another's."""
    monkeypatch.setattr(counts, "FEW", 2)
    mine = [
        make_issuer(distributor, name=NAME, rfc=f"PNA19031{n}AB1", username=f"panaderia{n}") for n in range(3)
    ]
    theirs = make_issuer(other_distributor, name=NAME, rfc="TNB190312AB1", username="tienda")
    entered(mine[0])
    entered(mine[1], days_ago=10)
    finish(mine[0])
    csd(company_of(mine[0]), valid_to=timezone.now() + timedelta(days=20))
    csd(company_of(mine[1]), valid_to=timezone.now() - timedelta(days=1), number="30001000000500003417")
    return [*mine, theirs]


def test_few_are_counted_as_the_page_is_shown(sign_in: SignIn, distributor: User, issuer: User) -> None:
    count_many()
    page = sign_in(distributor).get(BOARD).content.decode()
    assert "Los números de los filtros" not in page
    assert not KeptCounts.objects.exists()
    assert counts.counts(distributor).of(ALL) == 1


def test_many_are_counted_by_beat_as_they_would_be_one_by_one(
    many: list[User], support: User, distributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert count_many()
    kept = {user: counts.counts(user) for user in (support, distributor)}
    monkeypatch.setattr(counts, "FEW", 2000)
    for user, found in kept.items():
        live = counts.counts(user)
        assert found.at is not None
        assert live.at is None
        assert {each.name: found.of(each.name) for each in FILTERS} == {
            each.name: live.of(each.name) for each in FILTERS
        }
        assert found.of(ALL) == live.of(ALL)


def test_numbers_of_a_clock_that_was_ahead_are_counted_anew(many: list[User]) -> None:
    count_many()
    KeptCounts.objects.update(counted_at=timezone.now() + timedelta(days=300))

    assert count_many()
    assert KeptCounts.objects.latest("counted_at").counted_at < timezone.now()


def test_what_was_counted_a_moment_ago_is_said_to_be_so(
    sign_in: SignIn, many: list[User], distributor: User
) -> None:
    now = timezone.now()
    count_many(now - timedelta(seconds=50))
    finish(many[2])
    with time_machine.travel(now, tick=False):
        page = sign_in(distributor).get(BOARD)
    assert "Los números de los filtros son de hace 50 s." in page.content.decode()
    assert counts.counts(distributor).of("terminada") == 1
    assert "3 empresas" in page.content.decode()


def test_before_the_first_count_there_are_companies_and_no_numbers(
    sign_in: SignIn, many: list[User], distributor: User
) -> None:
    page = sign_in(distributor).get(BOARD).content.decode()
    assert "los números de los filtros tardan un minuto" in page
    assert "PANADERÍA LA ÑAPA" in page
    assert "<b>" not in page.partition("board-filters")[2].partition("</ul>")[0]


def test_a_distributor_with_few_has_its_own_counted_now(many: list[User], other_distributor: User) -> None:
    count_many()
    found = counts.counts(other_distributor)
    assert (found.at, found.of(ALL)) == (None, 1)
    assert set(KeptCounts.objects.values_list("distributor", flat=True)) == {
        None,
        company_of(many[0]).distributor_id,
    }


def test_tasks_are_counted_for_who_looks(
    many: list[User], support: User, distributor: User, other_distributor: User
) -> None:
    count_many()
    CompanyNote.objects.create(company=company_of(many[0]), text="Llamar", due_on=timezone.localdate())
    assert counts.counts(support).of("con-pendientes") == 1
    assert counts.counts(distributor).of("con-pendientes") == 0


def test_counting_rests_twenty_times_as_long_as_it_took(many: list[User]) -> None:
    now = timezone.now()
    count_many(now)
    KeptCounts.objects.update(took=timedelta(seconds=6))
    assert not count_many(now + timedelta(seconds=119))
    assert count_many(now + timedelta(seconds=121))


def test_the_page_of_many_reads_none_of_them(sign_in: SignIn, many: list[User], distributor: User) -> None:
    count_many()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        sign_in(distributor).get(BOARD + "?estado=terminada")
    said = [
        each["sql"] for each in queries if "COUNT(" in each["sql"] and "backoffice_lastmove" in each["sql"]
    ]
    assert all("LIMIT 3" in sql or "companynote" in sql for sql in said), said


def test_once_all_are_few_no_numbers_of_many_are_kept(
    many: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    count_many()
    assert KeptCounts.objects.exists()
    monkeypatch.setattr(counts, "FEW", 2000)

    assert not count_many()

    assert not KeptCounts.objects.exists()


@pytest.mark.parametrize("each", FILTERS, ids=lambda each: each.name)
def test_to_count_what_a_filter_finds_takes_two_queries(
    each: Filter, many: list[User], support: User
) -> None:
    """At most: others' rows, and the companies that they tell."""
    moves, now = LastMove.objects.on_board_of(support), timezone.now()
    with CaptureQueriesContext(connection) as queries:
        number = each.among(moves, now, support).count()
    assert len(queries) <= 2
    assert number == each.sortable_among(moves, now, support).count()


@pytest.mark.parametrize("each", FILTERS, ids=lambda each: each.name)
@pytest.mark.parametrize("counted", [None, 1, MOST_KEYS + 1])
def test_a_page_finds_the_same_by_each_company_and_by_what_others_rows_tell(
    each: Filter, many: list[User], support: User, counted: int | None
) -> None:
    count_many()
    found = {} if counted is None else {each.name: counted for each in FILTERS}
    KeptCounts.objects.update(found=found)
    moves, now = LastMove.objects.on_board_of(support), timezone.now()

    page = each.sortable_among(moves, now, support).values_list("pk", flat=True)

    assert set(page) == set(each.among(moves, now, support).values_list("pk", flat=True))


def test_of_few_companies_no_rows_of_others_are_read(
    many: list[User], support: User, distributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small distributor's board costs the same beside a million companies of others."""
    monkeypatch.setattr(counts, "FEW", 2000)
    moves, now = LastMove.objects.on_board_of(distributor), timezone.now()

    with CaptureQueriesContext(connection) as queries:
        counts.counts(distributor)
        for each in FILTERS:
            list(each.sortable_among(moves, now, distributor)[:51])

    assert [each["sql"] for each in queries if "UNION" in each["sql"]] == []


def test_what_few_rows_tell_is_found_by_its_keys(many: list[User], support: User) -> None:
    """PostgreSQL knows neither that few tasks are open nor whose: beside them it read every company."""
    company = many[0].company
    assert company is not None
    CompanyNote.objects.create(company=company, text="Llamar", due_on=timezone.localdate())
    moves, now = LastMove.objects.on_board_of(support), timezone.now()
    by_rows = [each.among(moves, now, support) for each in FILTERS if isinstance(each, RowsFilter)]

    found = [companies for companies in by_rows if companies]

    assert len(found) >= 2
    assert all(str(companies.query).count("SELECT") == 1 for companies in found)
