"""Behind the forms: a hostile value that is in the database all the same adds no header and no recipient.

The long form (10 000 strings through each door) runs with FUZZ=1 (`make fuzz`).
"""

import os
from collections.abc import Sequence
from email import message_from_bytes, policy

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils import timezone

from companies.models import User
from mailing import outbox, services
from mailing.addresses import ascii_address
from mailing.backend import EmailBackend
from mailing.models import Mailbox, MailboxTest, Message
from mailing.smtp.protocol import MailEnvelope
from tests.mailing.conftest import Note
from tests.mailing.test_forms import injections

pytestmark = pytest.mark.django_db

COUNT = 10_000 if os.environ.get("FUZZ") else 300
EXPECTED = {"Subject", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted"}
OF_THE_OUTBOX = EXPECTED | {"List-Unsubscribe", "List-Unsubscribe-Post"}


def headers_of(envelope: MailEnvelope) -> list[str]:
    """The names of a mail's headers, each as often as it is there."""
    return list(message_from_bytes(envelope.content, policy=policy.default).keys())


def test_they_are_10_000_different_ones() -> None:
    assert len(set(injections(10_000))) == 10_000


def test_a_hostile_name_of_a_mailbox_adds_nothing(issuer: User) -> None:
    mailbox = Mailbox(
        company=issuer.company,
        from_email="ana@example.com",
        host="h",
        port=587,
        secret_changed_at=timezone.now(),
    )
    test = MailboxTest(mailbox=mailbox, to=["luis@example.com"])
    for value in injections(COUNT):
        mailbox.from_name = value
        try:
            envelope = services.envelope_of(test)
        except ValueError:
            continue
        headers = headers_of(envelope)
        assert set(headers) <= EXPECTED, value
        assert len(set(headers)) == len(headers), value
        assert envelope.recipients == ["luis@example.com"]


def test_a_hostile_text_in_a_mail_of_the_outbox_adds_nothing(
    note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The subject and what it says of unsubscribing, to the very bytes that go on the wire."""
    sent: list[MailEnvelope] = []

    def keep(self: EmailBackend, messages: Sequence[EmailMessage]) -> int:
        sent.extend(self.envelope(message) for message in messages)
        return len(messages)

    monkeypatch.setattr(EmailBackend, "send_messages", keep)
    backend = EmailBackend(host="localhost", port=25, alias="default")
    monkeypatch.setattr(outbox, "mailers", {"default": backend})
    message = Message(kind="tests.note", to="luis@example.com", about="7")
    for value in injections(COUNT):
        try:
            outbox._send(message, outbox.Mail(value, value, f"<p>{value}</p>", unsubscribe=value))
        except ValueError:  # Django's own BadHeaderError
            continue
        headers = headers_of(sent.pop())
        assert set(headers) <= OF_THE_OUTBOX, value
        assert len(set(headers)) == len(headers), value

    assert sent == []


def test_a_hostile_subject_is_one_line_once_rendered(issuer: User) -> None:
    for value in injections(COUNT):
        issuer.full_name = issuer.username = value
        subject = outbox.render("mailing.test", {"site_name": value, "mailbox": Mailbox()}).subject

        assert len(subject.splitlines()) == 1, value


def test_10_000_hostile_recipients_are_refused(note: Note) -> None:
    for value in injections(10_000):
        with pytest.raises(ValidationError):
            outbox.post("tests.note", to=value, about=7)

    assert not Message.objects.exists()


def test_no_hostile_address_becomes_more_than_one() -> None:
    for value in injections(10_000):
        try:
            address = ascii_address(value)
        except ValueError:
            continue
        assert len(address.splitlines()) == 1, value
        assert " " not in address, value
