"""The words that the SMTP client and the doctor share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from facturamos.vault import Secret

# Where mail is handed in.
PORTS = (25, 465, 587, 2525)
TRANSCRIPT_CHARACTERS = 8 * 1024


class Security(StrEnum):
    """How a connection is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    CLEAR = "clear"

    @classmethod
    def of(cls, port: int, *, use_ssl: bool) -> "Security":
        """The guide's SSL box: ticked is secure, and the port decides how (RFC 8314: 465 is TLS)."""
        if not use_ssl:
            return cls.CLEAR
        return cls.TLS if port == 465 else cls.STARTTLS


class Stage(StrEnum):
    """How far a conversation has come; the page names them."""

    SERVER = "server"
    CONNECTION = "connection"
    SECURITY = "security"
    SIGN_IN = "sign_in"
    DELIVERY = "delivery"
    # Of mailboxes without a password (mailing/oauth), before the delivery.
    PERMISSION = "permission"
    TOKEN = "token"  # noqa: S105


@dataclass(frozen=True)
class Server:
    """Where to, and as whom."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: Secret | None = None


@dataclass(frozen=True)
class SmtpLimits:
    """Seconds: the whole conversation, and the parts of it that must not eat it up."""

    total: float = 10
    lookup: float = 3
    connect: float = 4
    handshake: float = 5
    greeting: float = 5
    # Whether a silent server speaks TLS.
    probe: float = 2
    goodbye: float = 1


@dataclass(frozen=True)
class MailEnvelope:
    """One mail for the wire."""

    sender: str
    recipients: Sequence[str]
    content: bytes
    # What the mail is known by in what comes back of it (ENVID, RFC 3461); empty: nothing is asked for.
    envelope_id: str = ""


@dataclass
class Transcript:
    """What was said, without the sign-in."""

    lines: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def add(self, who: str, text: str) -> None:
        """Notes one line. A server that repeats a password is not quoted."""
        self.lines.append(f"{who} {self.without_secrets(text)}")

    def without_secrets(self, text: str) -> str:
        """What a server said, fit to be shown."""
        for secret in self.secrets:
            text = text.replace(secret, "•••")
        return text

    def __str__(self) -> str:
        # PostgreSQL keeps no NUL.
        return "\n".join(self.lines).replace("\0", "�")[:TRANSCRIPT_CHARACTERS]


class Failure(Exception):
    """A conversation that ended early: the stage, a code for `mailing.doctor`, the server's reply if any."""

    def __init__(self, stage: Stage, code: str, *, reply: int = 0, text: str = "") -> None:
        super().__init__(f"{stage}: {code}")
        self.stage = stage
        self.code = code
        self.reply = reply
        self.text = text
