"""A new e-mail address counts once its link was followed and the button pressed."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db.models import F
from django.test import Client
from django.utils import timezone

from companies.accounts.email_confirmation import email_changed
from companies.models import User
from mailing.models import Message
from tests.companies.accounts.mail import deliver, last_mail


@pytest.fixture
def moved(issuer: User) -> User:
    """An issuer that has just written another address."""
    issuer.email = "nueva@example.com"
    issuer.save()
    email_changed(issuer)
    return issuer


def link() -> str:
    deliver(Message.objects.get(kind="companies.email_confirmation"))
    found = re.search(r"http://[^/]+(/recuperar/correo/\S+)", str(last_mail().body))
    assert found is not None
    return found[1]


def test_the_new_address_is_asked_and_the_old_one_told(moved: User) -> None:
    messages = {message.kind: message.to for message in Message.objects.all()}

    assert messages == {
        "companies.email_confirmation": "nueva@example.com",
        "companies.email_changed": "panaderia@example.com",
    }


def test_the_old_address_learns_the_new_one(moved: User) -> None:
    deliver(Message.objects.get(kind="companies.email_changed"))

    assert last_mail().to == ["panaderia@example.com"]
    assert "nueva@example.com" in str(last_mail().body)


def test_the_button_confirms(client: Client, moved: User) -> None:
    path = link()

    assert "Confirmar correo" in client.get(path).text
    assert client.post(path)["Location"] == path
    assert "Su correo quedó confirmado" in client.get(path).text

    moved.refresh_from_db()
    assert moved.confirmed_email == "nueva@example.com"


def test_opening_the_link_confirms_nothing(client: Client, moved: User) -> None:
    client.get(link())

    moved.refresh_from_db()
    assert moved.confirmed_email == "panaderia@example.com"


def test_the_link_says_nothing_about_the_address(moved: User) -> None:
    assert "nueva" not in link()


@pytest.mark.parametrize("token", ["x", "WzEsImEiXQ:1abc:xyz", "a:b:c", "%F0%9F%98%80"])
def test_a_made_up_link_is_refused(client: Client, moved: User, token: str) -> None:
    response = client.post(f"/recuperar/correo/{token}/")

    assert response.status_code == 410
    assert "Este enlace ya no sirve" in response.text


def test_the_link_grows_old(client: Client, moved: User) -> None:
    path = link()

    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        assert client.post(path).status_code == 410


def test_another_change_overtakes_the_link(client: Client, moved: User) -> None:
    path = link()
    User.objects.filter(pk=moved.pk).update(email="tercera@example.com")

    assert client.post(path).status_code == 410


def test_an_overtaken_message_is_not_sent(moved: User) -> None:
    User.objects.filter(pk=moved.pk).update(email="tercera@example.com")

    deliver(Message.objects.get(kind="companies.email_confirmation"))

    assert mail.outbox == []


def test_going_back_to_the_confirmed_address_asks_nothing(moved: User) -> None:
    Message.objects.all().delete()
    moved.email = "panaderia@example.com"
    moved.save()

    email_changed(moved)

    assert not Message.objects.exists()


def test_nobody_is_buried_in_confirmations(issuer: User) -> None:
    """25 changes to two strangers in turn: three mails in the hour, and one that waits until it is over."""
    for number in range(25):
        issuer.email = f"extrano{number % 2}@example.com"
        issuer.save()
        email_changed(issuer)

    asked = Message.objects.filter(kind="companies.email_confirmation").order_by("run_after")
    now = timezone.now()
    assert [message.run_after > now for message in asked] == [False, False, False, True]
    waiting = asked[3]
    assert waiting.to == issuer.email
    assert timedelta(0) <= waiting.run_after - asked[0].created_at - timedelta(hours=1) < timedelta(seconds=1)
    told = Message.objects.filter(kind="companies.email_changed")
    assert [message.to for message in told] == ["panaderia@example.com"] * 3


def test_nor_are_they_in_the_second_hour(issuer: User) -> None:
    """What had waited for the second hour is one of its three."""
    for number in range(25):
        issuer.email = f"extrano{number % 2}@example.com"
        issuer.save()
        email_changed(issuer)
    an_hour = timedelta(minutes=61)
    mails = Message.objects.filter(kind="companies.email_confirmation")
    mails.update(created_at=F("created_at") - an_hour, run_after=F("run_after") - an_hour, attempt=1)

    for number in range(25):
        issuer.email = f"otro{number % 2}@example.com"
        issuer.save()
        email_changed(issuer)

    now = timezone.now()
    assert mails.filter(run_after__gt=now - timedelta(hours=1), run_after__lte=now).count() == 3
    assert mails.filter(run_after__gt=now).count() == 1


def test_an_address_that_was_never_confirmed_is_told_nothing(issuer: User) -> None:
    issuer.confirmed_email, issuer.email = "", "nueva@example.com"
    issuer.save()

    email_changed(issuer)

    assert [message.kind for message in Message.objects.all()] == ["companies.email_confirmation"]
