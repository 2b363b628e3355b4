"""What the stand-in of Google and Microsoft remembers of who has allowed what."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from facturamos.devserver.oauth_modes import GOOGLE

OTHER_ACCOUNT = "otra.cuenta@example.com"
HOUR = 3600


@dataclass
class Permission:
    """What somebody has allowed, and what is to go wrong with it."""

    provider: str
    account: str
    mode: str
    asked: Mapping[str, str]
    code: str = ""
    refresh_tokens: list[str] = field(default_factory=list)
    access_tokens: list[str] = field(default_factory=list)
    revoked: bool = False


class Permissions:
    """All that the stand-in remembers. Tests change `mode` of a permission, or `fault` for everything."""

    def __init__(self, deliver: Callable[[bytes], None] = lambda content: None) -> None:
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.all: list[Permission] = []
        self.deliver = deliver
        # Every mail that was taken, and how often each end was asked.
        self.sent: list[bytes] = []
        self.asked: list[tuple[str, str]] = []
        # A mode for whoever asks, whatever was chosen on the page.
        self.fault = ""
        # So many seconds pass before a token is given.
        self.slowness = 0.0

    def allow(self, provider: str, asked: Mapping[str, str], mode: str) -> Permission:
        """Somebody chose on the page of consent."""
        account = OTHER_ACCOUNT if mode == "other" else asked.get("login_hint", OTHER_ACCOUNT)
        permission = Permission(provider, account, mode, asked, code=f"codigo-{secrets.token_urlsafe(16)}")
        with self.lock:
            self.all.append(permission)
        return permission

    def by_code(self, code: str) -> Permission | None:
        """Whose code it is; a code serves once."""
        with self.lock:
            found = next((each for each in self.all if code and each.code == code), None)
            if found:
                found.code = ""
            return found

    def by_refresh_token(self, token: str) -> Permission | None:
        """Whose refresh token it is, an older one's too: providers take them for some time."""
        return next((each for each in self.all if token in each.refresh_tokens), None)

    def by_access_token(self, token: str) -> Permission | None:
        """Whose access token it is."""
        return next((each for each in self.all if token in each.access_tokens), None)


def proves(permission: Permission, asked: Mapping[str, str]) -> bool:
    """Whether whoever redeems a code is who asked for it (RFC 7636), at the same address of return."""
    digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    before = permission.asked
    return (
        before.get("code_challenge_method") == "S256"
        and before.get("code_challenge") == challenge
        and before.get("redirect_uri") == asked.get("redirect_uri")
        and before.get("client_id") == asked.get("client_id")
    )


def id_token(permission: Permission, client_id: str) -> str:
    """Who has allowed it (OpenID Connect), with a signature that nobody is meant to check."""
    claims: dict[str, object] = {"aud": client_id, "exp": int(time.time()) + HOUR}
    claims |= {"nonce": permission.asked.get("nonce", ""), "email": permission.account}
    if permission.provider == GOOGLE:
        claims |= {"iss": "https://accounts.google.com", "email_verified": True}
    else:
        claims |= {"preferred_username": permission.account, "tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}
    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, base64.urlsafe_b64encode(secrets.token_bytes(256)).rstrip(b"=").decode()])
