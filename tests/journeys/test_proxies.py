"""The documented nginx and Caddy before two webs that are made up: what passes, what is theirs to answer."""

import base64
import hashlib
import http.client
import os
import re
import shutil
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from facturamos.devserver.children import Child
from tests.rehearsal import servers
from tests.rehearsal.machines import ADDRESSES, HOST, Machines

PROXIES: dict[str, Callable[[Machines], Child]] = {"nginx": servers.nginx, "caddy": servers.caddy}
MEGABYTE = 1024 * 1024
# What one web alone has.
FILES = {"app1": "/static/app.old.css", "app2": "/static/app.new.css"}

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="port 443"),
    pytest.mark.xdist_group("proxies"),
]


@dataclass
class Web:
    """A made-up web: what it was asked is kept."""

    machine: str
    asked: list[tuple[str, dict[str, str], int]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None
    # How often it was spoken to, whether or not anything came of it.
    connections: int = 0

    def start(self) -> None:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                web.connections += 1
                super().setup()

            def _answer(self) -> None:
                size = len(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                headers = {name.lower(): value for name, value in self.headers.items()}
                web.asked.append((self.path, headers, size))
                known = not self.path.startswith("/static/") or self.path == FILES[web.machine]
                content = f"{web.machine} {self.path}".encode()
                self.send_response(200 if known else 404)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _answer  # noqa: N815

            def log_message(self, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer((ADDRESSES[self.machine], 8000), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@dataclass
class Front:
    """A running proxy, and the webs behind it."""

    name: str
    machines: Machines
    webs: dict[str, Web]

    def connect(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.machines.trust("proxy")))
        plain = socket.create_connection((ADDRESSES["proxy"], 443), timeout=20)
        return context.wrap_socket(plain, server_hostname=HOST)

    def ask(
        self, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPSConnection(HOST)
        connection.sock = self.connect()
        connection.request("POST" if body is not None else "GET", path, body, headers or {})
        answer = connection.getresponse()
        content = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.headers), content

    def announce(self, path: str, size: int) -> tuple[int, dict[str, str], str]:
        """What is answered to a body that is yet to come."""
        connection = http.client.HTTPSConnection(HOST)
        connection.sock = self.connect()
        connection.putrequest("POST", path)
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read().decode()


@pytest.fixture(scope="module", params=PROXIES)
def running(request: pytest.FixtureRequest) -> Iterator[Front]:
    if shutil.which(request.param, path="/usr/sbin:/usr/bin") is None:
        pytest.skip(f"{request.param} is not installed: `make rehearsal` installs it")
    folder = Path(tempfile.mkdtemp(prefix="proxy-"))
    folder.chmod(0o755)
    machines = Machines(folder)
    child = PROXIES[request.param](machines)
    yield Front(request.param, machines, {name: Web(name) for name in FILES})
    child.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def front(running: Front) -> Iterator[Front]:
    for web in running.webs.values():
        web.asked.clear()
        web.start()
    time.sleep(5.5)  # what a former test had stopped is asked again
    yield running
    for web in running.webs.values():
        web.stop()


def _assert_hardened(headers: dict[str, str], page: str) -> None:
    """A page of the proxy's own is as strict as the site's; its style is let in by its hash."""
    [style] = re.findall("<style>(.*)</style>", page)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Permitted-Cross-Domain-Policies"] == "none"


def test_a_web_learns_who_asks_and_how(front: Front) -> None:
    status, _, _ = front.ask("/x", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"})
    [(_, headers, _)] = [each for web in front.webs.values() for each in web.asked]

    assert status == 200
    assert headers["host"] == HOST
    assert headers["x-forwarded-proto"] == "https"
    # The last entry is what TRUSTED_PROXIES=1 counts by.
    assert headers["x-forwarded-for"].split(",")[-1].strip() == "127.0.0.1"
    assert re.fullmatch(r"[\w-]{8,64}", headers["x-request-id"])


def test_what_one_version_does_not_have_the_other_is_asked_for(front: Front) -> None:
    for _ in range(2):  # whichever is first
        for machine, file in FILES.items():
            assert front.ask(file)[::2] == (200, f"{machine} {file}")
    assert front.ask("/static/none.css")[0] == 404


def test_a_web_that_is_stopped_is_passed_over(front: Front) -> None:
    front.webs["app1"].stop()

    for number in range(6):
        assert front.ask(f"/page/{number}")[0] == 200
        assert front.ask(f"/form/{number}", body=b"a=b")[0] == 200
    assert len(front.webs["app2"].asked) == 12


def test_with_no_web_a_page_says_so(front: Front) -> None:
    for web in front.webs.values():
        web.stop()

    status, headers, content = front.ask("/")

    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "30", "no-store")
    assert "El sitio no está disponible por un momento" in content
    _assert_hardened(headers, content)


def test_bodies_as_large_as_the_sites_own_pass_and_larger_ones_are_refused_in_spanish(front: Front) -> None:
    assert front.ask("/configuracion/logotipo/", body=b"x" * (6 * MEGABYTE + 1000))[0] == 200
    status, headers, content = front.announce("/configuracion/logotipo/", 8 * MEGABYTE)

    assert status == 413
    assert "Retry-After" not in headers
    assert "El archivo es demasiado grande" in content
    _assert_hardened(headers, content)
    assert front.ask("/admin/onboarding/download/add/", body=b"x" * (20 * MEGABYTE))[0] == 200


NOT_UNDERSTOOD = {
    "no request": b"no es HTTP\r\n\r\n",
    "no name": b"GET / HTTP/1.1\r\n\r\n",
    "cookies": b"GET / HTTP/1.1\r\nHost: %b\r\nCookie: a=%b\r\n\r\n" % (HOST.encode(), 40_000 * b"x"),
}


@pytest.mark.parametrize("what", NOT_UNDERSTOOD)
def test_what_nginx_itself_does_not_understand_is_answered_in_spanish(front: Front, what: str) -> None:
    with front.connect() as connection:
        connection.sendall(NOT_UNDERSTOOD[what])
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        page = answer.read().decode()

    if front.name == "caddy":
        # In words of its own, which no setting reaches; what is only long it passes on.
        assert answer.status == (200 if what == "cookies" else 400)
        return
    assert answer.status == 400
    assert "No se entendió lo que pidió el navegador" in page
    _assert_hardened(dict(answer.headers), page)
    assert not any(web.asked for web in front.webs.values())


def test_half_a_body_occupies_no_web(front: Front) -> None:
    before = [web.connections for web in front.webs.values()]
    slow = front.connect()
    slow.sendall(f"POST /x HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\nhalf".encode())
    time.sleep(1)

    assert [web.connections for web in front.webs.values()] == before
    slow.close()
