"""A web server as the image starts it, and strangers who would spend it: what its health check and its memory
do meanwhile.

Others may use the machine: each figure tells the load average it was taken at.
"""

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from django.core.management import call_command
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from benchmarks.figures import Figure, sized
from benchmarks.onboarding import notice
from certificates.models import CsdValidation
from companies.limits import CSD_UPLOADS
from companies.models import Logo, User
from tests.authority import known_ca
from tests.catalogue import load_piece
from tests.companies import pictures
from tests.conftest import make_distributor, make_issuer
from tests.onboarding.answers import ANSWERS, csd_files, logo
from tests.onboarding.browser import Tab
from tests.process_memory import children, proportional
from tests.stack import free_port, wait_for

# Of twelve megapixels, as a telephone takes it.
PHOTOGRAPH = (4000, 3000)
CSRF = "c" * 32
# What the image tells the C library.
DOCKERFILE = Path(__file__).parent.parent / "Dockerfile"
ALLOCATOR = dict(re.findall(r"(MALLOC_\w+)=(\d+)", DOCKERFILE.read_text()))


@dataclass(frozen=True)
class Answer:
    """One request's status, 0 for none, how long it took, and what came."""

    status: int
    seconds: float
    body: str = ""


@dataclass
class Web:
    """gunicorn with two processes of eight threads, and what it is asked."""

    port: int = field(default_factory=free_port)

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own."""
        connection, begun = HTTPConnection("127.0.0.1", self.port, timeout=120), time.monotonic()
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            came = connection.getresponse()
            return Answer(came.status, time.monotonic() - begun, came.read().decode(errors="replace"))
        except (OSError, HTTPException):
            return Answer(0, time.monotonic() - begun)
        finally:
            connection.close()

    def sign_in(self, name: str, address: str) -> Answer:
        """A wrong guess from an address."""
        values = {"username": name, "password": f"mala-{name}", "csrfmiddlewaretoken": CSRF}
        headers = {"Cookie": f"csrf={CSRF}", "X-Forwarded-For": address}
        kind = "application/x-www-form-urlencoded"
        return self.ask("/entrar/", urlencode(values).encode(), **{"Content-Type": kind}, **headers)


@contextmanager
def serving() -> Iterator[tuple[Web, int]]:
    """The server and its first process, warm."""
    web = Web()
    options = [f"--bind=127.0.0.1:{web.port}", "--worker-class=gthread", "--workers=2", "--threads=8"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "TRUSTED_PROXIES": "1"}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "gunicorn", "facturamos.wsgi", *options, "--no-control-socket"],
            env=environment | ALLOCATOR,
            stderr=log,
        )
        try:
            wait_for(lambda: web.ask("/salud/vivo/").status == 200)
            for number in range(24):
                web.sign_in(f"antes{number}", f"198.51.100.{number}")
            yield web, server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


@dataclass
class Watch:
    """What is looked at while a storm lasts."""

    web: Web
    pid: int
    health: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0

    def during(self, jobs: list[Callable[[], Answer]], connections: int) -> "Watch":
        """Does them all, so many at once."""
        over = threading.Event()
        self.megabytes.append(memory(self.pid))
        watchers = [threading.Thread(target=look, args=(over,)) for look in (self._healthy, self._measure)]
        for watcher in watchers:
            watcher.start()
        begun = time.monotonic()
        with ThreadPoolExecutor(connections) as pool:
            self.answers = [each.result() for each in [pool.submit(job) for job in jobs]]
        self.seconds = time.monotonic() - begun
        over.set()
        for watcher in watchers:
            watcher.join()
        return self

    def _healthy(self, over: threading.Event) -> None:
        while not over.wait(0.05):
            self.health.append(self.web.ask("/salud/vivo/").seconds)

    def _measure(self, over: threading.Event) -> None:
        while not over.wait(0.1):
            self.megabytes.append(memory(self.pid))

    def figures(self, name: str) -> Iterator[Figure]:
        """The two marks, with what explains them."""
        statuses = Counter(answer.status for answer in self.answers)
        details = {
            "load": round(os.getloadavg()[0], 1),
            "answers": {str(status): number for status, number in sorted(statuses.items())},
            "seconds": round(self.seconds, 1),
            "median_seconds": round(statistics.median(answer.seconds for answer in self.answers), 2),
        }
        slowest = round(max(self.health, default=0.0), 2)
        more = round(max(self.megabytes) - self.megabytes[0], 1)
        yield Figure(
            f"{name}: /salud/vivo/, slowest", slowest, "s", at_most=1, details=details, compared=False
        )
        yield Figure(f"{name}: more memory", more, "MB", at_most=150)
        yield Figure(f"{name}: no answer, or a raw failure", statuses[0] + statuses[500], "", at_most=0)


def memory(pid: int) -> float:
    """Megabytes of the server and the processes that answer, without those of hostile files."""
    return proportional(pid, *children(pid))


def run() -> Iterator[Figure]:
    """Yields the figures of five storms, one after the other on the same server."""
    call_command("migrate", verbosity=0)
    load_piece()
    notice()
    with serving() as (web, pid):
        for name, jobs, connections in storms(web):
            yield from Watch(web, pid).during(jobs, connections).figures(name)
        yield from _uploads(web, pid)


type Storm = tuple[str, list[Callable[[], Answer]], int]


def storms(web: Web) -> Iterator[Storm]:
    """What strangers can do without an account."""
    many, spray, guesses = sized(200, 12), sized(60, 6), sized(120, 12)

    def guess(name: str, address: str) -> Callable[[], Answer]:
        return lambda: web.sign_in(name, address)

    yield (
        "200 wrong sign-ins over 100 connections",
        [guess(f"u{n}", f"198.18.0.{n}") for n in range(many)],
        sized(100, 6),
    )
    yield "60 users, one address", [guess(f"v{n}", "203.0.113.9") for n in range(spray)], sized(30, 3)
    yield (
        "120 guesses at one user from 30 addresses",
        [guess("una", f"198.19.0.{n % 30}") for n in range(guesses)],
        sized(30, 3),
    )


def _uploads(web: Web, pid: int) -> Iterator[Figure]:
    """What issuers can do: a photograph each, and all the pairs that one can send."""
    distributor = make_distributor("Distribuidora de la Tormenta")
    photograph = pictures.jpeg(PHOTOGRAPH, quality=60)
    tabs = [tab_of(distributor, number) for number in range(sized(16, 2) + 1)]
    jobs = [sending(web, tab, "logotipo", {"image": logo(content=photograph)}) for tab in tabs[1:]]
    watch = Watch(web, pid).during(jobs, len(jobs))
    yield from watch.figures("16 photographs at once")
    blamed = sum("a tiempo" in answer.body for answer in watch.answers)
    details = {"logos_kept": Logo.objects.count()}
    yield Figure(
        "16 photographs at once: told that the file is at fault", blamed, "", at_most=0, details=details
    )

    authority = known_ca()
    pairs = [authority.issue(rfc=_rfc(0), name=_name(0)) for _ in range(sized(60, 3))]
    watch = Watch(web, pid)
    # All from one page: while a pair is looked at, the page asks for no other.
    page = tabs[0].open("sellos")
    for pair in pairs:
        send = sending(web, tabs[0], "sellos", csd_files(pair), page)
        watch.answers.append(Watch(web, pid).during([send], 1).answers[0])
    rows = CsdValidation.objects.filter(csd__company__rfc=_rfc(0)).count()
    answers: dict[str, object] = {"answers": Counter(str(answer.status) for answer in watch.answers)}
    yield Figure("60 CSD of one company: rows of work", rows, "", at_most=CSD_UPLOADS.most, details=answers)


def _rfc(number: int) -> str:
    return f"TOR1903{number % 28 + 1:02}AB1"


def _name(number: int) -> str:
    return f"TORMENTA {'ABCDEFGHIJKLMNOPQRST'[number]}"


def tab_of(distributor: User, number: int) -> Tab:
    """A new issuer's tab, who has accepted the notice."""
    issuer = make_issuer(distributor, name=_name(number), rfc=_rfc(number), username=f"tormenta{number}")
    client = Client()
    client.force_login(issuer, backend="companies.accounts.auth.Backend")
    tab = Tab(client)
    tab.submit("aviso-de-privacidad", ANSWERS["aviso-de-privacidad"]())
    return tab


def sending(
    web: Web, tab: Tab, slug: str, answers: dict[str, object], page: dict[str, str] | None = None
) -> Callable[[], Answer]:
    """What the page of a step would send: the one that was opened before, or one that is opened now."""
    named = {f"{slug}-{name}": value for name, value in answers.items()}
    body = encode_multipart(BOUNDARY, (page or tab.open(slug)) | named | {"csrfmiddlewaretoken": CSRF})
    cookie = f"csrf={CSRF}; sesion={tab.client.cookies['sesion'].value}"
    path = f"/configuracion/{slug}/"
    return lambda: web.ask(path, body, **{"Content-Type": MULTIPART_CONTENT, "Cookie": cookie})
