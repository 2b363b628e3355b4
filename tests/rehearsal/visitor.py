"""A browser without JavaScript that speaks TLS, and keeps how each of its requests was answered."""

import http.client
import re
import socket
import ssl
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.rehearsal.machines import ADDRESSES, HOST

SECONDS = 60
FRIENDLY = "El sitio no está disponible por un momento"
STATIC = re.compile(r'"(/static/[^"?#]+)"')


@dataclass(frozen=True)
class Answer:
    """What came back. Status 0: nothing did."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def is_friendly(self) -> bool:
        """A 503 as documented: the page that says so, and when to come back."""
        return self.status == 503 and "Retry-After" in self.headers and FRIENDLY in self.content.decode()

    @property
    def location(self) -> str:
        """Where it leads."""
        return self.headers.get("Location", "")


@dataclass(frozen=True)
class Seen:
    """One request and how it was answered, in seconds of the monotonic clock."""

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
    def is_raw(self) -> bool:
        """Nothing that a person should see: no answer, or an error that is not the friendly page."""
        status = self.answer.status
        return status == 0 or (status >= 500 and not self.answer.is_friendly)


@dataclass
class Visitor:
    """Cookies, forms, the style sheets and scripts of each page. A new connection for each request."""

    context: ssl.SSLContext
    seen: list[Seen]
    cookies: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    def get(self, path: str) -> Answer:
        """A page, with the files that it asks for and that are not here yet."""
        answer = self._ask("GET", path)
        if answer.status == 200:
            for file in sorted(set(STATIC.findall(answer.content.decode())) - self.files):
                if self._ask("GET", file).status == 200:
                    self.files.add(file)
        return answer

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        """A form, sent as the page of its own address sends it."""
        headers = {
            "Content-Type": MULTIPART_CONTENT,
            "Origin": f"https://{HOST}",
            "Referer": f"https://{HOST}{path}",
            "X-CSRFToken": self.cookies.get("__Host-csrf", ""),
        }
        return self._ask("POST", path, encode_multipart(BOUNDARY, data), headers)

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        begun = time.monotonic()
        try:
            answer = self._exchange(method, path, body, headers or {})
        except (OSError, http.client.HTTPException) as error:
            answer = Answer(0, {}, repr(error).encode())
        self.seen.append(Seen(begun, time.monotonic() - begun, method, path, answer))
        return answer

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        plain = socket.create_connection((ADDRESSES["proxy"], 443), timeout=SECONDS)
        connection = http.client.HTTPSConnection(HOST, timeout=SECONDS)
        connection.sock = self.context.wrap_socket(plain, server_hostname=HOST)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {**headers, "Cookie": cookies, "Connection": "close"})
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, dict(response.headers), content)
