"""Stands in for Google and Microsoft: pages of consent, tokens, both ways to send, and every way to fail.

python -m facturamos.devserver.oauth --port 8443 --pages-port 8444 --authority autoridad.pem --folder correo

What is asked by the site goes over TLS in the hosts' own names; the pages of consent, which a browser opens,
are plain ones with the host as the first part of the path. Whoever opens one chooses what is to happen
(oauth_modes.py). What is sent lands in the dev inbox.
"""

import argparse
import base64
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from facturamos.devserver.oauth_modes import AT_CONSENT, GOOGLE, MICROSOFT, MODES, Reply
from facturamos.devserver.oauth_pages import bare_page, consent_page
from facturamos.devserver.oauth_permissions import HOUR, Permission, Permissions, id_token, proves
from facturamos.devserver.smtp_server import InboxFolder
from facturamos.devserver.stand_in import StandInServer
from facturamos.devserver.tls import LocalAuthority

PAGES = {
    "/accounts.google.com/o/oauth2/v2/auth": GOOGLE,
    "/login.microsoftonline.com/common/oauth2/v2.0/authorize": MICROSOFT,
}
# Where an administrator consents for everybody.
ADMIN_PAGE = "/login.microsoftonline.com/organizations/v2.0/adminconsent"
ENDS = {
    ("oauth2.googleapis.com", "/token"): ("token", GOOGLE),
    ("oauth2.googleapis.com", "/revoke"): ("revoke", GOOGLE),
    ("gmail.googleapis.com", "/gmail/v1/users/me/messages/send"): ("send", GOOGLE),
    ("login.microsoftonline.com", "/common/oauth2/v2.0/token"): ("token", MICROSOFT),
    ("graph.microsoft.com", "/v1.0/me/sendMail"): ("send", MICROSOFT),
}
HOSTS = sorted({host for host, _path in ENDS})
SCOPES = {
    GOOGLE: "openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/gmail.send",
    MICROSOFT: "openid email Mail.Send",
}
NEVER_SECONDS = 60.0


class _Server(StandInServer):
    # Twenty who ask at once.
    request_queue_size = 64

    def __init__(
        self,
        port: int,
        handler: type[BaseHTTPRequestHandler],
        permissions: Permissions,
        context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(port, handler, context)
        self.permissions = permissions


@dataclass(frozen=True)
class OAuthStandIn:
    """A running one: where the site asks, where a browser goes, and what it remembers."""

    port: int
    pages: str
    permissions: Permissions


@contextmanager
def running(
    context: ssl.SSLContext,
    *,
    port: int = 0,
    pages_port: int = 0,
    deliver: Callable[[bytes], None] = lambda content: None,
) -> Iterator[OAuthStandIn]:
    """A stand-in for the time of a block."""
    permissions = Permissions(deliver)
    servers = [_Server(port, Ends, permissions, context), _Server(pages_port, ConsentPage, permissions, None)]
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        for server in servers
    ]
    for thread in threads:
        thread.start()
    try:
        pages = f"http://localhost:{servers[1].server_port}"
        yield OAuthStandIn(servers[0].server_port, pages, permissions)
    finally:
        permissions.stopping.set()
        for server in servers:
            server.shutdown()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    server_version, sys_version = "StandIn", ""

    def log_message(self, *args: object) -> None:
        """Says nothing: what is asked holds tokens."""

    def reply(self, status: int, content: bytes, kind: str, **headers: str) -> None:
        """The head of an answer and all of its content."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def json(self, status: int, content: object) -> None:
        """An answer as both providers give it."""
        self.reply(status, json.dumps(content).encode(), "application/json; charset=utf-8")


# --- the page that a browser opens


class ConsentPage(_Handler):
    """The page of consent, and the way back from it."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = dict(parse_qsl(parts.query))
        if parts.path == ADMIN_PAGE:
            back_to = f"{asked['redirect_uri']}?admin_consent=True"
            return self.reply(302, b"", "text/plain", Location=back_to)
        provider = PAGES.get(parts.path)
        if provider is None:
            return self.reply(404, bare_page("No hay nada aquí", "").encode(), "text/html; charset=utf-8")
        mode = asked.pop("elegido", "")
        if not mode:
            return self.reply(200, consent_page(provider, asked).encode(), "text/html; charset=utf-8")
        back = {"state": asked.get("state", "")} | self._outcome(provider, asked, mode)
        return self.reply(302, b"", "text/plain", Location=f"{asked['redirect_uri']}?{urlencode(back)}")

    def _outcome(self, provider: str, asked: Mapping[str, str], mode: str) -> dict[str, str]:
        if mode in AT_CONSENT:
            error, description = AT_CONSENT[mode].answers[provider]
            return {"error": error, "error_description": description}
        return {"code": self.server.permissions.allow(provider, asked, mode).code}


# --- what the site asks


class Ends(_Handler):
    """The ends that the site itself asks."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        end, provider = ENDS.get((self.headers.get("Host", ""), self.path), ("", ""))
        self.server.permissions.asked.append((end, provider))
        with suppress(OSError):
            match end:
                case "token":
                    self._token(provider, dict(parse_qsl(body.decode())))
                case "send":
                    self._send(provider, body)
                case "revoke":
                    self._revoke(dict(parse_qsl(body.decode())))
                case _:
                    self.json(404, {"error": "not_found"})

    # --- tokens

    def _token(self, provider: str, asked: Mapping[str, str]) -> None:
        permissions = self.server.permissions
        if permissions.slowness:
            time.sleep(permissions.slowness)
        if not asked.get("client_id") or not asked.get("client_secret"):
            return self.json(401, {"error": "invalid_client", "error_description": "Unauthorized"})
        first = asked.get("grant_type") == "authorization_code"
        if first:
            permission = permissions.by_code(asked.get("code", ""))
            sound = permission is not None and proves(permission, asked)
        else:
            permission = permissions.by_refresh_token(asked.get("refresh_token", ""))
            sound = permission is not None and not permission.revoked
        if permission is None or not sound or permission.provider != provider:
            return self.json(400, {"error": "invalid_grant", "error_description": "Bad Request"})
        fault = permissions.fault or ("" if first else permission.mode)
        if (mode := MODES.get(fault)) and mode.end == "token":
            return self._fail(mode.replies[provider])
        return self.json(200, self._give(permission, asked, first=first))

    def _give(self, permission: Permission, asked: Mapping[str, str], *, first: bool) -> dict[str, object]:
        """New tokens. Google's refresh token is given once and stays; Microsoft's is another each time."""
        access, refresh = f"at-{secrets.token_urlsafe(600)}", f"rt-{secrets.token_urlsafe(900)}"
        scope = SCOPES[permission.provider]
        if permission.mode == "partial":
            scope = scope.rpartition(" ")[0]
        mode = MODES.get(permission.mode)
        # What is to fail when it is refreshed has to be refreshed soon.
        lasts = 1 if mode and mode.end == "token" and first else HOUR
        given: dict[str, object] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": lasts,
            "scope": scope,
        }
        with self.server.permissions.lock:
            permission.access_tokens.append(access)
            if first or permission.provider == MICROSOFT:
                permission.refresh_tokens.append(refresh)
                given["refresh_token"] = refresh
        if first:
            given["id_token"] = id_token(permission, asked["client_id"])
        return given

    # --- sending

    def _send(self, provider: str, body: bytes) -> None:
        permissions = self.server.permissions
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        permission = permissions.by_access_token(token)
        if permission is None or permission.revoked or permission.provider != provider:
            return self.json(401, _unauthorized(provider))
        mode = MODES.get(permissions.fault or permission.mode)
        if mode and mode.end == "send":
            return self._fail(mode.replies[provider])
        raw = json.loads(body)["raw"] if provider == GOOGLE else body
        content = base64.urlsafe_b64decode(raw) if provider == GOOGLE else base64.b64decode(raw)
        if not message_from_bytes(content, policy=policy.default)["From"]:
            return self.json(400, {"error": {"code": 400, "message": "Invalid message"}})
        permissions.sent.append(content)
        permissions.deliver(content)
        if provider == GOOGLE:
            return self.json(200, {"id": secrets.token_hex(8), "labelIds": ["SENT"]})
        return self.reply(202, b"", "text/plain")

    def _revoke(self, asked: Mapping[str, str]) -> None:
        permission = self.server.permissions.by_refresh_token(asked.get("token", ""))
        if permission is None:
            return self.json(400, {"error": "invalid_token"})
        # Of an account all together, as Google does it.
        for each in self.server.permissions.all:
            each.revoked = each.revoked or each.account == permission.account
        return self.json(200, {})

    def _fail(self, reply: Reply) -> None:
        if reply.status == 0:
            self.server.permissions.stopping.wait(NEVER_SECONDS)
            self.close_connection = True
            return
        if isinstance(reply.content, str):
            self.reply(reply.status, reply.content.encode(), "text/html")
            return
        self.json(reply.status, reply.content)


def _unauthorized(provider: str) -> dict[str, object]:
    if provider == GOOGLE:
        return {"error": {"code": 401, "message": "Invalid Credentials", "status": "UNAUTHENTICATED"}}
    return {"error": {"code": "InvalidAuthenticationToken", "message": "Access token has expired."}}


def main() -> None:
    """The command: serves until it is ended."""
    parser = argparse.ArgumentParser(description="Stands in for Google's and Microsoft's permission to send.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pages-port", type=int, required=True)
    parser.add_argument("--authority", type=Path, required=True, help="where to put the certificate to trust")
    parser.add_argument("--folder", type=Path, required=True, help="the dev inbox")
    arguments = parser.parse_args()
    authority = LocalAuthority()
    arguments.authority.parent.mkdir(parents=True, exist_ok=True)
    authority.write(arguments.authority)
    inbox = InboxFolder(arguments.folder)
    context = authority.server(*HOSTS)
    started = running(context, port=arguments.port, pages_port=arguments.pages_port, deliver=inbox.keep)
    with started, suppress(KeyboardInterrupt):
        threading.Event().wait()


if __name__ == "__main__":
    main()
