"""Who runs the site is told once of each trouble, and when all is well again."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from facturamos.jobs import broker
from facturamos.status import report
from facturamos.status.findings import COMMITS
from facturamos.status.models import Alarm
from facturamos.status.report import Level, StatusFinding, Subject
from mailing import alarms, outbox
from mailing.models import Message

pytestmark = pytest.mark.django_db
ADDRESSES = ["guardia@example.com", "otra@example.com"]


@pytest.fixture
def nobody_was_told() -> None:
    for what in (alarms.ALARM, *(f"{alarms.ALARM}.{address}" for address in ADDRESSES)):
        broker.forget(what)


@pytest.fixture
def troubles(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[StatusFinding]:
    """What the site's report finds, for a test to fill and to empty."""
    settings.ALERT_EMAIL = ADDRESSES
    found: list[StatusFinding] = []
    monkeypatch.setattr(report, "_subjects", {"x": Subject("x", "X", lambda: found)})
    return found


DISK = StatusFinding("media.free_bytes", "Espacio libre", "3 MB", Level.BAD)
DEAD = StatusFinding("jobs.dead", "Mensajes detenidos", "1", Level.BAD, labels={"kind": "mailing.message"})


def test_each_address_is_told_once(troubles: list[StatusFinding], caplog: pytest.LogCaptureFixture) -> None:
    troubles.append(DISK)

    alarms.sound()
    alarms.sound()

    assert [message.to for message in Message.objects.order_by("to")] == [
        "guardia@example.com",
        "otra@example.com",
    ]
    letter = outbox._kinds[alarms.ALARM].build(Message.objects.all()[0])
    assert "Espacio libre" in letter.subject
    assert "3 MB" in letter.text
    assert "/admin/estado/" in letter.text
    assert caplog.text.count("Espacio libre") == 1


def test_a_second_trouble_is_news(troubles: list[StatusFinding]) -> None:
    troubles.append(DISK)
    alarms.sound()
    troubles.append(DEAD)
    alarms.sound()

    assert Message.objects.count() == 4
    letter = outbox._kinds[alarms.ALARM].build(Message.objects.all()[0])
    assert "y 1 más" in letter.subject


def test_the_end_is_told_too(troubles: list[StatusFinding]) -> None:
    troubles.append(DISK)
    alarms.sound()
    troubles.clear()
    Message.objects.all().delete()

    alarms.sound()
    alarms.sound()

    letter = outbox._kinds[alarms.ALARM].build(Message.objects.all()[0])
    assert letter.subject.startswith("Todo está bien otra vez")
    assert Message.objects.count() == 2
    assert not Alarm.objects.lasting().exists()


def test_what_comes_and_goes_is_told_once_an_hour(troubles: list[StatusFinding]) -> None:
    for _ in range(3):
        troubles.append(DISK)
        alarms.sound()
        troubles.clear()
        alarms.sound()
    news = Alarm.objects.exclude(told_at=None)
    assert news.count() == 1

    news.update(told_at=timezone.now() - timedelta(hours=2))
    troubles.append(DISK)
    alarms.sound()
    assert Alarm.objects.exclude(told_at=None).count() == 2


def test_what_a_clock_that_was_ahead_told_silences_nothing(troubles: list[StatusFinding]) -> None:
    future = timezone.now() + timedelta(days=300)
    Alarm.objects.create(key=DISK.identity, label="x", said="x", told_at=future, ended_at=future)

    troubles.append(DISK)
    alarms.sound()

    assert Alarm.objects.lasting().exclude(told_at=None).exists()


def test_what_ended_long_ago_stays_for_as_long_as_the_document_promises(
    troubles: list[StatusFinding],
) -> None:
    """The nightly job deletes it, by the one table of onboarding/backoffice/retention.py."""
    Alarm.objects.create(key="x", label="X", said="x", ended_at=timezone.now() - timedelta(days=300))

    alarms.sound()

    assert Alarm.objects.filter(key="x").exists()


def test_what_only_asks_for_attention_wakes_nobody(troubles: list[StatusFinding]) -> None:
    troubles.append(StatusFinding("mail.refused", "Rechazados", "1", Level.WARNING))

    alarms.sound()

    assert Message.objects.count() == 0


@pytest.mark.usefixtures("nobody_was_told")
def test_that_nothing_can_be_saved_is_told_without_saving_anything(
    troubles: list[StatusFinding], caplog: pytest.LogCaptureFixture
) -> None:
    said = "No: 3 guardados esperan, el primero desde hace 20 s"
    troubles.append(StatusFinding(COMMITS, "Lo que se guarda se confirma", said, Level.BAD))

    with CaptureQueriesContext(connection) as queries:
        alarms.sound()
        alarms.sound()

    assert [sent.to for sent in mail.outbox] == [["guardia@example.com"], ["otra@example.com"]]
    assert "3 guardados esperan" in mail.outbox[0].body
    assert caplog.text.count("3 guardados esperan") == 1
    assert not queries.captured_queries


@pytest.mark.usefixtures("nobody_was_told")
def test_such_a_mail_that_does_not_leave_is_tried_again(
    troubles: list[StatusFinding], monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles.append(StatusFinding(COMMITS, "Lo que se guarda se confirma", "No", Level.BAD))

    def refuse(letter: outbox.Mail, *, to: str) -> None:
        raise SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "send_unnoted", refuse)
        with pytest.raises(SMTPServerDisconnected):
            alarms.sound()
    alarms.sound()

    assert len(mail.outbox) == 2


@pytest.mark.usefixtures("nobody_was_told")
@pytest.mark.parametrize("bad", ADDRESSES)
def test_an_address_that_is_refused_keeps_such_a_mail_from_nobody_else_and_sends_it_to_nobody_twice(
    troubles: list[StatusFinding], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, bad: str
) -> None:
    troubles.append(StatusFinding(COMMITS, "Lo que se guarda se confirma", "No", Level.BAD))
    send, tries = outbox.send_unnoted, []

    def refuse_one(letter: outbox.Mail, *, to: str) -> None:
        tries.append(to)
        if to == bad:
            raise SMTPRecipientsRefused({bad: (550, b"no such user")})
        send(letter, to=to)

    monkeypatch.setattr(outbox, "send_unnoted", refuse_one)
    for _ in range(3):
        with pytest.raises(SMTPRecipientsRefused):
            alarms.sound()

    [good] = set(ADDRESSES) - {bad}
    assert [sent.to for sent in mail.outbox] == [[good]]
    assert tries.count(bad) == 3
    assert caplog.text.count("Lo que se guarda") == 1
