"""How a mail leaves, by the kind of a mailbox: one `send(envelope)`, whatever is behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage as Parsed
from email.policy import SMTP
from smtplib import SMTPException
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, mailers

from facturamos import vault
from mailing.addresses import site_host
from mailing.models import Mailbox
from mailing.oauth import grants
from mailing.oauth.client import OAuthClient, OAuthFailed
from mailing.oauth.models import MailboxKind
from mailing.smtp.client import Conversation
from mailing.smtp.protocol import Failure, MailEnvelope, Security, Server, Stage


class Way(Protocol):
    """A way for mail to leave."""

    def send(self, envelope: MailEnvelope) -> list[str]:
        """Hands a mail over; returns the recipients that were not taken. Raises Failure."""
        ...


def way_of(mailbox: Mailbox | None, reached: Callable[[Stage], None] = lambda stage: None) -> Way:
    """The way of a mailbox; without one, the site's own. `reached` is told how far a mail has come."""
    match mailbox.kind if mailbox else MailboxKind.DEFAULT:
        case MailboxKind.SMTP if mailbox:
            return SmtpWay(mailbox, reached)
        case MailboxKind.GOOGLE | MailboxKind.MICROSOFT if mailbox:
            return PermittedWay(mailbox, reached)
    return DefaultWay()


@dataclass(frozen=True)
class DefaultWay:
    """The site's own mail server."""

    def send(self, envelope: MailEnvelope) -> list[str]:
        """As it is: what was built is not built again."""
        try:
            mailers["default"].send_messages([_Built(envelope)])
        except (SMTPException, OSError) as error:
            raise Failure(Stage.DELIVERY, "later", text=type(error).__name__) from None
        return []


class _Built(EmailMessage):
    """A mail that is written already, as Django's backends take it."""

    def __init__(self, envelope: MailEnvelope) -> None:
        super().__init__(from_email=envelope.sender, to=list(envelope.recipients))
        self.content = envelope.content

    def message(self, *, policy: Any = SMTP) -> Parsed:
        return message_from_bytes(self.content, policy=policy)


@dataclass(frozen=True)
class SmtpWay:
    """The issuer's own mail server, with its password."""

    mailbox: Mailbox
    reached: Callable[[Stage], None] = lambda stage: None

    def send(self, envelope: MailEnvelope) -> list[str]:
        """In one conversation, with a deadline."""
        mailbox = self.mailbox
        security = Security.of(mailbox.port, use_ssl=mailbox.use_ssl)
        password = None if security is Security.CLEAR else vault.take(mailbox, "password")
        conversation = Conversation(
            Server(mailbox.host, mailbox.port, security, mailbox.username, password),
            allowed=settings.SMTP_ALLOWED_INTERNAL,
            hello=site_host(),
            reached=self.reached,
        )
        with conversation:
            conversation.open()
            return conversation.deliver(envelope)


@dataclass(frozen=True)
class PermittedWay:
    """Google or Microsoft, by the issuer's permission."""

    mailbox: Mailbox
    reached: Callable[[Stage], None] = lambda stage: None

    def send(self, envelope: MailEnvelope) -> list[str]:
        """With the token there is; one that is refused is refreshed once. Not within a transaction."""
        self.reached(Stage.TOKEN)
        token = self._at(Stage.TOKEN, lambda: grants.access_token(self.mailbox))
        client = OAuthClient(grants.provider_of(self.mailbox))
        self.reached(Stage.DELIVERY)
        try:
            client.send(token, envelope)
        except OAuthFailed as failed:
            if failed.code != "permit_dead":
                raise Failure(Stage.DELIVERY, failed.code) from None
            token = self._at(Stage.TOKEN, lambda: grants.access_token(self.mailbox, refused=token))
            self._at(Stage.DELIVERY, lambda: client.send(token, envelope))
        return []

    @staticmethod
    def _at[T](stage: Stage, act: Callable[[], T]) -> T:
        try:
            return act()
        except OAuthFailed as failed:
            permission = failed.code.startswith("permit_") or failed.code == "account_blocked"
            at = Stage.PERMISSION if permission and stage is Stage.TOKEN else stage
            raise Failure(at, failed.code) from None
