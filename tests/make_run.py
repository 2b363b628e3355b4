"""`make run` as processes: starts it, reads its terminal, finds what it left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

import psycopg2
from celery import Celery
from dotenv import dotenv_values

from tests.stack import free_port, wait_for

BASE_DIR = Path(__file__).resolve().parent.parent
READY = "Ctrl-C detiene todo"


@dataclass
class Run:
    """One start, and what the terminal shows of it."""

    var: Path
    screen: Path
    port: int = field(default_factory=free_port)
    seconds: float = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def terminal(self) -> str:
        """All that was printed so far."""
        return self.screen.read_text()

    def start(self) -> None:
        """Returns once the product is ready."""
        began = time.monotonic()
        self.process = launch(self.var, self.port, self.screen)
        while READY not in self.terminal:
            assert self.process.poll() is None, self.terminal
            time.sleep(0.02)
        self.seconds = time.monotonic() - began

    def end(self, number: signal.Signals) -> int:
        """Sends a signal; returns the exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)


def launch(var: Path, port: object, screen: Path) -> "subprocess.Popen[bytes]":
    """`make run`, without the servers of the tests."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    }
    with screen.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "facturamos.devserver", "run"],
            cwd=BASE_DIR,
            env=environment | {"FACTURAMOS_VAR": str(var), "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def refused(var: Path, port: object, screen: Path) -> str:
    """What the terminal shows of a start that is refused."""
    process = launch(var, port, screen)
    assert process.wait(20) == 1
    return screen.read_text()


def processes_of(var: Path) -> dict[int, str]:
    """The processes that were started for `var`, oldest first: what each calls itself, and its command."""
    mark = f"FACTURAMOS_VAR={var}".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            if mark in (process / "environ").read_bytes().split(b"\0"):
                name = (process / "comm").read_text().strip()
                found[int(process.name)] = f"{name}: {(process / 'cmdline').read_text()}"
    return dict(sorted(found.items()))


def wait_until_gone(var: Path) -> None:
    """Returns once no process is left; fails the test with those that stay."""
    with suppress(AssertionError):  # it could only tell that something stays
        wait_for(lambda: not processes_of(var), seconds=15)
    assert not processes_of(var)


def keep_the_worker_busy(var: Path) -> None:
    """Queues more work than the worker can do in a moment."""
    with Celery(broker=dotenv_values(var / "local.env")["REDIS_URL"], set_as_current=False) as app:
        for _ in range(60):
            app.send_task("facturamos.jobs.sweep")


def web_server_of(var: Path) -> int:
    """gunicorn's own process, older than those it forks."""
    return next(pid for pid, command in processes_of(var).items() if command.startswith("web: "))


def accounts_in(var: Path) -> list[dict[str, str]]:
    accounts: list[dict[str, str]] = json.loads((var / "demo" / "cuentas.json").read_text())
    return accounts


def mails_in(var: Path) -> list[bytes]:
    return [file.read_bytes() for file in (var / "demo" / "correo").glob("*.eml")]


def subjects_in(var: Path) -> list[str]:
    """What the mails in the dev inbox are about, in no order of time."""
    return sorted(str(message_from_bytes(mail, policy=default)["Subject"]) for mail in mails_in(var))


def expire_temporary_passwords(var: Path) -> None:
    """Lets 72 hours pass, for the running product's database."""
    url = dotenv_values(var / "local.env")["DATABASE_URL"]
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE companies_user SET temporary_password_until = now() - interval '1 hour'"
            " WHERE password_is_temporary"
        )


def sign_in(port: int, account: dict[str, str]) -> str:
    """Where the sign-in page sends this account."""
    browser: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
    url = f"http://localhost:{port}/entrar/"
    page = browser.open(url, timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    data = {
        "csrfmiddlewaretoken": token[1],
        "username": account["usuario"],
        "password": account["contrasena"],
    }
    return str(browser.open(url, urlencode(data).encode(), timeout=20).url)


def healthy(port: int) -> bool:
    try:
        return bool(urlopen(f"http://localhost:{port}/salud/listo/", timeout=5).status == 200)
    except (URLError, OSError):
        return False
