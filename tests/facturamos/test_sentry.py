"""What Sentry would get of a page that fails: where, and nothing of what anybody typed."""

import json

import pytest
import sentry_sdk
from django.http import HttpRequest
from django.test import Client
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from facturamos import sentry

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


def fail(request: HttpRequest) -> None:
    contraseña = request.POST["contrasena"]
    raise ValueError(f"no sirve: {contraseña}")


@pytest.mark.django_db
def test_no_canary_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()
    init = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: init(transport=kept, **options))
    monkeypatch.setattr("onboarding.dashboard.views.support", fail, raising=False)
    sentry.start("https://llave@sentry.example/1", "production")
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
