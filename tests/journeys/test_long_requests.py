"""What a proxy lets through, however long, is answered by the site, not by gunicorn in bare English."""

import http.client
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack

# Caddy's limit; Go reads 4 kB more than it is told.
LONG = 64_000 + 4_096
GUNICORN = runpy.run_path(str(Path(__file__).resolve().parents[2] / "gunicorn.conf.py"))


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The web server alone, once it is started."""
    stack = Stack(tmp_path)
    yield stack
    stack.stop()


@pytest.mark.django_db(transaction=True)
def test_whatever_is_long_gets_a_page(stack: Stack) -> None:
    stack.start_web()
    long = LONG * "x"
    for path, headers in (
        (f"/{long}/", {}),
        (f"/static/{long}.css", {}),
        (f"/configuracion/{long}/", {}),
        (f"/recuperar/{long}/{long}/", {}),
        (f"/entrar/?next=/{long}", {}),
        (f"/configuracion/?a={long}", {}),
        (f"/admin/?a={long}", {}),
        ("/entrar/", {"Cookie": f"sessionid={long}"}),
        ("/entrar/", {"Cookie": f"csrftoken={long}"}),
        ("/entrar/", {"X-Forwarded-For": long}),
        ("/entrar/", {"User-Agent": long, "Referer": long, "Accept-Language": long}),
        ("/entrar/", {"X-Request-ID": long}),
    ):
        status, answered, page = _ask(stack, path, headers)
        # Django sends nobody to an address of more than 2 kB: 400.
        assert status in (200, 302, 400, 404, 410), (path[:30], list(headers), page[:300])
        assert 'lang="es-MX"' in page or status == 302
        assert "Content-Security-Policy" in answered

    assert _ask_in_many_lines(stack) == 200


def test_its_limits_are_no_tighter_than_the_proxies() -> None:
    folder = Path(__file__).resolve().parents[2] / "docs" / "production"

    assert GUNICORN["limit_request_line"] == 0  # none
    assert GUNICORN["limit_request_field_size"] > LONG
    assert GUNICORN["limit_request_fields"] >= LONG / len("a:\r\n")
    assert "large_client_header_buffers 4 8k;" in (folder / "nginx.conf").read_text(encoding="utf-8")
    assert "max_header_size 64KB" in (folder / "Caddyfile").read_text(encoding="utf-8")


def _ask(stack: Stack, path: str, headers: dict[str, str]) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection("localhost", stack.port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, page


def _ask_in_many_lines(stack: Stack) -> int:
    connection = http.client.HTTPConnection("localhost", stack.port, timeout=30)
    connection.putrequest("GET", "/entrar/")
    for _ in range(GUNICORN["limit_request_fields"] - 10):
        connection.putheader("a", "")
    connection.endheaders()

    status = connection.getresponse().status
    connection.close()
    return status
