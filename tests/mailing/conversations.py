"""Conversations with the faulty servers, and what every one of them must not do."""

import base64
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from facturamos.vault import Secret
from mailing.smtp.client import Conversation
from mailing.smtp.protocol import Failure, MailEnvelope, Security, Server, SmtpLimits
from tests.mailing.faulty_servers import RunningServer, ScriptedServer

USER, WORD = "ana@example.com", "contraseña-Muy-Secreta-7"
QUICK = SmtpLimits(total=1.0, lookup=0.5, connect=0.5, greeting=0.4, goodbye=0.2)
# What one conversation may take, whatever the server does.
MEMORY = 32 << 20
# Writing «5» sets the process's high-water mark back (proc(5)).
RESET = Path("/proc/self/clear_refs")
LETTER = MailEnvelope("ana@example.com", ["luis@example.com"], b"Subject: Hola\r\n\r\nTexto\r\n.punto\r\n")


def talk(
    server: RunningServer,
    security: Security,
    *,
    host: str = "localhost",
    password: str | None = WORD,
    mail: MailEnvelope = LETTER,
    limits: SmtpLimits = QUICK,
) -> tuple[Conversation, list[str]]:
    """One conversation with a faulty server, to the end; returns it with the recipients refused."""
    conversation = conversation_with(server, security, host=host, password=password, limits=limits)
    with conversation:
        conversation.open()
        return conversation, conversation.deliver(mail)


def conversation_with(
    server: RunningServer,
    security: Security,
    *,
    host: str = "localhost",
    password: str | None = WORD,
    limits: SmtpLimits = QUICK,
) -> Conversation:
    """A conversation that has not begun."""
    secret = None if password is None else Secret(password)
    return Conversation(
        Server(host, server.port, security, USER, secret),
        allowed=[f"{host}:{server.port}"],
        limits=limits,
        lookup=lambda host, port: ["127.0.0.1"],
    )


def failure_of(server: RunningServer, security: Security, **kwargs: object) -> Failure:
    """The failure that a conversation ends with; it must come in time and betray nothing."""
    begun = time.monotonic()
    with little_memory(), pytest.raises(Failure) as raised:
        talk(server, security, **kwargs)  # type: ignore[arg-type]
    assert time.monotonic() - begun < QUICK.total + 0.5
    assert_nothing_in_clear(server)
    return raised.value


@contextmanager
def little_memory() -> Iterator[None]:
    """What is inside must not take more than 32 MB at any moment, the server's side included. On Linux.

    The high-water mark is set back first: an earlier test may have gone higher, and would hide this one.
    """
    if not RESET.exists():
        yield
        return
    RESET.write_text("5")
    before = _high_water()
    yield
    assert _high_water() - before <= MEMORY


def _high_water() -> int:
    """The most memory that this process has held since RESET, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def assert_nothing_in_clear(server: RunningServer) -> None:
    """No form of the password was heard outside of TLS, nor the beginning of a sign-in."""
    heard = bytes(server.clear)
    for form in (WORD.encode(), base64.b64encode(WORD.encode()), b"AUTH"):
        assert form not in heard


def secured(
    context: object, security: Security, replies: dict[str, bytes] | None = None, **more: object
) -> ScriptedServer:
    way = "implicit" if security is Security.TLS else "starttls"
    return ScriptedServer(replies or {}, **{way: context}, **more)  # type: ignore[arg-type]
