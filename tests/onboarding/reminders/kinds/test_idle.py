"""Steps left in the middle: who is reminded after a week, and of what."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from companies.models import Company, User
from onboarding.models import Onboarding, StepState
from onboarding.reminders import services as reminders
from onboarding.reminders.kinds import idle
from tests.onboarding.reminders.kinds.letters import MONDAY, NOW, html, sent

pytestmark = pytest.mark.django_db


def test_a_week_without_a_move_is_idle(started: User) -> None:
    found = list(idle.due(NOW))

    assert [each.to for each in found] == [started.email]
    assert list(idle.due(NOW - timedelta(days=2))) == []
    assert list(idle.due(NOW + timedelta(days=40))) == []


def test_a_page_saved_later_starts_the_week_again(started: User) -> None:
    StepState.objects.update(saved_at=NOW - timedelta(days=2))

    assert list(idle.due(NOW)) == []


@pytest.mark.parametrize("field", ["finished", "deleted", "never_in"])
def test_who_finished_left_or_never_came_is_not_idle(started: User, field: str) -> None:
    if field == "finished":
        Onboarding.objects.update(finished_at=NOW, finished_by=started)
    if field == "deleted":
        Company.objects.update(deleted_at=NOW)
    if field == "never_in":
        User.objects.update(last_login=None)

    assert list(idle.due(NOW)) == []


def test_the_reminder_names_what_is_missing(started: User) -> None:
    reminders.send_due(NOW)

    letter = sent()

    assert letter.subject.startswith("Le faltan ")
    for text in (str(letter.body), html(letter)):
        for title in ("Aviso de privacidad", "Dirección fiscal", "Sellos"):
            assert title.lower() in text.lower()
        assert "Logotipo" not in text
        assert "/configuracion/" in text
    assert reminders.send_due(NOW + timedelta(days=7)) == 0


def test_finding_who_is_due_costs_one_query(
    started: User,
    account: User,
    other_issuer: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        list(idle.due(MONDAY))
