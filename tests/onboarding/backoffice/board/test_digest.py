"""A distributor's week: who hears of whom, once; who waits longest first, and for what."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from companies.models import Company, Distributor, User
from mailing.outbox import Moot
from onboarding.backoffice.board import digest
from onboarding.models import Onboarding, Reminder
from onboarding.reminders import services as reminders
from onboarding.reminders.services import Due
from tests.conftest import make_issuer
from tests.onboarding.reminders.kinds.letters import HOUR, MONDAY, html, sent

pytestmark = pytest.mark.django_db
BOARD = "/admin/companies/company/tablero/?estado="


def client(distributor: User, name: str, *, days: int, entered: bool = True) -> User:
    """An account that was opened and, if it was ever, entered so many days ago."""
    number = User.objects.count()
    user = make_issuer(distributor, name=name, rfc=f"AAA{190000 + number}AB1", username=f"cliente{number}")
    then = timezone.now() - timedelta(days=days)
    Company.objects.filter(users=user).update(created_at=then)
    User.objects.filter(pk=user.pk).update(last_login=then if entered else None)
    return user


def finish(user: User) -> None:
    finished = timezone.now() - HOUR
    Onboarding.objects.filter(company=user.company).update(finished_at=finished, finished_by=user)


def week_of(distributor: User) -> Due:
    return Due("ventas@example.com", "2026-48", distributor_id=distributor.distributor_id)


def test_a_distributor_hears_of_its_own_clients(distributor: User, other_issuer: User) -> None:
    client(distributor, "PANADERÍA", days=8)
    finish(client(distributor, "TORTILLERÍA", days=2))
    reminders._send(digest.KIND, week_of(distributor))

    letter = sent()

    assert letter.subject == "Sus clientes en Facturamos.com.mx: 1 por terminar"
    for text in (str(letter.body), html(letter)):
        assert "Terminaron esta semana (1)" in text
        assert "Ya entraron y les falta terminar (1)" in text
        assert "Todavía no entran" not in text
        assert "TORTILLERÍA" in text
        assert "JOSÉ NÚÑEZ PEÑA" not in text


def test_who_waits_longest_stands_first_with_what_is_missing(
    distributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest, "NAMED", 2)
    for name, days in (("NUEVA", 1), ("VIEJA", 40), ("MEDIANA", 9)):
        client(distributor, name, days=days)
    client(distributor, "NUNCA", days=50, entered=False)
    reminders._send(digest.KIND, week_of(distributor))

    text = str(sent().body)

    assert text.index("NUNCA") < text.index("VIEJA") < text.index("MEDIANA")
    assert "NUEVA" not in text
    assert "… y 1 más" in text
    assert "sin movimiento 40 días: Falta «Aviso de privacidad»." in text
    assert "sin movimiento 50 días: No ha entrado, y no se le han enviado credenciales." in text


def test_each_sort_leads_to_the_boards_list(distributor: User) -> None:
    client(distributor, "VIEJA", days=40)
    client(distributor, "NUNCA", days=50, entered=False)
    reminders._send(digest.KIND, week_of(distributor))

    letter = sent()

    for text in (str(letter.body), html(letter)):
        for wanted in ("sin-entrar", "en-camino", "por-terminar"):
            assert f"{BOARD}{wanted}" in text


def test_when_all_is_told_meanwhile_there_is_no_mail(distributor: User) -> None:
    row = Reminder(kind=digest.KIND, distributor=distributor.distributor, about="2026-48", to="a@example.com")
    with pytest.raises(Moot):
        digest.email(row)


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
    issuer: User, other_issuer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert len(list(digest.due(MONDAY))) == 2
