"""A browser without JavaScript that speaks TLS, and keeps how each of its requests was answered."""

import http.client
import re
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import ClassVar

from tests.http_tab import Answer, HttpBrowser
from tests.rehearsal.machines import ADDRESSES, HOST

SECONDS = 60
FRIENDLY = "El sitio no está disponible por un momento"
STATIC = re.compile(r'"(/static/[^"?#]+)"')


@dataclass(frozen=True)
class Seen:
    """One request and how it was answered, in seconds of the monotonic clock. Status 0: nothing came back."""

    begun: float
    seconds: float
    method: str
    path: str
    answer: Answer

    @property
    def is_save(self) -> bool:
        """A form that was answered as saved."""
        return self.method == "POST" and self.answer.status == 302

    @property
    def is_friendly(self) -> bool:
        """A 503 as documented: the page that says so, and when to come back."""
        answer = self.answer
        return (
            answer.status == 503 and "Retry-After" in answer.headers and FRIENDLY in answer.content.decode()
        )

    @property
    def is_raw(self) -> bool:
        """Nothing that a person should see: no answer, no style sheet, an unfriendly error."""
        status = self.answer.status
        is_file = self.path.startswith("/static/")
        return status == 0 or (is_file and status == 404) or (status >= 500 and not self.is_friendly)


@dataclass
class Visitor(HttpBrowser):
    """The style sheets and scripts of each page, too."""

    csrf_cookie: ClassVar[str] = "__Host-csrf"
    context: ssl.SSLContext = field(kw_only=True)
    seen: list[Seen] = field(kw_only=True)
    files: set[str] = field(default_factory=set)

    def connection(self) -> http.client.HTTPConnection:
        """To the proxy, by the site's name."""
        plain = socket.create_connection((ADDRESSES["proxy"], 443), timeout=SECONDS)
        connection = http.client.HTTPSConnection(HOST, timeout=SECONDS)
        connection.sock = self.context.wrap_socket(plain, server_hostname=HOST)
        return connection

    def form_headers(self, path: str) -> dict[str, str]:
        """Over TLS, Django asks where a form comes from."""
        site = f"https://{HOST}"
        return super().form_headers(path) | {"Origin": site, "Referer": f"{site}{path}"}

    def get(self, path: str) -> Answer:
        """A page, with the files that it asks for and that are not here yet."""
        answer = super().get(path)
        if answer.status == 200:
            for file in sorted(set(STATIC.findall(answer.content.decode())) - self.files):
                if self.ask("GET", file).status == 200:
                    self.files.add(file)
        return answer

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request, whatever becomes of it."""
        begun = time.monotonic()
        try:
            answer = super().ask(method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            answer = Answer(0, {}, repr(error).encode())
        self.seen.append(Seen(begun, time.monotonic() - begun, method, path, answer))
        return answer
