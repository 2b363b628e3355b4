"""The outbox: a mail is written with its cause, tried until its time is over, and never lost."""

import smtplib
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from companies.models import User
from facturamos.jobs.models import Job
from mailing import outbox
from mailing.models import Message
from tests.mailing.conftest import Note, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """Makes the mail server answer with an error, or (None) well again."""
    answer: list[Exception | None] = [None]
    accept = EmailBackend.send_messages

    def send_messages(self: EmailBackend, messages: list[object]) -> int:
        if answer[0] is not None:
            raise answer[0]
        return accept(self, messages)  # type: ignore[arg-type]

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)

    def set_answer(error: Exception | None) -> None:
        answer[0] = error

    return set_answer


def test_it_sends_the_mail_from_the_site(note: Note, settings: Settings) -> None:
    settings.SITE_URL = "https://facturamos.example:8443"
    message = outbox.post("tests.note", to="ana@example.com", about=7)

    run(message)

    (sent,) = mail.outbox
    assert sent.subject == "Bienvenida"
    assert sent.from_email == "facturamos@sistemasperseo.com"
    assert sent.to == ["ana@example.com"]
    assert "Temporal-1" in str(sent.body)
    assert sent.message()["Message-ID"] == f"<{message.pk}@facturamos.example>"
    assert message.state == Job.State.DONE
    assert message.mailed_at is not None
    assert [entry["outcome"] for entry in message.tries] == ["El servidor de correo lo aceptó."]


def test_it_tells_the_owner_once_the_mail_has_left(note: Note) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)

    run(message)

    assert note.sent == [message]


def test_it_wipes_the_secret_once_sent(note: Note) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)

    run(message)

    assert message.secret is None


def test_it_writes_the_message_with_its_cause_or_not_at_all(note: Note) -> None:
    def account_that_fails() -> None:
        with transaction.atomic():
            outbox.post("tests.note", to="ana@example.com", about=7)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        account_that_fails()

    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "to", ["ana@example.com\nBcc: x@example.com", "ana@example.com, x@example.com", "ana", ""]
)
def test_it_refuses_what_is_not_one_address(note: Note, to: str) -> None:
    with pytest.raises(ValidationError):
        outbox.post("tests.note", to=to, about=7)


def test_it_keeps_the_company_of_the_row_it_is_about(note: Note, issuer: User, other_issuer: User) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=issuer)

    assert (message.about, message.company) == (str(issuer.pk), issuer.company)
    assert list(Message.objects.visible_to(issuer)) == [message]
    assert not Message.objects.visible_to(other_issuer)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPServerDisconnected("closed"),
        smtplib.SMTPRecipientsRefused({"ana@example.com": (451, b"later")}),
        smtplib.SMTPAuthenticationError(535, b"no"),
        smtplib.SMTPDataError(452, b"full"),
        smtplib.SMTPDataError(554, b"spam"),
        smtplib.SMTPRecipientsRefused({"ana@example.com": (550, b"5.7.1 Relaying denied")}),
    ],
)
def test_it_tries_again_with_the_same_secret(
    note: Note, refuse: Callable[[Exception | None], None], error: Exception
) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)
    refuse(error)
    run(message)
    encrypted = message.secret

    assert message.state == Job.State.QUEUED
    assert message.crashes == 0
    assert encrypted is not None
    refuse(None)
    run(message)

    assert "Temporal-1" in str(mail.outbox[0].body)
    assert (message.state, len(message.tries)) == (Job.State.DONE, 2)


def test_it_waits_longer_each_time_but_never_past_its_time(
    note: Note, refuse: Callable[[Exception | None], None]
) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)
    refuse(ConnectionRefusedError())
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(30):
            run(message)
            if message.state == Job.State.DONE:
                break
            pauses.append(message.run_after - timezone.now())
            clock.move_to(message.run_after)

        assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (30, 60, 120, 240)]
        assert sum(pauses, timedelta()) == pytest.approx(timedelta(hours=1), abs=timedelta(seconds=5))
    assert not mail.outbox
    assert (message.mailed_at, message.secret) == (None, None)
    assert message.tries[-1]["outcome"].startswith("Se dejó de intentar")


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"ana@example.com": (550, b"no such user")}),
        smtplib.SMTPDataError(550, b"5.1.1 User unknown"),
    ],
)
def test_it_gives_up_at_once_on_a_final_refusal(
    note: Note, refuse: Callable[[Exception | None], None], error: Exception
) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)
    refuse(error)

    run(message)

    assert (message.state, message.mailed_at, message.secret) == (Job.State.DONE, None, None)


def test_the_history_tells_the_enhanced_code(note: Note, refuse: Callable[[Exception | None], None]) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)
    refuse(smtplib.SMTPRecipientsRefused({"ana@example.com": (554, b"5.7.1 Relaying denied")}))

    run(message)

    assert message.tries[0]["outcome"] == "El servidor rechazó al destinatario (554 5.7.1)."


def test_a_mail_whose_time_is_over_is_not_sent(note: Note) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)
    Message.objects.update(give_up_at=timezone.now() - timedelta(seconds=1))

    run(message)

    assert not mail.outbox
    assert (message.state, message.mailed_at, message.secret) == (Job.State.DONE, None, None)
    assert message.outcome == "No se envió: pasó el tiempo en que servía."


def test_three_crashes_make_it_dead_without_its_secret(note: Note) -> None:
    def crash(message: Message) -> outbox.Mail:
        note.welcome(message)
        raise RuntimeError

    note.build = crash
    message = outbox.post("tests.note", to="ana@example.com", about=7)

    for _ in range(3):
        run(message)

    assert (message.state, message.crashes, message.secret) == (Job.State.DEAD, 3, None)


def test_it_sends_nothing_when_the_cause_is_over(note: Note) -> None:
    def moot(message: Message) -> outbox.Mail:
        raise outbox.Moot("la cuenta ya no existe.")

    note.build = moot
    message = outbox.post("tests.note", to="ana@example.com", about=7)

    run(message)

    assert not mail.outbox
    assert message.tries[0]["outcome"] == "No se envió: la cuenta ya no existe."


def test_sending_again_is_a_new_message(note: Note) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)
    run(message)

    again = outbox.post_again(message)
    run(again)

    assert again.message_id != message.message_id
    assert len(mail.outbox) == 2


def test_the_history_quotes_nothing_the_server_said(
    note: Note, refuse: Callable[[Exception | None], None]
) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)
    refuse(smtplib.SMTPDataError(554, b"refused: Su clave: Temporal-1"))

    run(message)

    assert "Temporal" not in str(message.tries)


def test_a_kind_is_registered_once(note: Note) -> None:
    with pytest.raises(ValueError, match=r"tests\.note"):
        outbox.mail("tests.note", label="Nota", give_up_after=timedelta(hours=1))(note.build)


def test_an_address_that_does_not_exist_is_known_at_once(
    note: Note, refuse: Callable[[Exception | None], None]
) -> None:
    message = outbox.post("tests.note", to="ana@example.com", about=7)
    refuse(smtplib.SMTPRecipientsRefused({"ana@example.com": (550, b"5.1.1 User unknown")}))

    run(message)

    assert (message.state, message.mailed_at, message.bounce) == (Job.State.DONE, None, "no_address")
