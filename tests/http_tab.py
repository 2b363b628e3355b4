"""A browser of plain HTTP without JavaScript: for sites that run in processes of their own, of other code."""

from dataclasses import dataclass, field
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.onboarding.browser import hidden


class _Stay(HTTPRedirectHandler):
    """Where a page leads is the test's to look at."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


@dataclass
class Page:
    """What a server answered."""

    status: int
    content: bytes
    location: str


@dataclass
class HttpTab:
    """One browser at one server."""

    port: int
    cookies: CookieJar = field(default_factory=CookieJar)

    def get(self, path: str) -> Page:
        """Opens an address."""
        return self._ask(Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(self, path: str, data: dict[str, Any]) -> Page:
        """Sends a form, files included, with the token that the site gave this browser."""
        token = {cookie.name: cookie.value for cookie in self.cookies}.get("csrf") or ""
        body = encode_multipart(BOUNDARY, data | {"csrfmiddlewaretoken": token})
        headers = {"Content-Type": MULTIPART_CONTENT}
        url = f"http://127.0.0.1:{self.port}{path}"
        return self._ask(Request(url, data=body, headers=headers))

    def status(self, path: str) -> int:
        """How an address answers; 0 while nobody listens."""
        try:
            return self.get(path).status
        except (URLError, OSError):
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

    def _ask(self, request: Request) -> Page:
        opener = build_opener(HTTPCookieProcessor(self.cookies), _Stay())
        try:
            response = opener.open(request, timeout=30)
        except HTTPError as error:
            response = error
        with response:
            return Page(response.status, response.read(), response.headers.get("Location", ""))
