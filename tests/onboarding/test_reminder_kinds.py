"""Who is reminded of what, when, and what the mails say."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from companies import renewal, services
from companies.models import Company, Distributor, User
from mailing.models import Message
from onboarding import due, reminders
from onboarding.accounts import open_account
from onboarding.models import Onboarding, Reminder, StepState
from onboarding.reminders import Due
from tests.companies.mail import deliver
from tests.mailing.conftest import run

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# A Wednesday: no digest.
NOW = datetime(2026, 11, 18, 18, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 16, tzinfo=UTC)


@pytest.fixture
def account(distributor: User) -> User:
    """An account whose credentials were mailed now, by the real clock."""
    assert distributor.distributor is not None
    user = open_account(
        distributor=distributor.distributor,
        name="TORTILLERÍA EL NIÑO",
        rfc="TNI190312AB1",
        full_name="Íñigo Peña",
        email="inigo@example.com",
    )
    deliver(Message.objects.get(kind=services.CREDENTIALS))
    mail.outbox.clear()
    user.refresh_from_db()
    return user


def send(kind: str, now: datetime) -> None:
    """What beat would send of one kind, whatever the weekday."""
    for each in reminders._kinds[kind].due(now):
        reminders._send(kind, each)


def sent() -> EmailMultiAlternatives:
    """Sends the newest message; what it said."""
    run(Message.objects.order_by("-created_at")[0])
    assert len(mail.outbox) == 1, Message.objects.order_by("-created_at")[0].outcome
    letter = mail.outbox[0]
    assert isinstance(letter, EmailMultiAlternatives)
    return letter


def html(letter: EmailMultiAlternatives) -> str:
    """The mail's HTML part."""
    return str(letter.alternatives[0][0])


# --- unused credentials


@pytest.mark.parametrize(("hours", "count"), [(47, 0), (49, 1), (24 * 31, 0)])
def test_unused_credentials_are_due_after_two_days(account: User, hours: int, count: int) -> None:
    assert len(list(due.unused_credentials(timezone.now() + hours * HOUR))) == count


def test_who_came_in_is_not_reminded_of_credentials(account: User) -> None:
    User.objects.filter(pk=account.pk).update(last_login=timezone.now())

    assert list(due.unused_credentials(timezone.now() + 49 * HOUR)) == []


def test_credentials_that_never_left_are_not_spoken_of(account: User) -> None:
    Message.objects.update(mailed_at=None)

    assert list(due.unused_credentials(timezone.now() + 49 * HOUR)) == []


def test_the_reminder_of_credentials_says_until_when_they_serve(account: User) -> None:
    send(due.UNUSED_CREDENTIALS, timezone.now() + 49 * HOUR)

    letter = sent()

    assert letter.to == ["inigo@example.com"]
    assert letter.subject == "Su cuenta en Facturamos.com.mx lo espera"
    for text in (str(letter.body), html(letter)):
        assert account.username in text
        assert "sirve hasta el" in text
        assert "/recuperar/credenciales/" in text
        assert "/recordatorios/" in text


def test_expired_credentials_come_with_the_way_to_new_ones(account: User) -> None:
    send(due.UNUSED_CREDENTIALS, timezone.now() + 49 * HOUR)
    User.objects.update(temporary_password_until=timezone.now() - HOUR)

    letter = sent()

    assert "ya venció" in str(letter.body)
    assert "Pedir credenciales nuevas" in html(letter)


def test_credentials_used_meanwhile_need_no_reminder(account: User) -> None:
    send(due.UNUSED_CREDENTIALS, timezone.now() + 49 * HOUR)
    User.objects.update(password_is_temporary=False)

    run(Message.objects.order_by("-created_at")[0])

    assert mail.outbox == []


def test_a_second_pass_sends_nothing(account: User) -> None:
    later = timezone.now() + 49 * HOUR

    assert [reminders.send_due(later) for _ in range(2)][1] == 0


# --- new credentials by the link


def test_the_link_sends_new_credentials_once_the_old_ones_expired(account: User, client: Client) -> None:
    User.objects.update(temporary_password_until=timezone.now() - HOUR)
    path = f"/recuperar/credenciales/{renewal.token(account)}/"

    assert "Enviarme credenciales nuevas" in client.get(path).content.decode()
    for _ in range(2):
        client.post(path)

    assert Message.objects.filter(kind=services.CREDENTIALS).count() == 2
    assert "van en camino" in client.get(path).content.decode()
    deliver(Message.objects.order_by("-created_at")[0])
    assert "todavía sirve" in client.get(path).content.decode()
    assert mail.outbox[0].to == ["inigo@example.com"]


@pytest.mark.parametrize("change", [{}, {"password_is_temporary": False}, {"is_active": False}])
def test_the_link_sends_nothing_while_there_is_no_need(
    account: User, client: Client, change: dict[str, bool]
) -> None:
    User.objects.filter(pk=account.pk).update(**change)

    client.post(f"/recuperar/credenciales/{renewal.token(account)}/")

    assert Message.objects.filter(kind=services.CREDENTIALS).count() == 1


def test_an_altered_link_says_so(client: Client) -> None:
    for token in ("x", "MQ:1abc:firma"):
        page = client.get(f"/recuperar/credenciales/{token}/")
        assert "Este enlace ya no sirve" in page.content.decode()


# --- idle wizards


@pytest.fixture
def started(issuer: User) -> User:
    """An issuer who came in and saved a page eight days ago."""
    long_ago = NOW - timedelta(days=8)
    User.objects.filter(pk=issuer.pk).update(last_login=long_ago - HOUR)
    way = Onboarding.objects.get(company=issuer.company_id)
    StepState.objects.create(onboarding=way, slug="datos-fiscales", saved_at=long_ago)
    return issuer


def test_a_week_without_a_move_is_idle(started: User) -> None:
    found = list(due.idle(NOW))

    assert [each.to for each in found] == [started.email]
    assert list(due.idle(NOW - timedelta(days=2))) == []
    assert list(due.idle(NOW + timedelta(days=40))) == []


def test_a_page_saved_later_starts_the_week_again(started: User) -> None:
    StepState.objects.update(saved_at=NOW - timedelta(days=2))

    assert list(due.idle(NOW)) == []


@pytest.mark.parametrize("field", ["finished", "deleted", "never_in"])
def test_who_finished_left_or_never_came_is_not_idle(started: User, field: str) -> None:
    if field == "finished":
        Onboarding.objects.update(finished_at=NOW, finished_by=started)
    if field == "deleted":
        Company.objects.update(deleted_at=NOW)
    if field == "never_in":
        User.objects.update(last_login=None)

    assert list(due.idle(NOW)) == []


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


# --- the distributor's week


def test_a_distributor_hears_of_its_own_clients(started: User, other_issuer: User, account: User) -> None:
    finished = timezone.now() - HOUR
    Onboarding.objects.filter(company=account.company).update(finished_at=finished, finished_by=account)
    assert started.company is not None
    week = Due("ventas@example.com", "2026-48", distributor_id=started.company.distributor_id)
    reminders._send(due.DIGEST, week)

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

    assert [each.to for each in due.digest(MONDAY)] == [distributor.email]


def test_without_clients_there_is_no_digest(distributor: User) -> None:
    assert list(due.digest(MONDAY)) == []


@pytest.mark.parametrize("kind", ["unused_credentials", "idle", "digest"])
def test_finding_who_is_due_costs_one_query(
    started: User,
    account: User,
    other_issuer: User,
    kind: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        list(getattr(due, kind)(MONDAY))
