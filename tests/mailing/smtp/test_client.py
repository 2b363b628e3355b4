"""The client before faulty servers: each failure has its code, ends in time, gives no credentials away."""

import base64
import socket
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from facturamos.vault import Secret
from mailing.smtp.client import Conversation
from mailing.smtp.protocol import Failure, MailEnvelope, Security, Server, SmtpLimits, Stage
from tests.mailing import faulty_servers
from tests.mailing.conversations import (
    LETTER,
    QUICK,
    USER,
    WORD,
    assert_nothing_in_clear,
    conversation_with,
    failure_of,
    secured,
    talk,
)
from tests.mailing.faulty_servers import Authority, ScriptedServer, free_port, serving

pytestmark = pytest.mark.usefixtures("trust")


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_it_delivers_over_tls(authority: Authority, security: Security) -> None:
    context = authority.server("localhost")
    with serving(secured(context, security)) as server:
        conversation, refused = talk(server, security)

    assert refused == []
    assert b"\r\n..punto\r\n.\r\n" in server.encrypted
    assert base64.b64encode(f"\0{USER}\0{WORD}".encode()) in server.encrypted
    assert_nothing_in_clear(server)
    assert conversation.stage is Stage.DELIVERY


def test_it_delivers_in_clear_without_a_password() -> None:
    with serving(ScriptedServer()) as server:
        _, refused = talk(server, Security.CLEAR, password=None)

    assert refused == []
    assert b"Texto" in server.clear


def test_it_gives_no_password_to_a_clear_connection() -> None:
    with serving(ScriptedServer()) as server:
        failure = failure_of(server, Security.CLEAR)

    assert (failure.stage, failure.code) == (Stage.SIGN_IN, "password_in_clear")


def test_it_signs_in_with_login_where_plain_is_not_offered(authority: Authority) -> None:
    class Login(ScriptedServer):
        def __call__(self, talk: faulty_servers.Talk) -> None:
            talk.secure(authority.server("localhost"))
            talk.say(b"220 test\r\n")
            talk.line()
            talk.say(b"250-test\r\n250 AUTH LOGIN\r\n")
            for reply in (b"334 VXNlcm5hbWU6\r\n", b"334 UGFzc3dvcmQ6\r\n", b"235 welcome\r\n"):
                talk.line()
                talk.say(reply)
            ScriptedServer({"GREETING": b"250 \r\n"})(talk)

    with serving(Login()) as server:
        conversation = conversation_with(server, Security.TLS)
        with conversation:
            conversation.open()

    assert base64.b64encode(WORD.encode()) in server.encrypted
    assert base64.b64encode(WORD.encode()).decode() not in str(conversation.transcript)


def test_the_transcript_shows_no_sign_in_even_when_the_server_repeats_it(authority: Authority) -> None:
    encoded = base64.b64encode(f"\0{USER}\0{WORD}".encode())
    echo = {"AUTH": b"235 you said " + encoded + b" " + WORD.encode() + b"\r\n"}
    echo["MAIL"] = b"250 still " + base64.b64encode(WORD.encode()) + b"\r\n"
    with serving(secured(authority.server("localhost"), Security.TLS, echo)) as server:
        conversation, _ = talk(server, Security.TLS)

    transcript = str(conversation.transcript)
    assert "C: AUTH •••" in transcript
    assert "MAIL" in transcript.upper()
    for form in (WORD, base64.b64encode(WORD.encode()).decode(), encoded.decode()):
        assert form not in transcript


def test_four_addresses_of_a_name_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def note(address: tuple[str, int], **kwargs: object) -> socket.socket:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", note)
    conversation = Conversation(
        Server("mail.example.com", 587, Security.STARTTLS),
        allowed=[],
        lookup=lambda host, port: [f"8.8.4.{number}" for number in range(100)],
    )
    with conversation, pytest.raises(Failure, match="refused"):
        conversation.open()

    assert len(tried) == 4


# --- each stage's failure


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        (faulty_servers.silent, "silent"),
        (faulty_servers.dripping, "silent"),
        (faulty_servers.dripping_lines, "silent"),
        (faulty_servers.flooding, "flood"),
        (faulty_servers.flooding_lines, "flood"),
        (faulty_servers.babbling, "not_smtp"),
        (ScriptedServer({"GREETING": b""}), "closed"),
        (ScriptedServer({"GREETING": b"554 no\r\n"}), "greeting_refused"),
        (ScriptedServer({"GREETING": b"421 later\r\n"}), "greeting_refused"),
        (ScriptedServer({"EHLO": b"500 what\r\n", "HELO": b"550 no\r\n"}), "hello_refused"),
        (ScriptedServer({"EHLO": b""}), "closed"),
        (ScriptedServer({"EHLO": b"250\x00\xff\r\n"}), "not_smtp"),
        (ScriptedServer({"EHLO": b"banana\r\n"}), "not_smtp"),
        (ScriptedServer({"EHLO": b"999 beyond\r\n"}), "not_smtp"),
    ],
)
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.CLEAR])
def test_a_server_that_does_not_talk(behave: faulty_servers.Behave, code: str, security: Security) -> None:
    with serving(behave) as server:
        failure = failure_of(server, security)

    assert (failure.stage, failure.code) == (Stage.CONNECTION, code)


@pytest.mark.parametrize(
    ("verb", "reply", "stage", "code"),
    [
        ("AUTH", b"535 5.7.8 no\r\n", Stage.SIGN_IN, "auth_refused"),
        ("AUTH", b"454 later\r\n", Stage.SIGN_IN, "auth_refused"),
        ("AUTH", b"", Stage.SIGN_IN, "closed"),
        ("MAIL", b"553 not you\r\n", Stage.DELIVERY, "sender_refused"),
        ("MAIL", b"", Stage.DELIVERY, "closed"),
        ("RCPT", b"550 nobody\r\n", Stage.DELIVERY, "recipient_refused"),
        ("RCPT", b"451 greylisted\r\n", Stage.DELIVERY, "recipient_refused"),
        ("RCPT", b"", Stage.DELIVERY, "closed"),
        ("DATA", b"554 no\r\n", Stage.DELIVERY, "message_refused"),
        ("DATA", b"", Stage.DELIVERY, "closed"),
        ("DOT", b"552 full\r\n", Stage.DELIVERY, "message_refused"),
        ("DOT", b"", Stage.DELIVERY, "closed"),
    ],
)
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_that_refuses(
    authority: Authority, security: Security, verb: str, reply: bytes, stage: Stage, code: str
) -> None:
    with serving(secured(authority.server("localhost"), security, {verb: reply})) as server:
        failure = failure_of(server, security)

    assert (failure.stage, failure.code) == (stage, code)
    assert failure.reply == int(reply[:3] or 0)


def test_a_server_without_sign_in(authority: Authority) -> None:
    with serving(secured(authority.server("localhost"), Security.TLS, {"EHLO": b"250 test\r\n"})) as server:
        failure = failure_of(server, Security.TLS)

    assert (failure.stage, failure.code) == (Stage.SIGN_IN, "auth_not_offered")


def test_a_server_that_takes_no_passwords_says_what_it_takes(authority: Authority) -> None:
    offer = {"EHLO": b"250-test\r\n250 AUTH XOAUTH2 OAUTHBEARER\r\n"}
    with serving(secured(authority.server("localhost"), Security.TLS, offer)) as server:
        failure = failure_of(server, Security.TLS)

    assert (failure.code, failure.text) == ("auth_not_offered", "XOAUTH2 OAUTHBEARER")


def test_a_closed_port() -> None:
    with serving(faulty_servers.silent) as server:
        pass

    assert failure_of(server, Security.STARTTLS).code == "refused"


def test_a_slow_goodbye_does_not_undo_the_delivery(authority: Authority) -> None:
    class Slow(ScriptedServer):
        def _usual(self, talk: faulty_servers.Talk, verb: str) -> bytes:
            if verb == "QUIT":
                talk.until_gone()
            return super()._usual(talk, verb)

    with serving(Slow(implicit=authority.server("localhost"))) as server:
        begun = time.monotonic()
        _, refused = talk(server, Security.TLS)

    assert refused == []
    assert time.monotonic() - begun < QUICK.goodbye + 0.5


def test_one_recipient_of_two_is_enough(authority: Authority) -> None:
    class Picky(ScriptedServer):
        asked = 0

        def _usual(self, talk: faulty_servers.Talk, verb: str) -> bytes:
            self.asked += verb == "RCPT"
            if verb == "RCPT" and self.asked == 2:
                return b"550 nobody\r\n"
            return super()._usual(talk, verb)

    mail = MailEnvelope(LETTER.sender, ["luis@example.com", "nadie@example.com"], LETTER.content)
    with serving(Picky(implicit=authority.server("localhost"))) as server:
        _, refused = talk(server, Security.TLS, mail=mail)

    assert refused == ["nadie@example.com"]


# --- measure


def test_lines_of_8_kb_are_fair() -> None:
    with serving(faulty_servers.long_lines) as server:
        _, refused = talk(server, Security.CLEAR, password=None)

    assert refused == []


def test_a_flood_does_not_fill_the_memory() -> None:
    for behave in (faulty_servers.flooding, faulty_servers.flooding_lines):
        with serving(behave) as server:
            failure_of(server, Security.CLEAR)  # which measures it


def test_a_drip_between_the_verbs_ends_with_the_conversation(authority: Authority) -> None:
    class Drip(ScriptedServer):
        def _usual(self, talk: faulty_servers.Talk, verb: str) -> bytes:
            if verb == "RCPT":
                faulty_servers.dripping(talk)
            return super()._usual(talk, verb)

    with serving(Drip(implicit=authority.server("localhost"))) as server:
        failure = failure_of(server, Security.TLS)

    assert (failure.stage, failure.code) == (Stage.DELIVERY, "timeout")


# --- a real server


class Inbox:
    """aiosmtpd's handler: keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture
def real_server(authority: Authority) -> Iterator[Controller]:
    """aiosmtpd with STARTTLS required and one user."""

    def check(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            WORD.encode(),
        )
        return AuthResult(success=right, handled=False)

    controller = Controller(
        Inbox(),
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=authority.server("localhost"),
        require_starttls=True,
        auth_required=True,
        authenticator=check,
    )
    controller.start()
    yield controller
    controller.stop()


@pytest.mark.parametrize(("password", "code"), [(WORD, None), ("otra", "auth_refused")])
def test_it_understands_aiosmtpd(real_server: Controller, password: str, code: str | None) -> None:
    message = EmailMessage()
    message["Subject"] = "Factura"
    message.set_content("Buenas tardes")
    conversation = Conversation(
        Server("localhost", real_server.port, Security.STARTTLS, USER, Secret(password)),
        allowed=[f"localhost:{real_server.port}"],
        limits=SmtpLimits(total=5),
        lookup=lambda host, port: ["127.0.0.1"],
    )
    outcome = None
    with conversation:
        try:
            conversation.open()
            conversation.deliver(MailEnvelope(USER, ["luis@example.com"], message.as_bytes()))
        except Failure as failure:
            outcome = failure.code

    assert outcome == code
    assert len(real_server.handler.mails) == (0 if code else 1)
