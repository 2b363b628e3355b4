"""What Sentry would get of a page that fails: where, and nothing of what anybody typed."""

import io
import json
import logging

import pytest
import sentry_sdk
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from facturamos import sentry
from facturamos.hidden_links import LinksHidden

CANARIES = {
    "contrasena": "canario-uno",
    "rfc": "canario-dos",
    "username": "canario-tres",
    "codigo": "canario-cuatro",
}


class Kept(Transport):
    """Sends nothing."""

    envelopes: list[Envelope]

    def __init__(self, options: object = None) -> None:
        super().__init__()
        self.envelopes = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)


def started(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Sentry as a process starts it, and what it would send."""
    kept = Kept()
    init = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: init(transport=kept, **options))
    sentry.start("https://llave@sentry.example/1", "production")
    return kept


def fail(request: HttpRequest) -> None:
    contraseña = request.POST["contrasena"]
    raise ValueError(f"no sirve: {contraseña}")


@pytest.mark.django_db
def test_no_canary_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = started(monkeypatch)
    monkeypatch.setattr("onboarding.dashboard.views.support", fail, raising=False)
    client = Client(raise_request_exception=False)
    client.cookies["sesion"] = "canario-cinco"

    try:
        try:
            request = HttpRequest()
            request.POST = CANARIES  # type: ignore[assignment]
            fail(request)
        except ValueError:
            sentry_sdk.capture_exception()
        sentry_sdk.flush()
    finally:
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)

    text = json.dumps(
        [item.payload.json for envelope in kept.envelopes for item in envelope.items], default=str
    )
    assert "ValueError" in text
    assert "test_sentry" in text
    assert "canario" not in text


@pytest.mark.django_db
def test_of_a_line_of_the_log_only_the_sentence_leaves(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    kept = started(monkeypatch)
    client.raise_request_exception = False

    def away(*_arguments: object) -> None:
        raise OperationalError("canario-uno")

    monkeypatch.setattr("companies.accounts.views._user_of", away)
    try:
        # As a process of ours writes its log: what its handler hides, it hides from itself alone.
        root = logging.getLogger()
        handler = logging.StreamHandler(io.StringIO())
        handler.addFilter(LinksHidden())
        root.addHandler(handler)
        client.get("/recuperar/NDA/canario-dos/")
        logging.getLogger("mailing").error("El servidor dijo %s", "canario-tres")
        sentry_sdk.flush()
    finally:
        root.removeHandler(handler)
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)

    said = [
        item.payload.json.get("logentry", {}).get("message")
        for envelope in kept.envelopes
        for item in envelope.items
        if item.payload.json
    ]
    assert "El servidor dijo %s" in said
    assert not any("canario" in str(each) for each in said)


def test_a_request_keeps_its_method_and_the_beginning_of_its_address() -> None:
    event: dict[str, object] = {
        "request": {
            "method": "POST",
            "url": "https://facturamos.example/recuperar/NDA/canario/?correo=canario",
            "data": {"contraseña": "canario"},
            "cookies": {"sesion": "canario"},
            "headers": {"Cookie": "canario", "Authorization": "canario"},
            "query_string": "canario",
        },
        "user": {"id": "canario", "email": "canario"},
        "extra": {"x": "canario"},
        "breadcrumbs": {"values": [{"message": "canario"}]},
        "logentry": {"message": "%s failed", "params": ["canario"], "formatted": "canario failed"},
        "contexts": {"trace": {"data": {"clave": "canario", "op": "http"}}},
        "tags": {"correo": "canario", "capa": "web"},
    }

    said = json.dumps(sentry.scrubbed(event))

    assert "canario" not in said
    assert "https://facturamos.example/recuperar/NDA/" in said
    assert "%s failed" in said
    assert "web" in said


def test_without_a_dsn_nothing_begins() -> None:
    sentry.start("", "production")

    assert not sentry_sdk.get_client().is_active()
