"""The whole product as processes of its own, on the test database: web server, worker with beat, mail.

What `make run` starts, for tests that walk the site in a browser or kill a worker.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

from tests.forks import Fork, Forks


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for[T](what: Callable[[], T], *, seconds: float = 60) -> T:
    """The first true value of `what`, asked for over and over; fails the test when there is none."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := what():
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain")


@dataclass
class Stack:
    """Running processes, and how to reach them."""

    folder: Path
    port: int = field(default_factory=free_port)
    mail_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes] | Fork] = field(default_factory=dict)
    # Added to the processes' environment.
    more: dict[str, str] = field(default_factory=dict)
    # Who starts the worker, where many tests do: without it, a Python that has to import everything.
    forks: Forks | None = None

    @property
    def url(self) -> str:
        """Where the site stands."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The development settings, on the test's own database and keys."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "facturamos.settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.CELERY_BROKER_URL,
            "SECRET_KEY": settings.SECRET_KEY,
            "FACTURAMOS_KEYS": ",".join(settings.FACTURAMOS_KEYS),
            "SAT_TEST_AUTHORITIES": ",".join(settings.SAT_TEST_AUTHORITIES),
            "SITE_URL": self.url,
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "MAIL_PORT": str(self.mail_port),
            "SMTP_ALLOWED_INTERNAL": ",".join(self._smtp_servers()),
            "DEMO_MAIL_DIR": str(self.mail_folder),
            # A letter is about one PAC: as the tests' own process has it.
            **{f"PAC_{name.upper()}": value for name, value in settings.PAC.items()},
            **self.more,
        }

    def _smtp_servers(self) -> list[str]:
        """What an issuer's settings may name on this machine: the dev SMTP server, and the usual ports."""
        return [f"127.0.0.1:{self.mail_port}", *(f"localhost:{port}" for port in (self.mail_port, 465, 587))]

    @property
    def mail_folder(self) -> Path:
        """Where the dev SMTP server keeps what was sent."""
        return self.folder / "mail"

    def start(self, name: str, *command: str) -> None:
        """Starts one process; its output goes to a file in the folder."""
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", *command],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()

    def start_worker(self) -> None:
        """A Celery worker with two children, and beat; what is queued meanwhile waits for it."""
        arguments = ["-A", "facturamos", "worker", "--concurrency", "2", "--beat"]
        if self.forks is None:
            self.start("worker", "celery", *arguments)
        else:
            self.processes["worker"] = self.forks.start(self.folder / "worker.log", *arguments)

    def start_people_worker(self) -> None:
        """The worker that serves only what a person waits for; beside it, the one of mailboxes."""
        if "mailboxes" not in self.processes:
            self.start_mailboxes_worker()
        options = ["--queues", "people", "--hostname", "people@%h", "--concurrency", "4"]
        self.start("people", "celery", "-A", "facturamos", "worker", *options)

    def start_mailboxes_worker(self) -> None:
        """The worker that waits for others' mail servers, in threads."""
        options = ["--queues", "mailboxes,people", "--hostname", "mailboxes@%h", "--pool", "threads"]
        self.start("mailboxes", "celery", "-A", "facturamos", "worker", *options, "--concurrency", "16")

    def start_mail(self) -> None:
        """The dev SMTP server."""
        self.mail_folder.mkdir(exist_ok=True)
        self.start(
            "mail",
            "facturamos.devserver.smtp_server",
            "--port",
            str(self.mail_port),
            "--folder",
            str(self.mail_folder),
        )
        wait_for(lambda: _listens(self.mail_port))

    def start_web(self) -> None:
        """The web server."""
        bind = f"127.0.0.1:{self.port}"
        self.start("web", "gunicorn", "--threads", "4", "--bind", bind, "facturamos.wsgi")
        wait_for(lambda: _healthy(self.url))

    def kill(self, name: str) -> None:
        """kill -9 for a process and all its children."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Ends every process."""
        for name in list(self.processes):
            self.kill(name)

    def mails(self) -> list[EmailMessage]:
        """The mails that were sent, oldest first."""
        files = sorted(self.mail_folder.glob("*.eml"))
        return [_parse(file.read_bytes()) for file in files]


def _parse(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default_policy)
    assert isinstance(message, EmailMessage)
    return message


def database_url() -> str:
    """Where a process of its own finds the test's database."""
    parts = connection.settings_dict
    host = parts.get("HOST") or parts["OPTIONS"].get("host", "")
    user, name = quote(parts["USER"]), parts["NAME"]
    if str(host).startswith("/"):
        return f"postgresql://{user}:@/{name}?host={host}"
    return f"postgresql://{user}:{quote(parts['PASSWORD'])}@{host}:{parts['PORT']}/{name}"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _healthy(url: str) -> bool:
    try:
        with urlopen(f"{url}/salud/listo/", timeout=2) as response:  # noqa: S310
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def running(
    folder: Path, *, web: bool = True, worker: bool = True, more: dict[str, str] | None = None
) -> Iterator[Stack]:
    """Everything started, and stopped at the end."""
    stack = Stack(folder, more=more or {})
    try:
        stack.start_mail()
        if worker:
            stack.start_worker()
        if web:
            stack.start_web()
        yield stack
    finally:
        stack.stop()
