"""One question over HTTPS: what is sent where, and whether the host may have read it."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from facturamos import https
from facturamos.devserver import pacs
from facturamos.devserver.pacs import HOST, PacServer
from facturamos.devserver.tls import LocalAuthority
from facturamos.https import HttpsFailed, HttpsLimits, HttpsRequest, StandIn

QUICK = HttpsLimits(total=0.5)


def failure(request: HttpsRequest, stand_in: StandIn) -> HttpsFailed:
    with pytest.raises(HttpsFailed) as caught:
        https.ask(request, stand_in=stand_in, limits=QUICK)
    return caught.value


@pytest.fixture
def question() -> HttpsRequest:
    return HttpsRequest(HOST, "/soap", "POST", body=b"<x/>")


def test_the_host_is_named_with_its_port_unless_it_is_the_usual_one() -> None:
    assert b"\r\nHost: pac.example.com\r\n" in HttpsRequest(HOST, "/").encoded()
    assert b"\r\nHost: pac.example.com:8008\r\n" in HttpsRequest(HOST, "/", port=8008).encoded()


def test_the_port_is_the_one_that_is_resolved() -> None:
    asked: list[tuple[str, int]] = []

    def nowhere(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    with pytest.raises(HttpsFailed, match="no_answer"):
        https.ask(HttpsRequest(HOST, "/", port=8008), lookup=nowhere, limits=QUICK)

    assert asked == [(HOST, 8008)]


def test_who_is_not_there_was_told_nothing(question: HttpsRequest, pac_authority_file: Path) -> None:
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        absent = StandIn("127.0.0.1", nobody.getsockname()[1], str(pac_authority_file))

        failed = failure(question, absent)

    assert (failed.code, failed.told) == ("no_answer", False)


def test_who_cannot_prove_who_it_is_was_told_nothing(
    question: HttpsRequest, pac: PacServer, tmp_path: Path
) -> None:
    LocalAuthority().write(tmp_path / "otra.pem")

    failed = failure(question, StandIn("127.0.0.1", pac.server_port, str(tmp_path / "otra.pem")))

    assert (failed.code, failed.told, pac.bodies) == ("untrusted", False, [])


@pytest.mark.parametrize("mode", [pacs.silent, pacs.hung_up, pacs.cut], ids=lambda mode: mode.__name__)
def test_who_took_it_and_did_not_answer_was_told(
    pac: PacServer, pac_authority_file: Path, mode: pacs.Mode
) -> None:
    pac.modes["get_documents"] = mode
    body = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><get_documents/></e:Body>'
        b"</e:Envelope>"
    )
    there = StandIn("127.0.0.1", pac.server_port, str(pac_authority_file))

    failed = failure(HttpsRequest(HOST, "/soap", "POST", body=body), there)

    assert (failed.code, failed.told, pac.asked) == ("no_answer", True, ["get_documents"])
