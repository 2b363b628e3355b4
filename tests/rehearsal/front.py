"""A proxy as a browser meets it, and made-up webs behind it."""

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.rehearsal.machines import ADDRESSES, HOST, Machines

# What one web alone has.
FILES = {"app1": "/static/app.old.css", "app2": "/static/app.new.css"}
# What Caddy asks on its own.
CHECK = "/salud/vivo/"


@dataclass
class Web:
    """A made-up web: what it was asked is kept, and of half a body nothing comes."""

    machine: str
    asked: list[tuple[str, dict[str, str], int]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None
    # How many requests began to arrive, whether or not anything came of them.
    begun: int = 0

    def start(self) -> None:
        if self.server is not None:
            return
        web = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                announced = int(self.headers.get("Content-Length", 0))
                if self.path != CHECK:
                    web.begun += 1
                size = len(self.rfile.read(announced))
                if size < announced:
                    self.close_connection = True
                    return
                headers = {name.lower(): value for name, value in self.headers.items()}
                if self.path != CHECK:
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
        return self._over_tls(socket.create_connection((ADDRESSES["proxy"], 443), timeout=20))

    def _over_tls(self, plain: socket.socket) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.machines.trust("proxy")))
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

    def say(self, data: bytes, *, port: int = 443, tls: bool = True) -> tuple[int, dict[str, str], str]:
        """What is answered to these bytes, also when not all of them are taken; status 0: nothing."""
        plain = socket.create_connection((ADDRESSES["proxy"], port), timeout=20)
        with self._over_tls(plain) if tls else plain as connection:
            with suppress(OSError):
                connection.sendall(data)
            answer = http.client.HTTPResponse(connection)
            try:
                answer.begin()
                return answer.status, dict(answer.headers), answer.read().decode()
            except (OSError, http.client.HTTPException):
                return 0, {}, ""
