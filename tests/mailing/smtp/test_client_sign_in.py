"""The client's sign-in: one way after another, and never the password twice for nothing."""

import base64
import ssl

import pytest

from facturamos.vault import Secret
from mailing.smtp.client import Conversation
from mailing.smtp.protocol import Security, Server
from tests.mailing import faulty_servers
from tests.mailing.conversations import QUICK, WORD, conversation_with, failure_of
from tests.mailing.faulty_servers import Authority, ScriptedServer, serving

pytestmark = pytest.mark.usefixtures("trust")


class Mechanisms(ScriptedServer):
    """Offers mechanisms; answers each by its own script, and hangs up where it has none."""

    def __init__(self, context: ssl.SSLContext, **scripts: list[bytes]) -> None:
        super().__init__(implicit=context)
        self.scripts = {name.replace("_", "-"): script for name, script in scripts.items()}

    def __call__(self, talk: faulty_servers.Talk) -> None:
        talk.secure(self.implicit)  # type: ignore[arg-type]
        talk.say(b"220 test\r\n")
        talk.line()
        talk.say(b"250-test\r\n250 AUTH " + " ".join(self.scripts).encode() + b"\r\n")
        while line := talk.line():
            if not line.upper().startswith(b"AUTH"):
                talk.say(b"250 OK\r\n")
                continue
            replies = self.scripts[line.split()[1].decode()]
            if not replies:
                return
            for place, reply in enumerate(replies):
                talk.say(reply + b"\r\n")
                if place + 1 < len(replies):
                    talk.line()


ASKS = [b"334 VXNlcm5hbWU6", b"334 UGFzc3dvcmQ6"]


@pytest.mark.parametrize(
    "refusal", [b"502 not implemented", b"504 unknown", b"535 5.7.8 no", b"501 cannot decode"]
)
def test_login_is_tried_once_after_a_refused_plain(authority: Authority, refusal: bytes) -> None:
    context = authority.server("localhost")
    with serving(Mechanisms(context, PLAIN=[refusal], LOGIN=[*ASKS, b"235 in"])) as server:
        conversation = conversation_with(server, Security.TLS)
        with conversation:
            conversation.open()

    assert server.encrypted.upper().count(b"AUTH ") == 2
    assert base64.b64encode(WORD.encode()).decode() not in str(conversation.transcript)


@pytest.mark.parametrize(
    ("plain", "login", "reply"),
    [
        ([b"535 5.7.8 wrong"], [*ASKS, b"503 what"], 535),
        ([b"504 unknown"], [*ASKS, b"535 wrong"], 535),
        ([b"535 5.7.8 wrong"], [], 535),
    ],
)
def test_of_two_refusals_the_one_of_the_password_is_told(
    authority: Authority, plain: list[bytes], login: list[bytes], reply: int
) -> None:
    with serving(Mechanisms(authority.server("localhost"), PLAIN=plain, LOGIN=login)) as server:
        failure = failure_of(server, Security.TLS)

    assert (failure.code, failure.reply) == ("auth_refused", reply)


@pytest.mark.parametrize(
    "refusal",
    [
        b"534 5.7.9 Application-specific password required",
        b"535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        b"550 5.7.30 Basic authentication is not supported",
        b"454 4.7.0 Temporary authentication failure",
    ],
)
def test_a_refusal_of_the_account_is_not_asked_for_twice(authority: Authority, refusal: bytes) -> None:
    """Each try counts against the server's limit of wrong passwords."""
    scripts = {"PLAIN": [refusal], "LOGIN": [*ASKS, b"235 in"]}
    with serving(Mechanisms(authority.server("localhost"), **scripts)) as server:
        failure_of(server, Security.TLS)

    assert server.encrypted.upper().count(b"AUTH ") == 1


def test_it_signs_in_with_cram_md5_where_that_is_all(authority: Authority) -> None:
    """User, password, challenge and answer are the example of RFC 2195."""
    asks = b"334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
    with serving(Mechanisms(authority.server("localhost"), CRAM_MD5=[asks, b"235 in"])) as server:
        conversation = Conversation(
            Server("localhost", server.port, Security.TLS, "tim", Secret("tanstaaftanstaaf")),
            allowed=[f"localhost:{server.port}"],
            limits=QUICK,
            lookup=lambda host, port: ["127.0.0.1"],
        )
        with conversation:
            conversation.open()

    answer = b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"
    assert answer in server.encrypted
    assert answer.decode() not in str(conversation.transcript)
