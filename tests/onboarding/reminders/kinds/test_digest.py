"""A distributor's week: who hears of whom, once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from companies.models import Distributor, User
from onboarding.models import Onboarding, Reminder
from onboarding.reminders import services as reminders
from onboarding.reminders.kinds import digest
from onboarding.reminders.services import Due
from tests.onboarding.reminders.kinds.letters import HOUR, MONDAY, html, sent

pytestmark = pytest.mark.django_db


def test_a_distributor_hears_of_its_own_clients(started: User, other_issuer: User, account: User) -> None:
    finished = timezone.now() - HOUR
    Onboarding.objects.filter(company=account.company).update(finished_at=finished, finished_by=account)
    assert started.company is not None
    week = Due("ventas@example.com", "2026-48", distributor_id=started.company.distributor_id)
    reminders._send(digest.KIND, week)

    letter = sent()

    assert letter.subject == "Sus clientes en Facturamos.com.mx: 1 por terminar"
    for text in (str(letter.body), html(letter)):
        assert "Terminaron esta semana (1)" in text
        assert "Ya entraron y les falta terminar (1)" in text
        assert "TORTILLERÍA" in text
        assert "PANADERÍA LA ÑAPA" in text
        assert "JOSÉ NÚÑEZ PEÑA" not in text


def test_the_digest_goes_out_once_a_week(issuer: User, other_issuer: User) -> None:
    per_day = [reminders.send_due(MONDAY + timedelta(days=day)) for day in range(14)]

    assert per_day == [2, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]
    assert set(Reminder.objects.values_list("about", flat=True)) == {"2026-48", "2026-49"}


def test_the_digest_goes_to_a_user_where_the_distributor_has_no_address(
    issuer: User, distributor: User
) -> None:
    Distributor.objects.update(email="")

    assert [each.to for each in digest.due(MONDAY)] == [distributor.email]


def test_without_clients_there_is_no_digest(distributor: User) -> None:
    assert list(digest.due(MONDAY)) == []


def test_finding_who_is_due_costs_one_query(
    started: User,
    account: User,
    other_issuer: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        list(digest.due(MONDAY))
