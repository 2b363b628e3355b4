"""Django's way to our own SMTP client, for the site's outgoing mail (settings.MAILERS).

Django's backend has a time-out for silence only: a server that drips would hold a worker until it is killed,
and three kills make a message dead although the server may be well an hour later.
"""

import smtplib
from collections.abc import Sequence
from email.policy import SMTP
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.utils import DNS_NAME

from facturamos.vault import Secret
from mailing.addresses import ascii_address
from mailing.headers import check_authors
from mailing.smtp.client import Conversation
from mailing.smtp.protocol import Failure, MailEnvelope, Security, Server, SmtpLimits


class SiteMail(EmailMultiAlternatives):
    """A mail that may come back to another address than its author's, under a name that tells which."""

    # Empty: to the author.
    envelope_sender = ""
    envelope_id = ""


class EmailBackend(BaseEmailBackend):
    """Takes Django's SMTP options; `timeout` is of the whole conversation, in seconds.

    Certificates are verified, and a user without `use_tls` or `use_ssl` is refused. Raises what smtplib
    would raise: SMTPException or OSError.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        username: str = "",
        password: str = "",
        use_tls: bool = False,
        use_ssl: bool = False,
        timeout: float = 10,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        security = Security.TLS if use_ssl else Security.STARTTLS if use_tls else Security.CLEAR
        secret = Secret(password) if username else None
        self.server = Server(host, port, security, username, secret)
        self.timeout = timeout

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Sends each in a conversation of its own; returns how many."""
        for message in email_messages:
            self._send(message)
        return len(email_messages)

    def envelope(self, message: EmailMessage) -> MailEnvelope:
        """What goes on the wire. Raises ValueError when an address or a header cannot, and ForeignAuthor."""
        sender = ascii_address(message.from_email)
        recipients = [ascii_address(recipient) for recipient in message.recipients()]
        content = message.message(policy=SMTP.clone(cte_type="7bit")).as_bytes()
        reply_to = [ascii_address(address) for address in message.reply_to]
        check_authors(content, sender=sender, to=recipients, reply_to=reply_to)
        if isinstance(message, SiteMail) and message.envelope_sender:
            return MailEnvelope(message.envelope_sender, recipients, content, message.envelope_id)
        return MailEnvelope(sender, recipients, content)

    def _send(self, message: EmailMessage) -> None:
        envelope = self.envelope(message)
        try:
            with self._conversation() as conversation:
                conversation.open()
                conversation.deliver(envelope)
        except Failure as failure:
            raise _as_smtplib(failure, envelope) from None

    def _conversation(self) -> Conversation:
        # Whoever runs the site chose this server: it may well be internal.
        allowed = [f"{self.server.host}:{self.server.port}"]
        limits = SmtpLimits(total=self.timeout, handshake=self.timeout, greeting=self.timeout)
        return Conversation(self.server, allowed=allowed, hello=DNS_NAME.get_fqdn(), limits=limits)


def _as_smtplib(failure: Failure, envelope: MailEnvelope) -> Exception:
    reply, text = failure.reply, failure.text.encode()
    match failure.code:
        case "recipient_refused":
            return smtplib.SMTPRecipientsRefused(dict.fromkeys(envelope.recipients, (reply, text)))
        case "sender_refused":
            return smtplib.SMTPSenderRefused(reply, text, envelope.sender)
        case "message_refused":
            return smtplib.SMTPDataError(reply, text)
        case "auth_refused":
            return smtplib.SMTPAuthenticationError(reply, text)
        case "timeout" | "silent":
            return TimeoutError(failure.code)
        case "refused" | "unreachable" | "name_not_found":
            return ConnectionError(failure.code)
        case code:
            return smtplib.SMTPException(code)
