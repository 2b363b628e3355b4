"""Median and p90 by nearest rank, of all and of one distributor, and how they are told apart."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import QueryDict
from pytest_django.fixtures import DjangoAssertNumQueries

from companies.models import Company, User
from onboarding.backoffice.measures.filters import MeasureFilter
from onboarding.backoffice.measures.models import WhoseTime
from onboarding.backoffice.measures.reading import (
    Spread,
    Stumbling,
    Tries,
    measured,
    spreads,
    stumbles,
    tries,
)
from onboarding.backoffice.models import Stumble
from tests.onboarding.backoffice.measures.made_up import WEEK, added_up, step_time

CHOSEN = MeasureFilter(first=WEEK, last=WEEK)


@pytest.fixture
def companies(distributor: User) -> list[Company]:
    assert distributor.distributor is not None
    return Company.objects.bulk_create(
        Company(distributor=distributor.distributor, name=f"E {number}", rfc=f"EMP{number:06d}AB1")
        for number in range(10)
    )


def stumble(company: Company, times: int = 1, **changes: object) -> None:
    usual = {"week": WEEK, "release": "1.0", "step": "sellos", "sort": "try", "name": "", "code": ""}
    Stumble.objects.create(company=company, distributor=company.distributor, times=times, **usual | changes)


@pytest.mark.parametrize("whose", ["all", "one"])
def test_median_and_p90_are_times_of_companies(companies: list[Company], whose: str) -> None:
    """Of ten, 10 to 100 s: five took 50 or less, nine 90 or less."""
    for number, company in enumerate(companies):
        step_time(company, 10 * (number + 1))
    added_up()
    chosen = replace(CHOSEN, distributor=companies[0].distributor_id if whose == "one" else 0)

    assert spreads(chosen) == {"datos-fiscales": {WhoseTime.ACTIVE: Spread(10, 50, 90)}}


def test_of_one_company_both_are_its_time(companies: list[Company]) -> None:
    step_time(companies[0], 7)
    added_up()

    assert spreads(CHOSEN) == {"datos-fiscales": {WhoseTime.ACTIVE: Spread(1, 7, 7)}}


def test_weeks_releases_and_steps_narrow(companies: list[Company]) -> None:
    first, second, third, fourth = companies[:4]
    step_time(first, 1)
    step_time(second, 2, week=WEEK - timedelta(weeks=1))
    step_time(third, 3, release="2.0")
    step_time(fourth, 4, step="sellos", party="sat")
    added_up()
    earlier = replace(CHOSEN, first=WEEK - timedelta(weeks=1))

    assert spreads(replace(earlier, step="datos-fiscales"))["datos-fiscales"][WhoseTime.ACTIVE].companies == 3
    assert spreads(replace(earlier, release="2.0")) == {"datos-fiscales": {WhoseTime.ACTIVE: Spread(1, 3, 3)}}
    assert spreads(replace(CHOSEN, step="sellos")) == {"sellos": {WhoseTime.SAT: Spread(1, 4, 4)}}
    assert {*spreads(replace(earlier, step="datos-fiscales"), "week")} == {WEEK, WEEK - timedelta(weeks=1)}
    assert {*spreads(earlier, "release")} == {"1.0", "2.0"}


def test_by_distributor_each_has_its_own(companies: list[Company], other_issuer: User) -> None:
    assert other_issuer.company is not None
    step_time(companies[0], 1)
    step_time(other_issuer.company, 9)

    assert spreads(CHOSEN, "distributor") == {
        companies[0].distributor_id: {WhoseTime.ACTIVE: Spread(1, 1, 1)},
        other_issuer.company.distributor_id: {WhoseTime.ACTIVE: Spread(1, 9, 9)},
    }


def test_tries_count_times_and_companies(companies: list[Company]) -> None:
    stumble(companies[0], 2)
    stumble(companies[0], 1, release="2.0")
    stumble(companies[1], 1)

    assert tries(CHOSEN) == {"sellos": Tries(4, 2)}
    assert tries(CHOSEN, "release") == {"1.0": Tries(3, 2), "2.0": Tries(1, 1)}


def test_what_stood_in_the_way_most_often_comes_first(companies: list[Company]) -> None:
    stumble(companies[0], 1, sort="csd", name="password", code="wrong")
    stumble(companies[1], 3, sort="csd", name="kind", code="fiel")
    stumble(companies[1], 9)

    assert stumbles(CHOSEN) == [
        Stumbling("sellos", "csd", "kind", "fiel", 3, 1),
        Stumbling("sellos", "csd", "password", "wrong", 1, 1),
    ]


def test_it_costs_two_statements_however_many(
    companies: list[Company], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for company in companies:
        step_time(company, 5)
        stumble(company)
    added_up()
    with django_assert_num_queries(2):
        measured(CHOSEN)


def test_an_address_says_what_is_chosen(distributor: User, support: User) -> None:
    query = QueryDict("desde=2026-10-07&hasta=2026-09-30&distribuidor=99&version=1.0&paso=sellos")

    of_support = MeasureFilter.of(query, support)
    assert (of_support.first.isoformat(), of_support.last.isoformat()) == ("2026-09-28", "2026-10-05")
    assert (of_support.distributor, of_support.release, of_support.step) == (99, "1.0", "sellos")
    assert MeasureFilter.of(QueryDict(of_support.query), support) == of_support
    assert MeasureFilter.of(query, distributor).distributor == distributor.distributor_id


@pytest.mark.parametrize("junk", ["desde=x&hasta=0000-13-99", "distribuidor=²", "paso=nada", "version=%00"])
def test_junk_counts_as_nothing(support: User, junk: str) -> None:
    assert MeasureFilter.of(QueryDict(junk), support) == MeasureFilter.of(QueryDict(), support)
