"""Asking the SAT's validator over real TLS: one GET to one host, whatever is typed and whatever answers."""

import resource
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from companies.csf.validator_client import MAX_BYTES, ValidatorFailed, fetch
from companies.sat import rfc
from companies.sat.rfc import RFC
from facturamos.devserver.tls import LocalAuthority
from facturamos.devserver.validator import HOST, Answer, Validator, running
from facturamos.https import StandIn

OWNER = rfc.parse("PNA190312AB1")
PATH = "/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10&D2=1&D3=15010000001_"
# Enough for a sound answer on a busy machine; a silent one ends with it.
SECONDS = 3.0


def failure(id_cif: str, stand_in: StandIn, seconds: float = SECONDS) -> str:
    """The code that a question fails with."""
    with pytest.raises(ValidatorFailed) as raised:
        fetch(id_cif, OWNER, stand_in=stand_in, seconds=seconds)
    return raised.value.code


@contextmanager
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port that nobody should connect to, and what it heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                heard.append(b"somebody")
                connection.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_the_page_comes_for_one_question(sat: Validator, stand_in: StandIn) -> None:
    page = fetch("15010000001", OWNER, stand_in=stand_in)

    assert "El RFC: PNA190312AB1, tiene asociada" in page.decode()
    assert sat.asked == [f"{PATH}PNA190312AB1"]
    assert sat.heads[0]["Host"] == "siat.sat.gob.mx"
    assert sat.heads[0]["Connection"] == "close"


@pytest.mark.parametrize(
    ("owner", "spelled"), [("ÑAM190312AB1", "%D1AM190312AB1"), ("A&M190312AB1", "A%26M190312AB1")]
)
def test_the_letters_of_an_rfc_are_spelled_as_in_the_sats_codes(
    sat: Validator, stand_in: StandIn, owner: str, spelled: str
) -> None:
    fetch("15010000001", rfc.parse(owner), stand_in=stand_in)

    assert sat.asked == [f"{PATH}{spelled}"]


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("302", "unknown_page"),
        ("400", "no_answer"),
        ("413", "unknown_page"),
        ("500", "no_answer"),
        ("505", "unknown_page"),
    ],
    ids=["redirect", "cut", "huge", "broken", "no HTTP"],
)
def test_each_bad_answer_is_told_apart_at_once_and_asked_for_once(
    sat: Validator, stand_in: StandIn, mode: str, code: str
) -> None:
    started = time.monotonic()

    assert failure(f"15010000{mode}", stand_in) == code

    assert time.monotonic() - started < SECONDS
    assert len(sat.asked) == 1


@pytest.mark.parametrize("mode", ["408", "425"], ids=["silent", "dripping"])
def test_the_deadline_is_of_the_whole(stand_in: StandIn, mode: str) -> None:
    started = time.monotonic()

    assert failure(f"15010000{mode}", stand_in, seconds=1) == "no_answer"

    assert time.monotonic() - started < 2


def test_a_server_that_never_begins_tls_is_left_in_time(sat_authority_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        mute = StandIn("127.0.0.1", server.getsockname()[1], str(sat_authority_file))
        started = time.monotonic()

        assert failure("15010000001", mute, seconds=1) == "no_answer"

    assert time.monotonic() - started < 2


def test_nobody_there_is_no_answer(sat_authority_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    assert failure("15010000001", StandIn("127.0.0.1", port, str(sat_authority_file))) == "no_answer"


def test_a_page_may_have_512_kb_and_no_byte_more(sat: Validator, stand_in: StandIn) -> None:
    def sized(size: int) -> Callable[[Answer, str], None]:
        return lambda answer, owner: answer.page("x" * size)

    sat.modes |= {"777": sized(MAX_BYTES), "778": sized(MAX_BYTES + 1)}

    assert len(fetch("15010000777", OWNER, stand_in=stand_in)) == MAX_BYTES
    assert failure("15010000778", stand_in) == "unknown_page"


def test_what_floods_us_is_not_kept(stand_in: StandIn) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    failure("15010000413", stand_in)

    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 32


# --- TLS


def old_tls(authority: LocalAuthority) -> ssl.SSLContext:
    """A server that knows nothing newer than TLS 1.1."""
    context = authority.server(HOST)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    return context


BAD_TLS: dict[str, Callable[[LocalAuthority], ssl.SSLContext | None]] = {
    "expired": lambda authority: authority.server(HOST, days=(-30, -1)),
    "not valid yet": lambda authority: authority.server(HOST, days=(2, 30)),
    "another host's": lambda authority: authority.server("siat.sat.gob.mx.example.com", weak=True),
    "the address's": lambda authority: authority.server("127.0.0.1", "localhost"),
    "self-signed": lambda authority: authority.server(HOST, self_signed=True),
    "another authority's": lambda authority: LocalAuthority().server(HOST),
    "old": old_tls,
    "in clear": lambda authority: None,
}


@pytest.mark.parametrize("made", BAD_TLS.values(), ids=BAD_TLS)
def test_who_does_not_prove_to_be_the_sat_is_asked_nothing(
    sat_authority: LocalAuthority,
    sat_authority_file: Path,
    made: Callable[[LocalAuthority], ssl.SSLContext | None],
) -> None:
    with running(made(sat_authority)) as server:
        stand_in = StandIn("127.0.0.1", server.server_port, str(sat_authority_file))

        assert failure("15010000001", stand_in) == "untrusted"

    assert server.asked == []


def test_the_level_has_to_be_lowered_for_such_a_server(sat: Validator, sat_authority_file: Path) -> None:
    usual = ssl.create_default_context(cafile=str(sat_authority_file))

    with (
        socket.create_connection(("127.0.0.1", sat.server_port)) as plain,
        pytest.raises(ssl.SSLError, match="weak"),
    ):
        usual.wrap_socket(plain, server_hostname=HOST)


# --- nowhere else


@pytest.mark.parametrize(
    "id_cif",
    [
        "",
        "1501000000١",
        "15010000001_EKU9003173C9",
        "15010000001&D3=1",
        "15010000001 HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "15010000001\n",
        "../../../../admin",
        "@example.com/15010000001",
        "%0d%0aHost:%20example.com",
        "1" * 15,
        "1" * 7,
    ],
)
def test_what_is_no_id_cif_asks_nobody(sat: Validator, stand_in: StandIn, id_cif: str) -> None:
    with pytest.raises(ValueError, match="idCIF"):
        fetch(id_cif, OWNER, stand_in=stand_in)

    assert sat.asked == []


@pytest.mark.parametrize(
    "text",
    ["", "PNA190312AB1\r\nX: y", "PNA190312AB1&D1=16", "pna190312ab1", "PNA 190312 AB1", "../PNA190312AB1"],
)
def test_what_is_no_rfc_asks_nobody(sat: Validator, stand_in: StandIn, text: str) -> None:
    with pytest.raises(ValueError, match="RFC"):
        fetch("15010000001", RFC(text), stand_in=stand_in)

    assert sat.asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "100.64.0.1"],
)
def test_a_name_that_leads_inside_is_not_followed(address: str) -> None:
    wanted: list[tuple[str, int]] = []

    def lookup(host: str, port: int) -> list[str]:
        wanted.append((host, port))
        return [address]

    with pytest.raises(ValidatorFailed) as raised:
        fetch("15010000001", OWNER, seconds=2, lookup=lookup)

    assert raised.value.code == "no_answer"
    assert wanted == [("siat.sat.gob.mx", 443)]


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"])
def test_no_proxy_of_the_environment_is_used(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with listener() as (port, heard):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")

        fetch("15010000001", OWNER, stand_in=stand_in)

        assert heard == []


def test_a_redirect_is_not_followed(sat: Validator, stand_in: StandIn) -> None:
    def away(answer: Answer, owner: str) -> None:
        answer.send_response(302)
        answer.send_header("Location", f"http://127.0.0.1:{port}/")
        answer.send_header("Content-Length", "0")
        answer.end_headers()

    with listener() as (port, heard):
        sat.modes["302"] = away

        assert failure("15010000302", stand_in) == "unknown_page"

        assert heard == []
    assert len(sat.asked) == 1


def test_an_answer_in_pieces_is_put_together(sat: Validator, stand_in: StandIn) -> None:
    def in_pieces(answer: Answer, owner: str) -> None:
        answer.send_response(200)
        answer.send_header("Transfer-Encoding", "chunked")
        answer.end_headers()
        answer.wfile.write(b"6\r\n<html>\r\n7\r\n</html>\r\n0\r\n\r\n")

    def without_length(answer: Answer, owner: str) -> None:
        answer.send_response(200)
        answer.end_headers()
        answer.wfile.write(b"<html></html>")
        answer.close_connection = True

    sat.modes |= {"777": in_pieces, "778": without_length}

    for mode in ("777", "778"):
        assert fetch(f"15010000{mode}", OWNER, stand_in=stand_in) == b"<html></html>"
