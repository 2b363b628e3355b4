"""Every verb of the conversation, each with an answer that is too long, too slow or none."""

import pytest

from mailing.smtp.protocol import Security, Stage
from tests.mailing import faulty_servers
from tests.mailing.conversations import failure_of, secured, talk
from tests.mailing.faulty_servers import Authority, ScriptedServer, serving

pytestmark = pytest.mark.usefixtures("trust")

VERBS = ("EHLO", "AUTH", "MAIL", "RCPT", "DATA", "DOT")
USUAL = {"EHLO": b"250 AUTH PLAIN", "AUTH": b"235 in", "DATA": b"354 go"}


class Flooding(ScriptedServer):
    """Answers one verb without an end."""

    def __init__(self, verb: str, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.verb = verb

    def _answer(self, talk: faulty_servers.Talk, verb: str, usual: bytes) -> bool:
        if verb == self.verb:
            faulty_servers.flooding_lines(talk)
        return super()._answer(talk, verb, usual)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_line_of_8_kb_at_any_verb_is_fair(authority: Authority, security: Security, verb: str) -> None:
    usual = USUAL.get(verb, b"250 fine")
    starttls = b"250-STARTTLS\r\n" if verb == "EHLO" else b""
    reply = usual[:3] + b"-" + b"x" * 8192 + b"\r\n" + starttls + usual + b"\r\n"
    with serving(secured(authority.server("localhost"), security, {verb: reply})) as server:
        _, refused = talk(server, security)

    assert refused == []


@pytest.mark.parametrize("verb", VERBS)
def test_a_flood_at_any_verb_ends_and_takes_no_memory(authority: Authority, verb: str) -> None:
    with serving(Flooding(verb, implicit=authority.server("localhost"))) as server:
        failure = failure_of(server, Security.TLS)

    assert failure.code == "flood"


def test_hanging_up_at_starttls(authority: Authority) -> None:
    quitter = ScriptedServer({"STARTTLS": b""}, starttls=authority.server("localhost"))
    with serving(quitter) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "closed")


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_hanging_up_at_quit_does_not_undo_the_delivery(authority: Authority, security: Security) -> None:
    with serving(secured(authority.server("localhost"), security, {"QUIT": b""})) as server:
        _, refused = talk(server, security)

    assert refused == []


def test_an_injected_line_after_starttls_never_reaches_the_sign_in(authority: Authority) -> None:
    injector = ScriptedServer(
        starttls=authority.server("localhost"), injected=b"250-test\r\n250 AUTH PLAIN\r\n235 welcome\r\n"
    )
    with serving(injector) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "injected")
    assert server.encrypted == b""
