"""What is counted of one known way, reckoned by hand; and what is left alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies.models import Company, User
from onboarding.backoffice.measures.counting import count, counted_at, monday
from onboarding.backoffice.models import SeenRelease, StepTime, Stumble, TimeCount
from onboarding.models import Onboarding
from tests.onboarding.backoffice.measures.made_up import (
    HOUR,
    WEEK,
    at,
    came_in,
    known_way,
    refused,
    release_seen,
    saved,
    step_time,
)


def times(company: Company) -> dict[tuple[str, str], int]:
    rows = StepTime.objects.filter(company=company)
    return {(row.step, row.party): row.seconds for row in rows}


def test_a_known_way_is_counted_to_the_second(issuer: User) -> None:
    company = known_way(issuer)
    count()

    assert times(company) == {
        # The mail left after 30 s; from then a day passed.
        ("entrar", "us"): 30,
        ("entrar", "issuer"): 86_400,
        # Came in 8:00:30, accepted 8:02:30.
        ("aviso-de-privacidad", "active"): 120,
        # Ten minutes to a page that was not taken, five more to one that was.
        ("datos-fiscales", "active"): 900,
        # Two days until it came in again; ten minutes from then.
        ("direccion-fiscal", "issuer"): 172_800,
        ("direccion-fiscal", "active"): 600,
        # Uploaded after ten minutes; another password two minutes later.
        ("sellos", "active"): 720,
        ("sellos", "us"): 10,
        ("sellos", "sat"): 86_400,
        # Saved after 6 minutes, tested after one more, and two more.
        ("correo", "active"): 540,
        ("correo", "us"): 10,
        ("carta-manifiesto", "pac"): 10_800,
    }
    assert {row.week for row in StepTime.objects.all()} == {WEEK}


def test_what_stood_in_the_way_is_counted_once_each(issuer: User) -> None:
    company = known_way(issuer)
    count()

    found = {(row.step, row.sort, row.name, row.code): row.times for row in company.stumbles.all()}
    assert found == {
        ("datos-fiscales", "try", "", ""): 1,
        ("datos-fiscales", "field", "rfc", "rfc"): 1,
        ("datos-fiscales", "field", "name", "required"): 1,
        ("sellos", "try", "", ""): 1,
        ("sellos", "csd", "password", "wrong"): 1,
        ("correo", "try", "", ""): 1,
        ("correo", "mailbox", "", "login_refused"): 1,
    }
    assert Stumble.objects.get(sort="field", name="rfc").release == "1.0"


def test_counting_again_changes_nothing(issuer: User) -> None:
    company = known_way(issuer)
    count()
    once = (times(company), company.stumbles.count(), TimeCount.objects.count())
    count()

    assert (times(company), company.stumbles.count(), TimeCount.objects.count()) == once


def test_half_an_hour_is_work_and_a_second_more_is_waiting(issuer: User, other_issuer: User) -> None:
    for user, pause in ((issuer, 0), (other_issuer, 1)):
        Company.objects.filter(users=user).update(created_at=at(0, 8))
        saved(user, "aviso-de-privacidad", at(1, 8))
        saved(user, "datos-fiscales", at(1, 8, 30, pause))
    count()

    assert issuer.company is not None
    assert other_issuer.company is not None
    assert times(issuer.company) == {("datos-fiscales", "active"): 1800}
    assert times(other_issuer.company) == {("datos-fiscales", "issuer"): 1800}


def test_what_is_done_after_finishing_is_not_counted(issuer: User) -> None:
    company = known_way(issuer)
    Onboarding.objects.filter(company=company).update(finished_at=at(1, 8, 10), finished_by=issuer)
    count()

    active = {step for step, party in times(company) if party == "active"}
    assert active == {"aviso-de-privacidad"}


def test_a_wait_that_is_not_over_counts_nowhere(issuer: User) -> None:
    known_way(issuer)
    count(at(3, 10))

    assert not StepTime.objects.filter(party__in=["sat", "pac"]).exists()


def test_the_sat_takes_no_longer_than_it_says(issuer: User) -> None:
    """Where nobody has seen it: 72 h after it was issued, which is 64 h 20 min after it was accepted."""
    company = known_way(issuer)
    company.csds.update(usable_since=None)
    count(at(3, 1) + timedelta(hours=73))

    assert times(company)["sellos", "sat"] == 64 * 3600


def test_a_step_left_out_is_done_too(issuer: User) -> None:
    company = issuer.company
    assert company is not None
    Company.objects.filter(pk=company.pk).update(created_at=timezone.now() - HOUR)
    saved(issuer, "aviso-de-privacidad", timezone.now() - timedelta(minutes=10))
    onboarding = Onboarding.objects.get(company=company)
    onboarding.step_states.create(slug="correo", omitted=True)
    count()

    assert 590 <= times(company)["correo", "active"] <= 620


def test_each_time_has_the_release_that_was_in_use(issuer: User) -> None:
    release_seen("1.0", at(0, 0))
    release_seen("2.0", at(2, 0))
    company = known_way(issuer)
    count()

    used = {(row.step, row.release) for row in company.step_times.filter(party="active")}
    assert ("datos-fiscales", "1.0") in used
    assert ("direccion-fiscal", "2.0") in used


def test_what_is_older_than_it_is_counted_anew_stays(issuer: User) -> None:
    company = issuer.company
    assert company is not None
    old = monday(timezone.localdate()) - timedelta(weeks=20)
    step_time(company, 77, week=old)
    step_time(company, 55, step="sellos")
    saved(issuer, "datos-fiscales", at(1, 8))
    count()

    assert times(company) == {("datos-fiscales", "active"): 77}


def test_the_counts_of_all_are_those_of_each(issuer: User, other_issuer: User) -> None:
    known_way(issuer)
    Company.objects.filter(users=other_issuer).update(created_at=at(0, 8))
    came_in(other_issuer, at(1, 8))
    saved(other_issuer, "aviso-de-privacidad", at(1, 8, 2))
    count()

    rows = TimeCount.objects.filter(step="aviso-de-privacidad", party="active")
    assert [(row.seconds, row.companies) for row in rows] == [(120, 2)]


@pytest.mark.django_db
def test_it_says_until_when_it_counts() -> None:
    assert counted_at() is None
    count()
    assert counted_at() == SeenRelease.objects.get().counted_at


def test_a_company_that_moves_takes_its_measures_along(issuer: User, other_distributor: User) -> None:
    company = known_way(issuer)
    count()
    assert other_distributor.distributor is not None
    company.distributor = other_distributor.distributor
    company.save(update_fields=["distributor"])

    owners = {*StepTime.objects.values_list("distributor", flat=True)}
    owners |= {*Stumble.objects.values_list("distributor", flat=True)}
    assert owners == {other_distributor.distributor_id}


def test_a_deleted_company_leaves_no_measure(issuer: User) -> None:
    company = known_way(issuer)
    count()
    company.deleted_at = timezone.now()
    company.save(update_fields=["deleted_at"])

    assert not StepTime.objects.exists()
    assert not Stumble.objects.exists()
    refused(company, at(1, 9))
    count()
    assert not Stumble.objects.exists()
