"""The site's own processes on two machines, as Dockerfile and docker-compose.yml start them."""

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import yaml

from facturamos.devserver.children import Child
from tests.rehearsal.machines import ADDRESSES, HOST, Machines

ROOT = Path(__file__).resolve().parents[2]
RING = "t1:b25seSBmb3IgdGhlIHRlc3RzIG9mIHRoaXMgc2l0ZSE="
# Who is told when something is wrong.
GUARD = "guardia@example.com"
# Longer than anything under way may take.
GRACE = 40


@dataclass(frozen=True)
class Release:
    """One version of the site: its code, and where its static files are collected."""

    code: Path
    static: Path


def last_release(folder: Path, commit: str) -> Release:
    """The code of `commit`. Where that is the present one, a style sheet and a script get another hash."""
    code = folder / "code"
    code.mkdir(parents=True)
    archive = subprocess.run(  # noqa: S603
        ["git", "-C", str(ROOT), "archive", commit],  # noqa: S607
        capture_output=True,
        check=True,
    )
    subprocess.run(["tar", "-x", "-C", str(code)], input=archive.stdout, check=True)  # noqa: S603, S607
    for file in (*code.glob("static/css/*.css"), *code.glob("static/js/*.js")):
        file.write_text(file.read_text(encoding="utf-8") + "\n/* the last release */\n", encoding="utf-8")
    return Release(code, folder / "static")


def present(folder: Path) -> Release:
    """The code that is being worked on."""
    return Release(ROOT, folder / "static")


@dataclass
class Site:
    """Which processes run where, and of which release."""

    machines: Machines
    # By the other documented way: one Valkey over TLS, no PgBouncer.
    single: bool = False
    running: dict[str, Child] = field(default_factory=dict)
    # How many seconds each process took from being asked to stop until it was gone.
    stopped: dict[str, float] = field(default_factory=dict)

    def environment(self, machine: str, release: Release) -> dict[str, str]:
        """What docs/production/site.env says, and what one machine alone needs, too."""
        self.machines.trust(machine)
        files = ("site.env", "single.env") if self.single else ("site.env",)
        lines = [line for name in files for line in self.machines.text(name, machine).splitlines()]
        named = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        return named | {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "DJANGO_SETTINGS_MODULE": "facturamos.settings",
            "FACTURAMOS_ENV": "production",
            "SECRET_KEY": "of-more-than-fifty-different-characters-0123456789-abcdefghij",
            "FACTURAMOS_KEYS": RING,
            "MAIL_HOST": ADDRESSES["mail"],
            "MAIL_PORT": "2525",
            "MAIL_SECURITY": "none",
            "ALERT_EMAIL": GUARD,
            "STATIC_ROOT": str(release.static),
            "SAT_AUTHORITIES": str(ROOT / "tests" / "authority" / "ac_de_pruebas.cer"),
            "PROMETHEUS_MULTIPROC_DIR": str(self.machines.root(machine) / "metrics"),
            "MALLOC_ARENA_MAX": "2",
        }

    def manage(self, release: Release, *arguments: str) -> str:
        """A command on app1; returns what it prints."""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *arguments],
            cwd=release.code,
            env=self.environment("app1", release),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def collect(self, release: Release) -> None:
        """What the image does when it is built."""
        self.manage(release, "collectstatic", "--noinput", "--verbosity", "0")

    def start(self, machine: str, name: str, release: Release, *, wait: bool = True) -> Child:
        """One process; the web is ready when it can serve pages."""
        command = _command(name, machine)
        variables = [f"{key}={value}" for key, value in self.environment(machine, release).items()]
        full = ["env", "-i", "-C", str(release.code), *variables, sys.executable, "-m", *command]
        key = f"{machine}-{name}"
        ready = (lambda: is_ready(machine)) if name == "web" else (lambda: True)
        child = Child(key, full, log=self.machines.folder / "logs" / f"{key}.log", ready=ready)
        child.start()
        self.running[key] = child
        if wait:
            child.wait_until_ready(240)
        return child

    def replace(self, machine: str, name: str, release: Release) -> None:
        """Stops a process as an orchestrator does, and starts the same one of another release."""
        begun, key = time.monotonic(), f"{machine}-{name}"
        self.running.pop(key).stop(GRACE)
        self.stopped[key] = time.monotonic() - begun
        self.start(machine, name, release)

    def stop(self) -> None:
        """Ends them all."""
        for child in self.running.values():
            child.ask_to_stop()
        for child in self.running.values():
            child.stop(15)


def _command(name: str, machine: str) -> list[str]:
    """What the image and the compose file run, on the machine's own address and name."""
    if name == "web":
        line = next(row for row in (ROOT / "Dockerfile").read_text().splitlines() if row.startswith("CMD"))
        return [part.replace("0.0.0.0", ADDRESSES[machine]) for part in json.loads(line[4:])]  # noqa: S104
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    parts = [part.replace("%h", machine) for part in services[name]["command"]]
    return parts + ([] if name == "beat" else _named(name, machine))


def _named(name: str, machine: str) -> list[str]:
    """On one machine of the compose file a worker's host name is its container's."""
    return [] if name in ("people", "mailboxes") else [f"--hostname=celery@{machine}"]


def is_ready(machine: str) -> bool:
    """What a load balancer asks."""
    request = Request(f"http://{ADDRESSES[machine]}:8000/salud/listo/", headers={"Host": HOST})
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def clear(folder: Path) -> None:
    """Removes what a rehearsal left."""
    shutil.rmtree(folder, ignore_errors=True)
