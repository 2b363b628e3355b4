"""The admin of mail: each sees its own, sends again, and meets no secret."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from companies.models import User
from facturamos import vault
from facturamos.vault import Secret
from mailing import outbox
from mailing.models import Mailbox, Message
from tests.admin_page import filled
from tests.mailing.conftest import Note, run

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def mailbox(issuer: User) -> Mailbox:
    assert issuer.company is not None
    mailbox = Mailbox(
        company=issuer.company,
        from_email="ventas@panaderia.mx",
        from_name="Panadería",
        username="ventas",
        host="mail.panaderia.mx",
        port=465,
        secret_changed_at=timezone.now(),
    )
    vault.put(mailbox, "password", Secret("Canario-Azul-9"))
    mailbox.save()
    return mailbox


def test_a_distributor_sends_a_message_of_its_client_again(
    note: Note, issuer: User, distributor: User, sign_in: SignIn
) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=issuer)
    run(message)
    client = sign_in(distributor)

    page = client.get(f"/admin/mailing/message/{message.pk}/change/").content.decode()
    response = client.post(f"/admin/mailing/message/{message.pk}/enviar-otra-vez/")

    assert "El servidor de correo lo aceptó." in page
    assert response.status_code == 302
    assert Message.objects.filter(kind="tests.note", about=str(issuer.pk)).count() == 2


def test_a_kind_of_mail_that_is_no_more_is_not_sent_again(
    note: Note, issuer: User, support: User, sign_in: SignIn
) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=issuer)
    run(message)
    Message.objects.update(kind="companies.forgotten")
    client = sign_in(support)

    page = client.get(f"/admin/mailing/message/{message.pk}/change/")
    client.post(f"/admin/mailing/message/{message.pk}/enviar-otra-vez/")

    assert "enviar-otra-vez" not in page.content.decode()
    assert Message.objects.count() == 1


def test_another_distributor_finds_neither_message_nor_mailbox(
    note: Note, issuer: User, mailbox: Mailbox, other_distributor: User, sign_in: SignIn
) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=issuer)
    client = sign_in(other_distributor)

    for address in (f"message/{message.pk}", f"mailbox/{mailbox.pk}"):
        assert client.get(f"/admin/mailing/{address}/change/").status_code == 404


def test_support_corrects_a_mailbox_without_seeing_its_password(
    mailbox: Mailbox, support: User, sign_in: SignIn
) -> None:
    client = sign_in(support)
    address = f"/admin/mailing/mailbox/{mailbox.pk}/change/"
    page = client.get(address).content.decode()
    answers = {"from_name": "Panadería La Ñapa", "port": "587", "use_ssl": "on"}
    response = client.post(address, filled(client, address, **answers))

    assert "Canario" not in page
    assert response.status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.port, mailbox.from_name) == (587, "Panadería La Ñapa")
    secret = vault.take(mailbox, "password")
    assert secret is not None
    assert secret.text() == "Canario-Azul-9"


def test_support_says_so_when_it_changes_a_password(mailbox: Mailbox, support: User, sign_in: SignIn) -> None:
    client, address = sign_in(support), f"/admin/mailing/mailbox/{mailbox.pk}/change/"
    answers = filled(client, address, password="la-nueva-7")

    silent = client.post(address, answers)
    said = client.post(address, answers | {"change_password": "on"})

    assert "marque «Cambiar la contraseña guardada»" in silent.content.decode()
    assert said.status_code == 302
    secret = vault.take(Mailbox.objects.get(), "password")
    assert secret is not None
    assert secret.text() == "la-nueva-7"


def test_back_to_the_default_sender(mailbox: Mailbox, distributor: User, sign_in: SignIn) -> None:
    mailbox.approve()

    sign_in(distributor).post(f"/admin/mailing/mailbox/{mailbox.pk}/usar-predeterminado/")

    mailbox.refresh_from_db()
    assert (mailbox.is_active, mailbox.password) == (False, None)
