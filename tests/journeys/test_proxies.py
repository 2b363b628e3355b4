"""The documented nginx and Caddy before two webs that are made up: what passes, what is theirs to answer."""

import base64
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facturamos.devserver.children import Child
from facturamos.middleware import STRICT
from tests.rehearsal import servers
from tests.rehearsal.front import FILES, Front, Web
from tests.rehearsal.machines import HOST, Machines

PROXIES: dict[str, Callable[[Machines], Child]] = {"nginx": servers.nginx, "caddy": servers.caddy}
MEGABYTE = 1024 * 1024

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="port 443"),
    pytest.mark.xdist_group("proxies"),
]


@pytest.fixture(scope="module", params=PROXIES)
def running(request: pytest.FixtureRequest) -> Iterator[Front]:
    if shutil.which(request.param, path="/usr/sbin:/usr/bin") is None:
        pytest.skip(f"{request.param} is not installed: `make rehearsal` installs it")
    folder = Path(tempfile.mkdtemp(prefix="proxy-"))
    folder.chmod(0o755)
    machines = Machines(folder)
    child = PROXIES[request.param](machines)
    front = Front(request.param, machines, {name: Web(name) for name in FILES})
    yield front
    child.stop()
    for web in front.webs.values():
        web.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def front(running: Front) -> Front:
    stopped = [web for web in running.webs.values() if web.server is None]
    for web in stopped:
        web.start()
    time.sleep(5.5 if stopped else 0)  # until it is asked again
    for web in running.webs.values():
        web.asked.clear()
    return running


def _assert_hardened(headers: dict[str, str], page: str) -> None:
    """A page of the proxy's own is as strict as the site's; its style is let in by its hash."""
    [style] = re.findall("<style>(.*)</style>", page)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Strict-Transport-Security"] == "max-age=86400"
    # Their policy reports nothing.
    strict = {name: value for name, value in STRICT.items() if name != "Reporting-Endpoints"}
    assert strict == {name: headers.get(name) for name in strict}


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
    assert front.ask(FILES["app2"])[0] == 200


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


START = f"POST /x HTTP/1.1\r\nHost: {HOST}\r\n".encode()
CHUNKED = START + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"100000\r\n%b\r\n" % (MEGABYTE * b"x")


def _assert_both_webs_answer(front: Front) -> None:
    for web in front.webs.values():
        web.asked.clear()
    for number in range(4):
        for body in (None, b"a=b"):
            begun = time.monotonic()
            assert front.ask(f"/{number}", body=body)[0] == 200
            # Less than the five seconds for which a web is looked for.
            assert time.monotonic() - begun < 4
    assert all(web.asked for web in front.webs.values())


@pytest.mark.parametrize(
    "size", [6_900_000, 6_999_999, 7_000_000, 7_000_001, 7_200_000, 7_390_000, 8_000_000]
)
def test_a_body_arrives_whole_or_is_refused(front: Front, size: int) -> None:
    for digits in (f"{size}", f"00{size}"):
        for _ in front.webs:
            status, headers, page = front.say(
                b"%bContent-Length: %b\r\n\r\n%b" % (START, digits.encode(), size * b"x")
            )
            assert status in ((200,) if size < 7_000_000 else (200, 413))
            if status == 413:
                assert "El archivo es demasiado grande" in page
                _assert_hardened(headers, page)
    assert {got for web in front.webs.values() for _, _, got in web.asked} <= {size}
    _assert_both_webs_answer(front)


@pytest.mark.parametrize("path", ["/x", "/static/x", "/admin/onboarding/download/add/"])
def test_a_body_that_does_not_say_its_length_arrives_whole_or_is_refused(front: Front, path: str) -> None:
    begin = CHUNKED.replace(b"/x", path.encode())
    for _ in front.webs:
        status, headers, page = front.say(begin + 8 * CHUNK + b"0\r\n\r\n")
        expected = 411
        if front.name == "nginx":
            expected = {"/x": 413, "/static/x": 413}.get(path, 200)
        assert status == expected
        if status != 200:
            _assert_hardened(headers, page)
        with front.connect() as connection:
            connection.sendall(begin + CHUNK[:2000])
    assert {got for web in front.webs.values() for _, _, got in web.asked} <= {8 * MEGABYTE}
    _assert_both_webs_answer(front)


@pytest.mark.parametrize("path", ["/x", "/static/x", "/admin/onboarding/download/add/"])
def test_half_a_body_occupies_no_web_and_takes_none_out(front: Front, path: str) -> None:
    before = [web.begun for web in front.webs.values()]
    half = START.replace(b"/x", path.encode()) + b"Content-Length: 1000\r\n\r\nhalf"
    slow = [front.connect() for _ in range(4)]
    for connection in slow:
        connection.sendall(half)
    time.sleep(1)

    assert [web.begun for web in front.webs.values()] == before
    for connection in slow:
        connection.close()
    time.sleep(0.5)
    _assert_both_webs_answer(front)
    assert all(got in (0, 3) for web in front.webs.values() for _, _, got in web.asked)


# What nginx says to it, and Caddy. A 400 of Caddy's is in words of its own, which no setting reaches; what is
# only long it passes on.
NOT_UNDERSTOOD = {
    "no request": (b"no es HTTP\r\n\r\n", 400, 400),
    "no name": (b"GET / HTTP/1.1\r\n\r\n", 400, 400),
    "cookies": (b"GET / HTTP/1.1\r\nHost: %b\r\nCookie: a=%b\r\n\r\n", 400, 200),
    "address": (b"GET /%b HTTP/1.1\r\nHost: %b\r\n\r\n", 414, 200),
    "TRACE": (b"TRACE / HTTP/1.1\r\nHost: %b\r\n\r\n", 405, 411),
    "HTTP/3 as text": (b"GET / HTTP/3.0\r\nHost: %b\r\n\r\n", 505, 505),
}


@pytest.mark.parametrize("what", NOT_UNDERSTOOD)
def test_what_the_proxy_does_not_understand_is_answered_in_spanish(front: Front, what: str) -> None:
    data, nginx, caddy = NOT_UNDERSTOOD[what]
    data = data.replace(b"a=%b", b"a=" + 40_000 * b"x").replace(b"/%b", b"/" + 40_000 * b"x")

    status, headers, page = front.say(data.replace(b"%b", HOST.encode()))

    assert status == (nginx if front.name == "nginx" else caddy)
    if front.name == "nginx" or status == 411:
        assert "No se entendió lo que pidió el navegador" in page
        _assert_hardened(headers, page)
        assert not any(web.asked for web in front.webs.values())


def test_without_tls_one_is_sent_to_where_there_is_some(front: Front) -> None:
    get = f"GET /x HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    status, headers, _ = front.say(get, port=80, tls=False)
    assert (status, headers["Location"]) == (301, f"https://{HOST}/x")
    assert headers["X-Content-Type-Options"] == "nosniff"

    status, headers, page = front.say(get, tls=False)
    assert status == 400
    if front.name == "nginx":
        _assert_hardened(headers, page)


def test_caddy_does_not_answer_to_another_name(front: Front) -> None:
    get = b"GET /x HTTP/1.1\r\nHost: otro.example\r\n\r\n"

    # Nginx passes it on: the site refuses, with a page that says so.
    assert front.say(get)[0] == (200 if front.name == "nginx" else 0)
    status, headers, _ = front.say(get, port=80, tls=False)
    if front.name == "nginx":
        assert headers["Location"] == f"https://{HOST}/x"
    else:
        assert status == 0
