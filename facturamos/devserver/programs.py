"""The programs of `make run`: the same commands as in production, with this machine's measures."""

import signal
import socket
import sys
from contextlib import closing, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from facturamos.devserver.children import Child
from facturamos.devserver.servers import answers


def fresh_logs(folder: Path) -> Path:
    """The folder of logs, where those of the last start are put aside."""
    folder.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))
    return folder


def addresses() -> list[tuple[socket.AddressFamily, str]]:
    """What «localhost» may mean to a browser here: IPv4's loopback, and IPv6's where there is one."""
    found = [(socket.AF_INET, "127.0.0.1")]
    with suppress(OSError), closing(socket.socket(socket.AF_INET6)) as probe:
        probe.bind(("::1", 0))
        found.append((socket.AF_INET6, "::1"))
    return found


def _manage(logs: Path, *arguments: str) -> Child:
    command = [sys.executable, "manage.py", *arguments]
    return Child(arguments[0], command, log=logs / f"{arguments[0]}.log", forks=True)


def migrate(logs: Path) -> Child:
    """Brings the tables up to date."""
    return _manage(logs, "migrate", "--verbosity", "0")


def load_catalogues(logs: Path) -> Child:
    """The SAT's catalogues, where they are not there or have become newer."""
    return _manage(logs, "load_sat_catalogs", "--if-newer")


def seed(logs: Path) -> Child:
    """Writes the demo data that is not there yet; the worker sends the first credentials meanwhile."""
    return _manage(logs, "seed_demo")


def smtp_server(logs: Path, port: int, mails: Path) -> Child:
    """Takes every mail of the site and keeps it for /demo/correo/."""
    module = "facturamos.devserver.smtp_server"
    return Child(
        "smtp",
        [sys.executable, "-m", module, "--port", str(port), "--folder", str(mails)],
        log=logs / "smtp.log",
        forks=True,
        ready=lambda: answers(port),
    )


def validator(logs: Path, port: int, authority: Path) -> Child:
    """Answers in the place of the SAT's validator of constancias."""
    command = [sys.executable, "-m", "facturamos.devserver.validator", "--port", str(port)]
    return Child(
        "validator",
        [*command, "--authority", str(authority)],
        log=logs / "validator.log",
        forks=True,
        ready=lambda: answers(port),
    )


def pacs(logs: Path, port: int, authority: Path) -> Child:
    """Answers in the place of the PACs that letters are sent to."""
    command = [sys.executable, "-m", "facturamos.devserver.pacs", "--port", str(port)]
    return Child(
        "pacs",
        [*command, "--authority", str(authority)],
        log=logs / "pacs.log",
        forks=True,
        ready=lambda: answers(port),
    )


def oauth(logs: Path, ports: tuple[int, int], authority: Path, mails: Path) -> Child:
    """Answers in the place of Google and Microsoft; what is sent by them lands in the dev inbox."""
    port, pages_port = ports
    command = [sys.executable, "-m", "facturamos.devserver.oauth", "--port", str(port)]
    options = ["--pages-port", str(pages_port), "--authority", str(authority), "--folder", str(mails)]
    return Child(
        "oauth",
        [*command, *options],
        log=logs / "oauth.log",
        forks=True,
        ready=lambda: answers(pages_port),
    )


def _celery(
    logs: Path, command: str, *options: str, called: str = "", orphaned_with: signal.Signals | None = None
) -> Child:
    name = called or command
    return Child(
        name,
        [sys.executable, "-m", "celery", "--app=facturamos", command, "--loglevel=WARNING", *options],
        log=logs / f"{name}.log",
        forks=True,
        orphaned_with=orphaned_with,
    )


def worker(logs: Path) -> Child:
    """Celery. Alone with its broker, it need not look for others.

    As an orphan it is killed: the broker ends at the same moment, and a Celery without one may wait
    forever for a task to tell its result. Its own children end when they hear nothing more from it.
    """
    options = ["--concurrency=2", "--without-gossip", "--without-mingle"]
    return _celery(logs, "worker", *options, orphaned_with=signal.SIGKILL)


def people_worker(logs: Path) -> Child:
    """Celery for what a person waits for, and nothing else (facturamos/jobs/lanes.py)."""
    options = ["--queues=people", "--hostname=people@%h", "--concurrency=2"]
    lonely = ["--without-gossip", "--without-mingle"]
    return _celery(logs, "worker", *options, *lonely, called="people", orphaned_with=signal.SIGKILL)


def mailboxes_worker(logs: Path) -> Child:
    """Celery that waits for others' mail servers, in threads; it also helps the one above."""
    options = ["--queues=mailboxes,people", "--hostname=mailboxes@%h", "--pool=threads", "--concurrency=16"]
    lonely = ["--without-gossip", "--without-mingle"]
    return _celery(logs, "worker", *options, *lonely, called="mailboxes", orphaned_with=signal.SIGKILL)


def beat(logs: Path) -> Child:
    """Celery's clock; not inside the worker, where it would outlive a worker that is killed."""
    return _celery(logs, "beat", "--pidfile=")


def web(logs: Path, port: int) -> Child:
    """The web server, on every address that «localhost» may mean."""
    binds = [
        f"--bind=[{address}]:{port}" if family == socket.AF_INET6 else f"--bind={address}:{port}"
        for family, address in addresses()
    ]
    options = ["--worker-class=gthread", "--threads=8", "--graceful-timeout=3", "--log-level=warning"]
    return Child(
        "web",
        [
            sys.executable,
            "-m",
            "gunicorn",
            *binds,
            *options,
            "--no-control-socket",
            "facturamos.wsgi",
        ],
        log=logs / "web.log",
        forks=True,
        ready=lambda: _healthy(port),
    )


def _healthy(port: int) -> bool:
    with (
        suppress(URLError, OSError),
        urlopen(f"http://127.0.0.1:{port}/salud/listo/", timeout=5) as answer,
    ):
        return bool(answer.status == 200)
    return False
