"""The temporary password: made once in the worker, readable in one mail, good for 72 hours."""

import re
import smtplib
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from companies.accounts.credentials import create_account, reissue_credentials
from companies.models import User
from facturamos import vault
from facturamos.jobs.models import Job
from mailing.models import Message
from tests.companies.accounts.mail import deliver, last_mail

NOW = datetime(2026, 11, 2, 18, tzinfo=UTC)


@pytest.fixture
def newcomer(distributor: User) -> User:
    assert distributor.distributor is not None
    return create_account(
        distributor=distributor.distributor,
        name="PEÑA & HIJOS",
        rfc="PEH190312AB1",
        full_name="Zoë Ñáñez",
        email="zoe@example.com",
        username="zoe",
    )


def password_in(text: str) -> str:
    return text.partition("Contraseña temporal: ")[2].splitlines()[0]


def sign_in(client: Client, password: str) -> bool:
    client.post("/entrar/", {"username": "zoe", "password": password})
    return "_auth_user_id" in client.session


def test_the_mail_says_who_what_where_and_how_long(newcomer: User) -> None:
    deliver(Message.objects.get())

    sent = last_mail()
    assert sent.to == ["zoe@example.com"]
    assert sent.subject == "Sus datos para entrar a Facturamos.com.mx"
    for words in ("Zoë Ñáñez", "PEÑA & HIJOS", "Distribuidora del Bajío", "zoe", "/entrar/", "72 horas"):
        assert words in str(sent.body)
    html = str(sent.alternatives[0][0])
    assert "PEÑA &amp; HIJOS" in html
    assert password_in(str(sent.body)) in html


def test_the_mail_links_to_the_page_that_sends_others(newcomer: User, client: Client) -> None:
    deliver(Message.objects.get())
    found = re.search(r"http://[^/]+(/recuperar/credenciales/\S+)", str(last_mail().body))
    assert found is not None
    User.objects.update(temporary_password_until=timezone.now())

    client.post(found[1])

    assert found[1] in str(last_mail().alternatives[0][0])
    assert Message.objects.filter(about=str(newcomer.pk)).count() == 2


def test_the_temporary_password_opens(newcomer: User, client: Client) -> None:
    deliver(Message.objects.get())

    assert sign_in(client, password_in(str(last_mail().body)))


def test_its_hours_run_from_sending(newcomer: User, client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        Message.objects.update(give_up_at=NOW + timedelta(days=1), run_after=NOW)
        deliver(Message.objects.get())
    password = password_in(str(last_mail().body))

    newcomer.refresh_from_db()
    assert newcomer.temporary_password_until == NOW + timedelta(hours=72)
    with time_machine.travel(NOW + timedelta(hours=72), tick=False):
        assert not sign_in(client, password)
    with time_machine.travel(NOW + timedelta(hours=71), tick=False):
        assert sign_in(client, password)


def test_retries_reuse_the_password(newcomer: User) -> None:
    message = Message.objects.get()
    with mock.patch("mailing.outbox._send", side_effect=smtplib.SMTPServerDisconnected):
        deliver(message)
    message.refresh_from_db()
    newcomer.refresh_from_db()
    encrypted, hashed = message.secret, newcomer.password
    Message.objects.update(run_after=timezone.now())

    deliver(message)

    newcomer.refresh_from_db()
    assert encrypted is not None
    assert newcomer.password == hashed
    assert newcomer.check_password(password_in(str(last_mail().body)))


def test_the_encrypted_copy_is_wiped_when_the_mail_has_left(newcomer: User) -> None:
    deliver(Message.objects.get())

    message = Message.objects.get()
    assert message.state == Job.State.DONE
    assert vault.take(message, "secret") is None


def test_the_encrypted_copy_is_wiped_when_the_message_dies(newcomer: User) -> None:
    with mock.patch("mailing.outbox._send", side_effect=MemoryError):
        for _ in range(3):
            Message.objects.update(run_after=timezone.now())
            deliver(Message.objects.get())

    message = Message.objects.get()
    assert message.state == Job.State.DEAD
    assert message.secret is None


def test_a_message_that_never_left_does_not_open_for_ever(newcomer: User) -> None:
    with mock.patch("mailing.outbox._send", side_effect=MemoryError):
        deliver(Message.objects.get())

    newcomer.refresh_from_db()
    message = Message.objects.get()
    assert newcomer.temporary_password_until == message.give_up_at + timedelta(hours=72)


def test_reissuing_makes_another_one(newcomer: User, client: Client) -> None:
    deliver(Message.objects.get())
    first = password_in(str(last_mail().body))

    deliver(reissue_credentials(newcomer))

    second = password_in(str(last_mail().body))
    assert first != second
    assert not sign_in(client, first)
    assert sign_in(client, second)


def test_of_two_requests_only_the_later_is_sent(newcomer: User) -> None:
    first = Message.objects.get()
    reissue_credentials(newcomer)

    deliver(first)

    first.refresh_from_db()
    assert mail.outbox == []
    assert "otras credenciales" in first.tries[0]["outcome"]


def test_a_password_chosen_meanwhile_is_not_overwritten(newcomer: User) -> None:
    newcomer.set_password("Una-propia-9")
    newcomer.password_is_temporary = False
    newcomer.save()

    deliver(Message.objects.get())

    newcomer.refresh_from_db()
    assert mail.outbox == []
    assert newcomer.check_password("Una-propia-9")


def test_signing_in_with_it_confirms_the_address(newcomer: User, client: Client) -> None:
    deliver(Message.objects.get())

    sign_in(client, password_in(str(last_mail().body)))

    newcomer.refresh_from_db()
    assert newcomer.confirmed_email == "zoe@example.com"


def test_it_confirms_the_address_that_it_was_sent_to(newcomer: User, client: Client) -> None:
    deliver(Message.objects.get())
    User.objects.filter(pk=newcomer.pk).update(email="otra@example.com")

    sign_in(client, password_in(str(last_mail().body)))

    newcomer.refresh_from_db()
    assert newcomer.confirmed_email == "zoe@example.com"


def test_a_later_request_that_has_not_left_confirms_nothing(newcomer: User, client: Client) -> None:
    deliver(Message.objects.get())
    newcomer.refresh_from_db()
    newcomer.email = "otra@example.com"
    newcomer.save()
    reissue_credentials(newcomer)

    sign_in(client, password_in(str(last_mail().body)))

    newcomer.refresh_from_db()
    assert newcomer.confirmed_email == "zoe@example.com"


def test_no_mail_leaves_for_an_inactive_user(newcomer: User) -> None:
    User.objects.filter(pk=newcomer.pk).update(is_active=False)

    deliver(Message.objects.get())

    assert mail.outbox == []
