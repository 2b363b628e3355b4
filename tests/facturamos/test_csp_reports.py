"""What browsers tell of pages: little of it is read, and less is written."""

import json
import logging
from typing import Any

import pytest
from django.test import Client

from facturamos import csp_reports
from facturamos.csp_reports import LINES_AN_HOUR, MAX_BYTES

OLD = {
    "csp-report": {
        "document-uri": "https://facturamos.example/recuperar/NDA/secreto-123/?q=otro-secreto",
        "violated-directive": "script-src-elem 'self'",
        "blocked-uri": "https://malo.example/robo.js?clave=1",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://facturamos.example/configuracion/correo/",
            "effectiveDirective": "connect-src",
            "blockedURL": "https://otro.example/x",
        },
    }
]


@pytest.fixture(autouse=True)
def nothing_written_yet() -> None:
    csp_reports._written.clear()


def post(client: Client, sent: object) -> int:
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return client.post("/csp/", body, content_type="application/csp-report").status_code


@pytest.mark.parametrize(
    ("sent", "rule", "where", "blocked"),
    [
        (OLD, "script-src", "/recuperar/NDA/", "malo.example"),
        (NEW, "connect-src", "/configuracion/correo/", "otro.example"),
    ],
)
def test_a_report_is_one_line_without_what_is_secret(
    client: Client, caplog: pytest.LogCaptureFixture, sent: object, rule: str, where: str, blocked: str
) -> None:
    assert post(client, sent) == 204

    (line,) = [record for record in caplog.records if record.name == "facturamos.csp"]
    assert vars(line)["rule"] == rule
    assert vars(line)["page"] == where
    assert vars(line)["blocked"] == blocked
    assert "secreto" not in str(vars(line))


@pytest.mark.parametrize(
    "sent",
    [
        *(
            b"",
            b"null",
            b"[]",
            b"{",
            b"\xff\xfe",
            b"[" * 10_000,
            b'{"csp-report": []}',
            b'{"csp-report": "x"}',
        ),
        *(b"[1, null, {}]", b'[{"body": 3}]', b'{"csp-report": {"violated-directive": "nada"}}'),
        b'{"csp-report": {"violated-directive": "script-src", "blocked-uri": "chrome-extension://abc"}}',
        b'{"csp-report": {"violated-directive": "img-src", "blocked-uri": "http://[x"}}',
        b"{" + b'"a":"' + b"x" * MAX_BYTES + b'"}',
    ],
)
def test_what_is_no_report_of_ours_leaves_no_line(
    client: Client, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    assert post(client, sent) == 204
    assert not caplog.records


def test_a_flood_writes_so_many_lines_and_no_more(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(LINES_AN_HOUR + 20):
        post(client, OLD)

    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == LINES_AN_HOUR


def test_it_is_for_browsers_that_send(client: Client) -> None:
    assert client.get("/csp/").status_code == 405


def test_every_page_says_where(client: Client, settings: Any) -> None:
    headers = client.get("/salud/vivo/").headers

    assert headers["Reporting-Endpoints"] == 'csp="/csp/"'
    assert "report-uri /csp/" in headers["Content-Security-Policy"]
    assert "report-to csp" in headers["Content-Security-Policy"]
