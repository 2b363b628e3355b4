"""Asks a provider's endpoints: for consent, for tokens, to send, to take a permission back.

The protocol is oauthlib's, which knows no network; the network is ours (facturamos/https.py): hosts from the
code alone, one deadline, a cap. No token is in an error, and none is printed.
"""

import base64
import hashlib
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from facturamos import https, public_hosts
from facturamos.https import HttpsAnswer, HttpsFailed, HttpsLimits, HttpsRequest, stand_in_at
from facturamos.vault import Secret
from mailing.oauth.answers import Tokens, object_of, read_error, read_sending
from mailing.oauth.providers import PROVIDERS, Endpoint, OAuthProvider
from mailing.smtp.protocol import MailEnvelope

logger = logging.getLogger(__name__)

# A test has 15 seconds, and PostgreSQL waits 10 for a row that somebody holds while it is refreshed.
TOKEN_SECONDS, SEND_SECONDS = 6.0, 8.0
TOKEN_BYTES = 64 * 1024
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
# A provider's clock and ours may differ by this much.
LEEWAY_SECONDS = 120


class OAuthFailed(Exception):
    """A provider said no, or nothing. `code`: of `mailing.oauth.sentences`; `said`: an address, if any."""

    def __init__(self, code: str, *, said: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.said = said


@dataclass(frozen=True)
class Trip:
    """One trip to a page of consent: what only we and the provider may know. All of it from one secret."""

    name: str
    verifier: Secret = field(repr=False)

    @property
    def state(self) -> str:
        """What comes back with the person: which trip, and that it is this one."""
        return f"{self.name}.{self._derived('state')}"

    @property
    def nonce(self) -> str:
        """What the provider repeats inside of what it signs."""
        return self._derived("nonce")

    @property
    def challenge(self) -> str:
        """PKCE (RFC 7636): who redeems the code must know what this is the hash of."""
        return _unpadded(hashlib.sha256(self.verifier.reveal()).digest())

    def _derived(self, use: str) -> str:
        return _unpadded(hashlib.sha256(use.encode() + b":" + self.verifier.reveal()).digest())


@dataclass(frozen=True)
class OAuthClient:
    """The site, as one provider knows it."""

    provider: OAuthProvider
    lookup: public_hosts.Lookup = public_hosts.system_lookup

    @property
    def _registered(self) -> tuple[str, Secret]:
        known, secret = settings.OAUTH_CLIENTS[self.provider.kind]
        return known, Secret(secret)

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to; it must be registered there."""
        return settings.SITE_URL + reverse("correo_autorizado", args=[self.provider.kind])

    # --- consent

    def consent_url(self, trip: Trip, address: str) -> str:
        """The provider's page that asks the person for permission."""
        url: str = self._protocol().prepare_request_uri(
            self.provider.authorize.url,
            redirect_uri=self.redirect_uri,
            scope=list(self.provider.scopes),
            state=trip.state,
            code_challenge=trip.challenge,
            code_challenge_method="S256",
            nonce=trip.nonce,
            login_hint=address,
            **self.provider.asks,
        )
        return self._shown(url)

    def admin_consent_url(self) -> str:
        """Microsoft's page where an administrator consents for everybody of the organisation."""
        page = Endpoint(self.provider.authorize.host, "/organizations/v2.0/adminconsent")
        query = {"client_id": self._registered[0], "scope": self.provider.scopes[-1]}
        return self._shown(f"{page.url}?{urlencode(query | {'redirect_uri': self.redirect_uri})}")

    def _shown(self, url: str) -> str:
        """In development the stand-in's page has the provider's address behind its own."""
        pages: str = settings.OAUTH_STAND_IN_PAGES
        return url.replace("https://", f"{pages}/", 1) if pages else url

    # --- tokens

    def redeem(self, code: str, trip: Trip) -> Tokens:
        """The first tokens, for the code that came back with the person. Raises OAuthFailed."""
        _known, secret = self._registered
        body: str = self._protocol().prepare_request_body(
            code=code,
            redirect_uri=self.redirect_uri,
            code_verifier=trip.verifier.text(),
            client_secret=secret.text(),
        )
        try:
            return self._tokens(body)
        except OAuthFailed as failed:
            # What is dead is the code: there is no permission yet.
            raise OAuthFailed("permit_stale") if failed.code == "permit_dead" else failed from None

    def refresh(self, refresh_token: Secret) -> Tokens:
        """New tokens for a refresh token. Raises OAuthFailed."""
        known, secret = self._registered
        body: str = self._protocol().prepare_refresh_body(
            refresh_token=refresh_token.text(), client_id=known, client_secret=secret.text()
        )
        return self._tokens(body)

    def accounts(self, tokens: Tokens, trip: Trip) -> list[str]:
        """The addresses of whoever consented, from the ID token. Raises OAuthFailed.

        It came from the token endpoint itself, over TLS that was verified: its signature need not be
        (OpenID Connect Core, 3.1.3.7). A mail leaves as that account whatever the ID token says.
        """
        claims = _claims(tokens.identity)
        expires = claims.get("exp")
        sound = (
            claims.get("aud") == self._registered[0]
            and claims.get("nonce") == trip.nonce
            and isinstance(expires, (int, float))
            and expires > time.time() - LEEWAY_SECONDS
        )
        if not sound:
            raise OAuthFailed("oauth_unknown")
        verified = claims.get("email_verified", True) in (True, "true")
        names = (claims.get("email") if verified else None, claims.get("preferred_username"))
        return [name for name in names if isinstance(name, str) and "@" in name]

    def revoke(self, token: Secret) -> None:
        """Gives a permission back; one that is unknown there is as good as given back. Raises OAuthFailed."""
        if self.provider.revoke is None:
            return
        body = urlencode({"token": token.text(), "token_type_hint": "refresh_token"})
        answer = self._ask(self.provider.revoke, body.encode(), FORM, TOKEN_SECONDS)
        if answer.status >= 500 or answer.status == 429:
            raise OAuthFailed("oauth_later")

    def _protocol(self) -> WebApplicationClient:
        return WebApplicationClient(self._registered[0])

    def _tokens(self, body: str) -> Tokens:
        answer = self._ask(self.provider.token, body.encode(), FORM, TOKEN_SECONDS)
        said = object_of(answer.content)
        if answer.status != 200 or "error" in said:
            raise self._refused(
                answer.status, str(said.get("error", "")), str(said.get("error_description", ""))
            )
        try:
            token = self._protocol().parse_request_body_response(answer.content.decode())
            secrets = (
                Secret(token.get(name) or "") for name in ("access_token", "refresh_token", "id_token")
            )
            access, refresh, identity = secrets
            scopes = tuple(str(said.get("scope") or "").split())
            return Tokens(access, refresh, identity, int(token.get("expires_in") or 0), scopes)
        except (OAuth2Error, ValueError, TypeError, KeyError, AttributeError):
            raise OAuthFailed("oauth_unknown") from None

    def _refused(self, status: int, error: str, description: str) -> OAuthFailed:
        code = read_error(error, description)
        if code == "oauth_unknown" and (status >= 500 or status == 429):
            code = "oauth_later"
        if code == "oauth_site":
            # The words of OAuth alone: a description may quote what was sent.
            logger.error("%s refuses this site's client (%s).", self.provider.name, error[:40])
        return OAuthFailed(code)

    # --- sending

    def send(self, access_token: Secret, envelope: MailEnvelope) -> None:
        """Hands a mail over as whoever gave permission. Raises OAuthFailed."""
        headers = {"Authorization": f"Bearer {access_token.text()}", "Accept": "application/json"}
        if self.provider.kind == "google":
            raw = base64.urlsafe_b64encode(envelope.content).decode()
            kind, body = "application/json", json.dumps({"raw": raw}).encode()
        else:
            kind, body = "text/plain", base64.b64encode(envelope.content)
        answer = self._ask(self.provider.send, body, headers | {"Content-Type": kind}, SEND_SECONDS)
        if code := read_sending(answer.status, answer.content):
            if code == "oauth_site":
                logger.error("%s does not let this site send: is its API switched on?", self.provider.name)
            raise OAuthFailed(code)

    def _ask(self, end: Endpoint, body: bytes, headers: Mapping[str, str], seconds: float) -> HttpsAnswer:
        request = HttpsRequest(end.host, end.path, "POST", headers, body)
        limits = HttpsLimits(total=seconds, lookup=3.0, connect=4.0, body=TOKEN_BYTES)
        stand_in = stand_in_at(
            settings.OAUTH_STAND_IN, settings.OAUTH_STAND_IN_AUTHORITY, setting="OAUTH_STAND_IN"
        )
        try:
            return https.ask(request, stand_in=stand_in, limits=limits, lookup=self.lookup)
        except HttpsFailed as failed:
            code = "oauth_no_answer" if failed.code in ("no_answer", "untrusted") else "oauth_unknown"
            raise OAuthFailed(code) from None
        except ValueError:
            # A token that is no line of ASCII: whoever gave it meant something else.
            raise OAuthFailed("oauth_unknown") from None


def configured() -> list[OAuthProvider]:
    """The providers that know this site; only their buttons are there."""
    return [provider for kind, provider in PROVIDERS.items() if settings.OAUTH_CLIENTS[kind][0]]


def _claims(identity: Secret) -> Mapping[str, object]:
    parts = identity.text().split(".")
    if len(parts) != 3:
        return {}
    try:
        return object_of(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
