"""The client and TLS: no credentials without it, nor over one that proves nothing."""

import ssl
from collections.abc import Callable

import pytest

from mailing.smtp.client import _tls_code
from mailing.smtp.protocol import Security, Stage
from tests.mailing import faulty_servers
from tests.mailing.conversations import failure_of, secured, talk
from tests.mailing.faulty_servers import Authority, ScriptedServer, serving

pytestmark = pytest.mark.usefixtures("trust")


def test_starttls_stripped_gets_no_password() -> None:
    with serving(ScriptedServer()) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "no_starttls")


def test_starttls_offered_and_refused_gets_no_password(authority: Authority) -> None:
    refusal = {"STARTTLS": b"454 not now\r\n"}
    with serving(ScriptedServer(refusal, starttls=authority.server("localhost"))) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "no_starttls")


def test_plain_text_injected_after_starttls_is_noticed(authority: Authority) -> None:
    injector = ScriptedServer(starttls=authority.server("localhost"), injected=b"250 AUTH PLAIN\r\n")
    with serving(injector) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "injected")


def test_what_was_offered_in_clear_is_forgotten_after_starttls(authority: Authority) -> None:
    class Liar(ScriptedServer):
        def _usual(self, talk: faulty_servers.Talk, verb: str) -> bytes:
            if verb == "EHLO" and talk.is_tls:
                return b"250 test\r\n"
            return super()._usual(talk, verb)

    with serving(Liar(starttls=authority.server("localhost"))) as server:
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
        (lambda ca: ca.server("localhost", days=(-30, -1), bare=True), "localhost", "certificate_expired"),
        (lambda ca: ca.server("otro.example", bare=True), "localhost", "certificate_host"),
        (
            lambda ca: ca.server("localhost", self_signed=True, bare=True),
            "localhost",
            "certificate_self_signed",
        ),
        (lambda ca: ca.server("localhost", weak=True), "localhost", "tls_old"),
    ],
)
def test_a_bad_certificate_gets_no_password(
    authority: Authority,
    security: Security,
    make: Callable[[Authority], object],
    host: str,
    code: str,
) -> None:
    with serving(secured(make(authority), security)) as server:
        failure = failure_of(server, security, host=host)

    assert (failure.stage, failure.code) == (Stage.SECURITY, code)
    assert b"AUTH" not in server.encrypted


def test_a_certificate_without_its_authoritys_key_identifier_is_taken(authority: Authority) -> None:
    """Python 3.13 refuses it by default; mail programs do not, and Exchange's own have none."""
    with serving(ScriptedServer(implicit=authority.server("localhost", bare=True))) as server:
        _, refused = talk(server, Security.TLS)

    assert refused == []


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("DH_KEY_TOO_SMALL", "tls_old"),
        ("EE_KEY_TOO_SMALL", "tls_old"),
        ("UNSAFE_LEGACY_RENEGOTIATION_DISABLED", "tls_old"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "tls_old"),
        ("UNSUPPORTED_PROTOCOL", "tls_old"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "tls_old"),
        ("TLSV1_UNRECOGNIZED_NAME", "certificate_host"),
        ("WRONG_VERSION_NUMBER", "speaks_clear"),
        ("TLSV1_ALERT_INTERNAL_ERROR", "tls_failed"),
    ],
)
def test_openssls_reasons_have_their_code(reason: str, code: str) -> None:
    error = ssl.SSLError(1, f"[SSL: {reason}] it says")
    error.reason = reason

    assert _tls_code(error) == code


def test_an_unknown_authority_gets_no_password(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    with serving(ScriptedServer(implicit=stranger.server("localhost"))) as server:
        failure = failure_of(server, Security.TLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "certificate_untrusted")


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        (ScriptedServer(), "speaks_clear"),
        (faulty_servers.babbling, "speaks_clear"),
        (faulty_servers.silent, "timeout"),
        (faulty_servers.flooding, "speaks_clear"),
        (ScriptedServer({"GREETING": b""}), "closed"),
    ],
)
def test_tls_with_a_server_that_knows_none(behave: faulty_servers.Behave, code: str) -> None:
    with serving(behave) as server:
        failure = failure_of(server, Security.TLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, code)


def test_a_handshake_that_hangs_after_starttls(authority: Authority) -> None:
    def hang(talk: faulty_servers.Talk) -> None:
        talk.say(b"220 test\r\n")
        talk.line()
        talk.say(b"250-test\r\n250 STARTTLS\r\n")
        talk.line()
        talk.say(b"220 go\r\n")
        while talk.connection.recv(4096):
            pass

    with serving(hang) as server:
        failure = failure_of(server, Security.STARTTLS)

    assert (failure.stage, failure.code) == (Stage.SECURITY, "timeout")
