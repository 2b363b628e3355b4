"""The breaker: our mail server fails, and mail pauses as a whole."""

import smtplib
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from companies.models import User
from facturamos.jobs import tasks
from facturamos.jobs.models import Job
from mailing import outbox, relay
from mailing.models import Message, RelayState
from tests.mailing.conftest import Note, run

pytestmark = pytest.mark.django_db

ALL_AT_ONCE = [
    ConnectionRefusedError(),
    TimeoutError(),
    smtplib.SMTPAuthenticationError(535, b"5.7.8 no"),
    smtplib.SMTPRecipientsRefused({"a@b.mx": (550, b"5.7.1 Relaying denied")}),
    smtplib.SMTPRecipientsRefused({"a@b.mx": (554, b"5.7.1 blocked using zen.spamhaus.org")}),
    smtplib.SMTPDataError(554, b"Daily message quota exceeded"),
]


class Server:
    """The mail server: what it answers, and how often it was asked."""

    def __init__(self) -> None:
        self.answer: Exception | None = None
        self.asked = 0


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server, accept = Server(), EmailBackend.send_messages

    def send_messages(self: EmailBackend, messages: Sequence[object]) -> int:
        server.asked += 1
        if server.answer is not None:
            raise server.answer
        return accept(self, messages)  # type: ignore[arg-type]

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return server


def posted(count: int) -> list[Message]:
    return [outbox.post("tests.note", to=f"ana{number}@example.com", about=7) for number in range(count)]


@pytest.mark.parametrize("failure", ALL_AT_ONCE, ids=lambda error: type(error).__name__)
def test_after_a_few_failures_nobody_is_asked_any_more_and_nothing_is_lost(
    note: Note, server: Server, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer = failure
    messages = posted(30)

    for message in messages:
        run(message)

    assert server.asked == relay.FAILURES
    assert {message.state for message in messages} == {Job.State.QUEUED}
    assert "all mail is paused" in caplog.text
    assert Message.may_start() == 0


def test_a_single_mail_probes_and_the_first_that_leaves_ends_the_pause(note: Note, server: Server) -> None:
    server.answer = ConnectionRefusedError()
    messages = posted(relay.FAILURES + 3)
    for message in messages:
        run(message)
    rest = messages[relay.FAILURES :]

    with time_machine.travel(timezone.now() + relay.PROBE_EVERY + timedelta(seconds=1), tick=False):
        assert Message.may_start() == 1
        run(rest[0])
        run(rest[1])
        assert server.asked == relay.FAILURES + 1
    server.answer = None
    with time_machine.travel(timezone.now() + 3 * relay.PROBE_EVERY, tick=False):
        for message in rest:
            run(message)

        assert [message.state for message in rest] == [Job.State.DONE] * 3
        assert RelayState.objects.present().failures == 0
    assert len(mail.outbox) == 3


def test_a_refused_recipient_shows_that_the_server_works(note: Note, server: Server) -> None:
    for answer in [ConnectionRefusedError()] * 4:
        server.answer = answer
        run(posted(1)[0])
    server.answer = smtplib.SMTPRecipientsRefused({"a@b.mx": (550, b"5.1.1 User unknown")})

    run(posted(1)[0])

    assert RelayState.objects.present().failures == 0


def test_the_sweeper_hands_nothing_over_meanwhile(note: Note, server: Server) -> None:
    server.answer = ConnectionRefusedError()
    for message in posted(relay.FAILURES):
        run(message)
    waiting = outbox.post("tests.note", to="eva@example.com", about=7, hurried=False)

    tasks.sweep()

    waiting.refresh_from_db()
    assert waiting.sent_at is None


def test_the_operator_is_told_once_an_hour(
    note: Note, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer = smtplib.SMTPDataError(552, b"5.3.4 Message size exceeds fixed limit")
    for _ in range(3):
        run(posted(1)[0])
    assert caplog.text.count("mail waits: el tamaño del mensaje (552 5.3.4)") == 1

    with time_machine.travel(timezone.now() + relay.TELL_EVERY + timedelta(seconds=1)):
        run(posted(1)[0])

    assert caplog.text.count("mail waits: el tamaño del mensaje (552 5.3.4)") == 2


def test_that_it_was_told_by_a_clock_that_was_ahead_keeps_nobody_from_being_told(
    note: Note, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    state = RelayState.objects.present()
    RelayState.objects.filter(pk=state.pk).update(told_at=timezone.now() + timedelta(days=300))

    relay.tell("no")
    relay.tell("no")

    assert caplog.text.count("Our mail server: no") == 1


def test_support_sees_it_in_admin(
    note: Note, server: Server, sign_in: Callable[[User], Client], support: User
) -> None:
    server.answer = TimeoutError()
    for message in posted(relay.FAILURES):
        run(message)

    page = sign_in(support).get("/admin/mailing/relaystate/")

    assert "Correo en pausa" in page.text
    assert "no hay conexión con el servidor de correo (TimeoutError)" in page.text
