"""From one release to the next while people work: the former code on new tables, the new code on former ones.

The former release is the newest tag `v*` where there is one; besides, and always, a made-up next release is
tried: a copy of this tree whose companies have one more column, audit and triggers included.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from facturamos.backup import dump
from tests.authority import known_ca
from tests.conftest import PASSWORD
from tests.http_tab import HttpTab
from tests.onboarding.answers import ANSWERS, csd_files
from tests.stack import free_port, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
RFC, NAME = "PNA190312AB1", "PANADERÍA LA ÑAPA"
NEW_COLUMN = (
    '    phone = models.CharField("teléfono", max_length=40, blank=True)\n',
    '    nickname = models.CharField("apodo", max_length=50, blank=True, default="", db_default="")\n',
)
# Run by the former release's code, on its own tables.
PEOPLE = """
import django
django.setup()
from companies.models import PrivacyNotice
from tests.catalogue import load_piece
from tests.conftest import make_distributor, make_issuer
load_piece()
PrivacyNotice(version="1", text="Cuidamos sus datos.").publish()
for number in (1, 2):
    distributor = make_distributor(f"Distribuidora {number}")
    make_issuer(distributor, name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username=f"panaderia{number}")
"""
# A mail that reads a company, and what became of it.
MAIL = """
import django
django.setup()
from companies.models import User
from mailing import outbox
issuer = User.objects.get(username="panaderia1")
outbox.post("companies.password_reset", to="a@example.com", about=str(issuer.pk))
"""
MAIL_IS_WELL = """
import django
django.setup()
from mailing.models import Message
for message in Message.objects.all():
    assert (message.state, message.crashes, message.faulty_since) == ("done", 0, None), message.last_error
"""
WORKER = ("celery", "-A", "facturamos", "worker", "--concurrency", "1", "--loglevel", "ERROR", "--beat")
# Of the folder of the project.
NOT_CODE = (".*", "var", "docs", "staticfiles", "node_modules", "__pycache__")


def newest_tag() -> str:
    """The last release; empty where there is none, or no history."""
    if not (ROOT / ".git").exists():
        return ""
    command = ["git", "tag", "--list", "v*", "--sort=-version:refname"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return told.partition("\n")[0]


@dataclass
class Release:
    """A tree of code, and what runs of it."""

    tree: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    def run(self, *command: str) -> None:
        """Runs Python to its end; fails with what it said."""
        done = self._done(*command)
        assert done.returncode == 0, done.stderr[-2000:]

    def succeeds(self, *command: str) -> bool:
        """Whether Python comes to its end."""
        return self._done(*command).returncode == 0

    def _done(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603
            [sys.executable, *command],
            cwd=self.tree,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def log(self) -> Path:
        """What its processes say."""
        return Path(self.environment["LOGS"]) / f"{self.tree.name}.log"

    def start(self, *command: str) -> None:
        """Starts a process that stays."""
        with self.log.open("ab") as log:
            self.processes.append(
                subprocess.Popen(  # noqa: S603
                    [sys.executable, "-m", *command],
                    cwd=self.tree,
                    env=self.environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )

    def start_web(self) -> None:
        """The web server, answering."""
        self.start("gunicorn", "--threads", "2", "--bind", f"127.0.0.1:{self.port}", "facturamos.wsgi")
        wait_for(lambda: self.status("vivo") == 200)

    def status(self, question: str) -> int:
        """What an orchestrator is told; 0 while nobody listens."""
        return HttpTab(port=self.port).status(f"/salud/{question}/")

    def stop(self) -> None:
        """Ends all its processes."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()
        self.processes.clear()


def _copy(tree: Path) -> None:
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*NOT_CODE))


def _extract(tag: str, tree: Path) -> None:
    command = ["git", "archive", tag]
    packed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603
    with tarfile.open(fileobj=BytesIO(packed)) as tar:
        tar.extractall(tree, filter="data")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The development settings, on an empty database and folder."""
    name = "facturamos_upgrade"
    dump.drop(name)
    where = dump.create(name)
    media = tmp_path / "media"
    media.mkdir()
    yield os.environ | {
        "DJANGO_SETTINGS_MODULE": "facturamos.settings",
        "DATABASE_URL": f"postgresql://{where['user']}@/{name}?host={where['host']}",
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "FACTURAMOS_KEYS": ",".join(settings.FACTURAMOS_KEYS),
        "FACTURAMOS_VAR": str(tmp_path / "var"),
        "SAT_TEST_AUTHORITIES": ",".join(settings.SAT_TEST_AUTHORITIES),
        "MEDIA_ROOT": str(media),
        "LOGS": str(tmp_path),
        "MAIL_PORT": str(free_port()),
        **{f"PAC_{name.upper()}": value for name, value in settings.PAC.items()},
    }
    dump.drop(name)


@pytest.fixture(params=["made up", "last tag"])
def releases(
    request: pytest.FixtureRequest, tmp_path: Path, environment: dict[str, str]
) -> Iterator[tuple[Release, Release]]:
    """The former release, and the one that comes after it."""
    if request.param == "last tag":
        if not (tag := newest_tag()):
            pytest.skip("nothing was released yet: there is no tag v*")
        former, coming = Release(tmp_path / "former", environment), Release(ROOT, environment)
        _extract(tag, former.tree)
    else:
        former, coming = Release(ROOT, environment), Release(tmp_path / "coming", environment)
        _copy(coming.tree)
        model = coming.tree / "companies" / "models" / "company.py"
        before = model.read_text()
        model.write_text(before.replace(NEW_COLUMN[0], "".join(NEW_COLUMN)))
        assert model.read_text() != before
    yield former, coming
    for release in (former, coming):
        release.stop()


def answers(slug: str, username: str) -> dict[str, object]:
    """What the issuer types; the CSD is the company's."""
    if slug == "sellos":
        return csd_files(known_ca().issue(rfc=RFC, name=NAME))
    given = ANSWERS[slug]()
    return given | ({"current_password": PASSWORD, "username": username} if slug == "usuario" else {})


def test_both_work_on_the_new_tables_and_the_new_waits_for_them(
    releases: tuple[Release, Release],
) -> None:
    former, coming = releases
    former.run("manage.py", "migrate", "--verbosity", "0")
    former.run("-c", PEOPLE)
    mails = Path(former.environment["LOGS"]) / "mails"
    mails.mkdir()
    former.start(
        "facturamos.devserver.smtp_server", "--port", former.environment["MAIL_PORT"], "--folder", str(mails)
    )
    former.start_web()
    former.start(*WORKER)
    slugs = [*ANSWERS]
    slugs.insert(slugs.index("correo"), "sellos")
    first = HttpTab(port=former.port)
    first.sign_in("panaderia1", PASSWORD)
    for slug in slugs[:4]:
        first.submit(slug, answers(slug, "panaderia1"))

    # New code on the former tables gets no visitors.
    if coming.tree != ROOT:
        coming.run("manage.py", "makemigrations", "--verbosity", "0")
    coming.start_web()
    if coming.tree != ROOT:
        assert coming.status("listo") == 503
        # Nor does its worker, which alone is there for a moment, give up what it cannot do yet.
        worker = former.processes.pop()
        worker.terminate()
        worker.wait()
        former.run("-c", MAIL)
        coming.start(*WORKER)
        wait_for(lambda: "(tables of another release: ProgrammingError)" in coming.log.read_text())
        former.start(*WORKER)
    coming.run("manage.py", "migrate", "--verbosity", "0")
    wait_for(lambda: coming.status("listo") == 200, seconds=20)

    # The former code goes on where it was, on the new tables; the new code beside it, from the beginning.
    for slug in slugs[4:]:
        first.submit(slug, answers(slug, "panaderia1"))
    second = HttpTab(port=coming.port)
    second.sign_in("panaderia2", PASSWORD)
    for slug in slugs:
        second.submit(slug, answers(slug, "panaderia2"))

    wait_for(lambda: former.succeeds("-c", MAIL_IS_WELL))

    # Back to the former code: it starts on tables of the new one, and reads what that has written.
    former.stop()
    former.start_web()
    wait_for(lambda: former.status("listo") == 200, seconds=20)
    again = HttpTab(port=former.port)
    again.cookies = second.cookies
    assert again.get("/configuracion/").status == 200
