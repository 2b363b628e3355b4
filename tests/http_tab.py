"""A browser of HTTP without JavaScript: for sites that run in processes of their own, of other code."""

import http.client
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, ClassVar

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.onboarding.browser import hidden


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def location(self) -> str:
        """Where it leads: the test's to look at, nothing follows it."""
        return self.headers.get("Location", "")


@dataclass
class HttpBrowser:
    """Cookies and forms; a new connection for each request."""

    csrf_cookie: ClassVar[str] = "csrf"
    cookies: dict[str, str] = field(default_factory=dict)

    def connection(self) -> http.client.HTTPConnection:
        """The way to the server."""
        raise NotImplementedError

    def form_headers(self, path: str) -> dict[str, str]:
        """What a form is sent with: the token that the site gave this browser."""
        return {"Content-Type": MULTIPART_CONTENT, "X-CSRFToken": self.cookies.get(self.csrf_cookie, "")}

    def get(self, path: str) -> Answer:
        """Opens an address."""
        return self.ask("GET", path)

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        """Sends a form, files included, as the page of its own address sends it."""
        return self.ask("POST", path, encode_multipart(BOUNDARY, data), self.form_headers(path))

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request. Raises OSError and HTTPException where nothing comes back."""
        connection = self.connection()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**(headers or {}), "Cookie": cookies, "Connection": "close"}
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, dict(response.headers), content)


@dataclass
class HttpTab(HttpBrowser):
    """One browser at one server of this machine."""

    port: int = field(kw_only=True)

    def connection(self) -> http.client.HTTPConnection:
        """Without TLS."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def status(self, path: str) -> int:
        """How an address answers; 0 while nobody listens."""
        try:
            return self.get(path).status
        except OSError:
            return 0

    def sign_in(self, username: str, password: str) -> None:
        """By the site's own page."""
        carried = hidden(self.get("/entrar/"))
        answer = self.post("/entrar/", carried | {"username": username, "password": password})
        assert answer.status == 302, answer.content.decode()[-2000:]

    def submit(self, slug: str, answers: dict[str, Any]) -> None:
        """Opens a step, fills it in and goes on."""
        path = f"/configuracion/{slug}/"
        page = self.get(path)
        assert page.status == 200, (slug, page.status, page.location)
        data = hidden(page) | {f"{slug}-{name}": value for name, value in answers.items()}
        sent = self.post(path, data)
        # The last page waits for the CSD, which a worker validates.
        assert sent.status == 302 or slug == "terminar", (slug, sent.status)
