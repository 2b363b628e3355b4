"""The client and TLS: no credentials without it, nor over one that proves nothing."""

from collections.abc import Callable

import pytest

from mailing.protocol import Security, Stage
from tests.mailing import zoo
from tests.mailing.conversations import failure_of, secured
from tests.mailing.zoo import Authority, Character, cage

pytestmark = pytest.mark.usefixtures("trust")


def test_starttls_stripped_gets_no_password() -> None:
    with cage(Character()) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "no_starttls")


def test_starttls_offered_and_refused_gets_no_password(authority: Authority) -> None:
    refusal = {"STARTTLS": b"454 not now\r\n"}
    with cage(Character(refusal, starttls=authority.server("localhost"))) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "no_starttls")


def test_plain_text_injected_after_starttls_is_noticed(authority: Authority) -> None:
    injector = Character(starttls=authority.server("localhost"), injected=b"250 AUTH PLAIN\r\n")
    with cage(injector) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "injected")


def test_what_was_offered_in_clear_is_forgotten_after_starttls(authority: Authority) -> None:
    class Liar(Character):
        def _usual(self, talk: zoo.Talk, verb: str) -> bytes:
            if verb == "EHLO" and talk.is_tls:
                return b"250 zoo\r\n"
            return super()._usual(talk, verb)

    with cage(Liar(starttls=authority.server("localhost"))) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert failure.code == "auth_not_offered"


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize(
    ("make", "host", "code"),
    [
        (lambda ca: ca.server("localhost", days=(-30, -1)), "localhost", "certificate_expired"),
        (lambda ca: ca.server("localhost", days=(1, 30)), "localhost", "certificate_expired"),
        (lambda ca: ca.server("localhost", self_signed=True), "localhost", "certificate_self_signed"),
        (lambda ca: ca.server("otro.example"), "localhost", "certificate_host"),
        (lambda ca: ca.server("localhost"), "127.0.0.1", "certificate_host"),
    ],
)
def test_a_bad_certificate_gets_no_password(
    authority: Authority,
    security: Security,
    make: Callable[[Authority], object],
    host: str,
    code: str,
) -> None:
    with cage(secured(make(authority), security)) as server:
        failure = failure_of(server, security, host=host)

    assert (failure.stage, failure.code) == (Stage.SECURITY, code)
    assert b"AUTH" not in server.encrypted


def test_an_unknown_authority_gets_no_password(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    with cage(Character(implicit=stranger.server("localhost"))) as server:
        failure = failure_of(server, Security.TLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "certificate_untrusted")


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        (Character(), "speaks_clear"),
        (zoo.babbling, "speaks_clear"),
        (zoo.silent, "timeout"),
        (zoo.flooding, "speaks_clear"),
        (Character({"GREETING": b""}), "closed"),
    ],
)
def test_tls_with_a_server_that_knows_none(behave: zoo.Behave, code: str) -> None:
    with cage(behave) as server:
        failure = failure_of(server, Security.TLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, code)


def test_a_handshake_that_hangs_after_starttls(authority: Authority) -> None:
    def hang(talk: zoo.Talk) -> None:
        talk.say(b"220 zoo\r\n")
        talk.line()
        talk.say(b"250-zoo\r\n250 STARTTLS\r\n")
        talk.line()
        talk.say(b"220 go\r\n")
        while talk.connection.recv(4096):
            pass

    with cage(hang) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "timeout")
