"""Credentials that nobody has used: who is reminded, what the mail says, and where its link leads."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from companies.accounts import credentials, renewal
from companies.models import User
from mailing.models import Message
from onboarding.reminders import services as reminders
from onboarding.reminders.kinds import unused_credentials
from tests.companies.accounts.mail import deliver
from tests.mailing.conftest import run
from tests.onboarding.reminders.kinds.letters import HOUR, MONDAY, html, send, sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("hours", "count"), [(47, 0), (49, 1), (24 * 31, 0)])
def test_unused_credentials_are_due_after_two_days(account: User, hours: int, count: int) -> None:
    assert len(list(unused_credentials.due(timezone.now() + hours * HOUR))) == count


def test_who_came_in_is_not_reminded_of_credentials(account: User) -> None:
    User.objects.filter(pk=account.pk).update(last_login=timezone.now())

    assert list(unused_credentials.due(timezone.now() + 49 * HOUR)) == []


def test_credentials_that_never_left_are_not_spoken_of(account: User) -> None:
    Message.objects.update(mailed_at=None)

    assert list(unused_credentials.due(timezone.now() + 49 * HOUR)) == []


def test_the_reminder_of_credentials_says_until_when_they_serve(account: User) -> None:
    send(unused_credentials.KIND, timezone.now() + 49 * HOUR)

    letter = sent()

    assert letter.to == ["inigo@example.com"]
    assert letter.subject == "Su cuenta en Facturamos.com.mx lo espera"
    for text in (str(letter.body), html(letter)):
        assert account.username in text
        assert "sirve hasta el" in text
        assert "/recuperar/credenciales/" in text
        assert "/recordatorios/" in text
        # Nobody types the name.
        assert f"/entrar/?usuario={account.username}" in text


def test_expired_credentials_come_with_the_way_to_new_ones(account: User) -> None:
    send(unused_credentials.KIND, timezone.now() + 49 * HOUR)
    User.objects.update(temporary_password_until=timezone.now() - HOUR)

    letter = sent()

    assert "ya venció" in str(letter.body)
    assert "Pedir credenciales nuevas" in html(letter)


def test_credentials_used_meanwhile_need_no_reminder(account: User) -> None:
    send(unused_credentials.KIND, timezone.now() + 49 * HOUR)
    User.objects.update(password_is_temporary=False)

    run(Message.objects.order_by("-created_at")[0])

    assert mail.outbox == []


def test_a_second_pass_sends_nothing(account: User) -> None:
    later = timezone.localtime().replace(hour=12) + 72 * HOUR

    assert [reminders.send_due(later) for _ in range(2)][1] == 0


# --- new credentials by the link


def test_the_link_sends_new_credentials_once_the_old_ones_expired(account: User, client: Client) -> None:
    User.objects.update(temporary_password_until=timezone.now() - HOUR)
    path = f"/recuperar/credenciales/{renewal.token(account)}/"

    assert "Enviarme credenciales nuevas" in client.get(path).content.decode()
    for _ in range(2):
        client.post(path)

    assert Message.objects.filter(kind=credentials.CREDENTIALS).count() == 2
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

    assert Message.objects.filter(kind=credentials.CREDENTIALS).count() == 1


def test_an_altered_link_says_so(client: Client) -> None:
    for token in ("x", "MQ:1abc:firma"):
        page = client.get(f"/recuperar/credenciales/{token}/")
        assert "Este enlace ya no sirve" in page.content.decode()


def test_finding_who_is_due_costs_one_query(
    started: User,
    account: User,
    other_issuer: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        list(unused_credentials.due(MONDAY))
