"""Behind the forms: a hostile value that is in the database all the same adds no header and no recipient."""

from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from companies.models import User
from mailing import services
from mailing.models import Mailbox, MailboxTest
from tests.mailing.test_forms import injections

pytestmark = pytest.mark.django_db

EXPECTED = {"Subject", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type"}


def test_a_stored_injection_adds_nothing(issuer: User) -> None:
    mailbox = Mailbox(
        company=issuer.company,
        from_email="ana@example.com",
        host="h",
        port=587,
        secret_changed_at=timezone.now(),
    )
    test = MailboxTest(mailbox=mailbox, to=["luis@example.com"])
    for value in injections(300):
        mailbox.from_name = value
        try:
            envelope = services._envelope(test)
        except ValueError:
            continue
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert set(mail.keys()) <= EXPECTED, value
        assert envelope.recipients == ["luis@example.com"]
