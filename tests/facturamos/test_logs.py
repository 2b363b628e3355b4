"""The log: who asked, in text or JSON; no token of a path; events of security with the real address."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from companies.models import User
from facturamos import log_settings
from facturamos.logs import JsonFormatter, LineFormatter, OutageFilter
from tests.conftest import PASSWORD

ADDRESS = "203.0.113.9"


@pytest.fixture
def lines(settings: Settings) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What the log says as JSON, of pages and of security."""
    settings.TRUSTED_PROXIES = 1
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    loggers = [
        logging.getLogger(name) for name in ("facturamos.requests", "facturamos.security", "django.request")
    ]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


type Lines = Callable[[], list[dict[str, object]]]


def events(lines: Lines) -> list[object]:
    return [line["event"] for line in lines() if "event" in line]


def test_a_page_is_a_line(lines: Lines, issuer: User, client: Client) -> None:
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    response = client.get(
        "/configuracion/", headers={"X-Forwarded-For": ADDRESS, "X-Request-ID": "numero-12345"}
    )

    [line] = [line for line in lines() if line["message"] == "request"]
    assert issuer.company
    assert (line["address"], line["user"], line["company"]) == (ADDRESS, issuer.code, issuer.company.code)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/configuracion/", 200)
    assert line["request"] == response.headers["X-Request-ID"] == "numero-12345"
    assert isinstance(line["seconds"], float)


def test_no_token_of_a_path_is_written(lines: Lines, db: None, client: Client) -> None:
    client.get("/recuperar/NDA/c9x2-ficha-secreta/")

    assert "c9x2" not in json.dumps(lines())


def test_a_number_of_strange_letters_is_not_taken(client: Client, db: None, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1

    response = client.get("/salud/vivo/", headers={"X-Request-ID": "a\tb<script>"})

    assert len(response.headers["X-Request-ID"]) == 32


def test_sign_ins_good_and_bad_are_told_with_the_real_address(
    lines: Lines, issuer: User, client: Client
) -> None:
    headers = {"X-Forwarded-For": f"198.51.100.7, {ADDRESS}"}
    for password in ("equivocada", PASSWORD):
        client.post("/entrar/", {"username": issuer.username, "password": password}, headers=headers)

    said = [line for line in lines() if "event" in line]
    assert [(line["event"], line["about"]) for line in said] == [
        ("sign-in.bad", issuer.code),
        ("sign-in.good", issuer.code),
    ]
    assert {line["address"] for line in said} == {ADDRESS}
    assert "equivocada" not in json.dumps(lines())


def test_a_lock_is_told(lines: Lines, issuer: User, client: Client) -> None:
    for _ in range(6):
        client.post("/entrar/", {"username": issuer.username, "password": "equivocada"})

    assert "sign-in.locked" in events(lines)


def test_a_reset_and_consent_are_told(lines: Lines, issuer: User, client: Client) -> None:
    client.post("/recuperar/", {"asked_for": issuer.username})

    assert "reset.asked" in events(lines)


def test_text_says_who_asked_in_brackets() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "algo", (), None)
    record.event = "sign-in.bad"

    assert LineFormatter().format(record).endswith("INFO x: algo [event=sign-in.bad]")


def test_an_outage_has_no_traceback_and_another_failure_has() -> None:
    def filtered(error: Exception) -> str:
        try:
            raise error
        except type(error) as raised:
            info = (type(raised), raised, raised.__traceback__)
        record = logging.LogRecord(
            "django.request", logging.ERROR, "f", 1, "%s: %s", ("503", "/a/b/ficha/"), info
        )
        OutageFilter().filter(record)
        return JsonFormatter().format(record)

    assert "traceback" in json.loads(filtered(ValueError("x")))
    assert "traceback" not in json.loads(filtered(OSError(28, "full")))


@pytest.mark.parametrize("form", ["line", "json"])
def test_both_forms_are_what_logging_takes(form: str) -> None:
    assert log_settings.configuration("WARNING", form)["version"] == 1
