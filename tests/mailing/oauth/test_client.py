"""Whom the site asks for permissions, and with what; nobody else is connected to."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from facturamos.devserver import oauth_modes
from facturamos.devserver.oauth import OAuthStandIn
from facturamos.vault import Secret
from mailing.oauth import client as module
from mailing.oauth.client import OAuthClient, OAuthFailed, Trip
from mailing.oauth.providers import GOOGLE, MICROSOFT, PROVIDERS, OAuthProvider
from mailing.smtp.protocol import MailEnvelope
from tests.oauth import CLIENTS

TRIP = Trip("0" * 32, Secret("verificador-de-cuarenta-y-tres-caracteres-o-mas"))
MAIL = MailEnvelope("a@example.com", ["b@example.com"], b"From: a@example.com\r\n\r\nHola")
HOSTS = {
    "oauth2.googleapis.com",
    "gmail.googleapis.com",
    "login.microsoftonline.com",
    "graph.microsoft.com",
}


@pytest.fixture
def registered(settings: Any) -> None:
    """Both providers know the site, and no stand-in is named."""
    settings.OAUTH_CLIENTS = CLIENTS


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
def test_the_page_of_consent_is_asked_as_the_rules_say(provider: OAuthProvider) -> None:
    url = urlsplit(OAuthClient(provider).consent_url(TRIP, "ana@example.com"))

    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    challenge = urlsafe_b64encode(hashlib.sha256(TRIP.verifier.reveal()).digest()).rstrip(b"=").decode()
    assert (url.scheme, url.hostname, url.path) == ("https", provider.authorize.host, provider.authorize.path)
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["code_challenge"] == challenge
    assert (asked["state"], asked["nonce"]) == (TRIP.state, TRIP.nonce)
    assert TRIP.verifier.text() not in url.query
    assert asked["login_hint"] == "ana@example.com"
    assert asked["redirect_uri"].endswith(f"/configuracion/correo/autorizado/{provider.kind}/")
    if provider is GOOGLE:
        assert asked["scope"] == "openid email https://www.googleapis.com/auth/gmail.send"
        assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
    else:
        assert asked["scope"] == "openid email offline_access https://graph.microsoft.com/Mail.Send"


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1"])
def test_a_host_whose_address_is_ours_is_not_connected_to(provider: OAuthProvider, address: str) -> None:
    asked: list[str] = []

    def lookup(host: str, port: int) -> list[str]:
        asked.append(f"{host}:{port}")
        return [address]

    client = OAuthClient(provider, lookup)
    acts: list[Callable[[], object]] = [
        lambda: client.refresh(Secret("rt")),
        lambda: client.redeem("código", TRIP),
        lambda: client.send(Secret("at"), MAIL),
    ]
    if provider.revoke:
        acts.append(lambda: client.revoke(Secret("rt")))
    for act in acts:
        with pytest.raises(OAuthFailed, match="oauth_no_answer"):
            act()

    assert {each.removesuffix(":443") for each in asked} == provider.hosts


def test_no_setting_and_no_answer_names_a_host() -> None:
    assert GOOGLE.hosts | MICROSOFT.hosts == HOSTS
    for path in Path(module.__file__).parent.glob("*.py"):
        named = set(re.findall(r'"((?:[a-z0-9-]+\.)+(?:com|net|org))"', path.read_text()))
        assert named <= HOSTS | {"accounts.google.com", "gmail.com", "googlemail.com"}, path


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
@pytest.mark.parametrize("token", ["a\r\nX-Other: 1", "a b\n", "ñ", "\x00"])
def test_a_token_that_is_no_line_is_not_sent(
    providers: OAuthStandIn, provider: OAuthProvider, token: str
) -> None:
    with pytest.raises(OAuthFailed, match="oauth_unknown"):
        OAuthClient(provider).send(Secret(token), MAIL)

    assert providers.permissions.asked == []


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
def test_a_stand_in_that_is_not_proven_to_be_the_provider_gets_nothing(
    providers: OAuthStandIn, provider: OAuthProvider, settings: Any
) -> None:
    settings.OAUTH_STAND_IN_AUTHORITY = ""

    with pytest.raises(OAuthFailed, match="oauth_no_answer"):
        OAuthClient(provider).refresh(Secret("rt"))

    assert providers.permissions.asked == []


def test_a_redirect_is_not_followed(providers: OAuthStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = oauth_modes.Reply(302, "")
    monkeypatch.setitem(oauth_modes.MODES, "moved", oauth_modes.Mode("", "send", {"google": reply}))
    providers.permissions.fault = "moved"

    with pytest.raises(OAuthFailed):
        OAuthClient(GOOGLE).send(Secret("at"), MAIL)

    assert len(providers.permissions.asked) == 1


def test_secrets_print_as_dots() -> None:
    assert "verificador" not in repr(TRIP)
