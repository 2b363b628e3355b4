"""A company is told when its mailbox no longer works or is no longer used: once, and only when it is so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from companies.models import User
from mailing import mailbox_stopped, services
from mailing.doctor.advice import MailDiagnosis
from mailing.forms import MailboxForm
from mailing.models import Mailbox, MailboxTest, Message
from mailing.smtp.protocol import Stage
from tests.companies.accounts.mail import deliver, last_mail

pytestmark = pytest.mark.django_db
KIND = "mailing.mailbox_stopped"


@pytest.fixture
def mailbox(issuer: User) -> Mailbox:
    """In use."""
    assert issuer.company is not None
    box = Mailbox.objects.create(
        company=issuer.company,
        from_email="ventas@example.com",
        from_name="La Ñapa",
        username="",
        host="smtp.example.com",
        port=587,
        use_ssl=False,
    )
    box.approve()
    return box


def conclude(mailbox: Mailbox, code: str) -> None:
    """A test of the present settings comes to its end."""
    test = MailboxTest.objects.create(mailbox=mailbox, state=MailboxTest.State.RUNNING, attempt=1)
    verdict = MailDiagnosis(Stage.SIGN_IN, code, "El servidor no aceptó la contraseña.", "Revísela.")
    services._conclude(test, verdict, "", digest=mailbox.digest())


def save(mailbox: Mailbox, **changes: str) -> None:
    """The form of step 10 and of admin."""
    data = {
        name: str(getattr(mailbox, name)) for name in ("from_email", "from_name", "username", "host", "port")
    }
    form = MailboxForm(data | changes, instance=Mailbox.objects.get(pk=mailbox.pk))
    assert form.is_valid(), form.errors
    form.save()


def told() -> list[Message]:
    return list(Message.objects.filter(kind=KIND))


# --- taken out of use


def test_it_says_where_invoices_leave_from_now_on(mailbox: Mailbox) -> None:
    mailbox_stopped.use_default_sender(mailbox)

    [message] = told()
    deliver(message)
    sent = last_mail()
    assert sent.to == ["panaderia@example.com"]
    assert sent.subject == "Sus facturas ya no salen de ventas@example.com"
    for words in ("PANADERÍA LA ÑAPA", "salen de facturamos@sistemasperseo.com", "/configuracion/correo/"):
        assert words in str(sent.body)
    assert message.company == mailbox.company


def test_a_second_click_tells_nothing_more(mailbox: Mailbox) -> None:
    mailbox_stopped.use_default_sender(mailbox)
    mailbox_stopped.use_default_sender(mailbox)

    assert len(told()) == 1


def test_a_mailbox_that_was_not_in_use_is_nothing_to_tell_of(mailbox: Mailbox) -> None:
    Mailbox.objects.update(approved_digest="")

    mailbox_stopped.use_default_sender(mailbox)

    assert told() == []


def test_support_s_action_tells_the_issuer(
    mailbox: Mailbox, support: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(support)
    for _ in range(2):
        client.post(f"/admin/mailing/mailbox/{mailbox.pk}/usar-predeterminado/")

    assert [message.to for message in told()] == ["panaderia@example.com"]


def test_it_goes_to_confirmed_addresses_of_open_accounts_only(mailbox: Mailbox, issuer: User) -> None:
    User.objects.create(username="dos", company=mailbox.company, confirmed_email="dos@example.com")
    User.objects.create(username="tres", company=mailbox.company, email="tres@example.com")
    User.objects.create(
        username="cuatro", company=mailbox.company, confirmed_email="cuatro@example.com", is_active=False
    )

    mailbox_stopped.use_default_sender(mailbox)

    assert {message.to for message in told()} == {"panaderia@example.com", "dos@example.com"}


# --- ceasing to work


def test_the_first_test_that_fails_after_a_good_one_is_told(mailbox: Mailbox) -> None:
    conclude(mailbox, "ok")
    conclude(mailbox, "auth_refused")

    deliver(told()[0])
    sent = last_mail()
    assert sent.subject == "Su correo ventas@example.com dejó de funcionar"
    assert "El servidor no aceptó la contraseña. Revísela." in str(sent.body)


def test_the_failures_after_it_are_not_told_again(mailbox: Mailbox) -> None:
    conclude(mailbox, "ok")
    for code in ("auth_refused", "interrupted", "timeout"):
        conclude(mailbox, code)
        Message.objects.update(state=Message.State.DONE, finished_at=timezone.now())

    assert len(told()) == 1


def test_failing_once_more_after_it_worked_again_is_told(mailbox: Mailbox) -> None:
    for code in ("ok", "auth_refused", "ok", "timeout"):
        conclude(mailbox, code)
        Message.objects.update(state=Message.State.DONE, finished_at=timezone.now())

    assert len(told()) == 2


def test_a_mailbox_that_never_worked_is_nothing_to_tell_of(mailbox: Mailbox) -> None:
    conclude(mailbox, "auth_refused")

    assert told() == []


def test_it_is_not_sent_when_it_works_again(mailbox: Mailbox) -> None:
    conclude(mailbox, "ok")
    conclude(mailbox, "auth_refused")
    conclude(mailbox, "ok")

    deliver(told()[0])

    assert mail.outbox == []


# --- other settings in the place of those in use


def test_changed_settings_are_given_time_for_their_test(mailbox: Mailbox) -> None:
    save(mailbox, host="smtp.otro.example.com")
    save(mailbox, host="smtp.tercero.example.com")

    [message] = told()
    assert message.run_after > timezone.now() + timedelta(minutes=9)


def test_changed_settings_that_passed_their_test_meanwhile_are_not_told(mailbox: Mailbox) -> None:
    save(mailbox, host="smtp.otro.example.com")
    mailbox.refresh_from_db()
    conclude(mailbox, "ok")
    Message.objects.update(run_after=timezone.now())

    deliver(told()[0])

    assert mail.outbox == []


def test_another_name_changes_nothing_of_that(mailbox: Mailbox) -> None:
    save(mailbox, from_name="Otra Ñapa")

    assert told() == []


def test_what_the_test_proposed_is_told_as_any_other_change(mailbox: Mailbox) -> None:
    proposal = {"host": "smtp.otro.example.com", "port": 465, "use_ssl": True}
    mailbox.tests.create(code="timeout", proposal=proposal)

    assert services.accept_proposal(mailbox)

    assert len(told()) == 1
