"""A real Chromium before the real product: web server, worker, database, mail."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect

from certificates.testing import CA
from tests.authority import known_ca
from tests.browser.letters import signs_letters
from tests.forks import Forks
from tests.mailing.faulty_servers import Authority
from tests.stack import Stack, running, wait_for

# Playwright's own loop runs in the test's thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# What comes sooner is seen sooner; a worker beside other tests takes longer than Playwright waits.
expect.set_options(timeout=20_000)


def launch_args() -> dict[str, object]:
    """Debian's Chromium, as root too, asking nobody on the network."""
    return {
        "executable_path": os.environ.get("CHROMIUM")
        or shutil.which("chromium-headless-shell")
        or shutil.which("chromium"),
        "args": [
            "--no-sandbox",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How the tests' browser is started."""
    return launch_args()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The certificate authority that the product trusts."""
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def servers(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> Iterator[Stack]:
    """The web server and the dev SMTP server, once for all tests: between requests they do nothing."""
    more = {"SSL_CERT_FILE": str(authority.root)}
    with running(tmp_path_factory.mktemp("stack"), worker=False, more=more) as stack:
        yield stack


@pytest.fixture
def site(transactional_db: None, servers: Stack) -> Iterator[Stack]:
    """The running product, for tests in which no worker has anything to do."""
    yield servers
    wait_for(nothing_runs)
    for mail in servers.mail_folder.iterdir():
        mail.unlink()


@pytest.fixture(scope="session")
def fiel_ca() -> CA:
    """Who issues e.firmas to the companies of these tests."""
    return known_ca()


@pytest.fixture(scope="session")
def letter_servers(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, fiel_ca: CA
) -> Iterator[Stack]:
    """A web server that knows that authority and a PAC."""
    folder = tmp_path_factory.mktemp("stack")
    stack = Stack(folder, more=signs_letters(folder, fiel_ca))
    try:
        stack.start_web()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def letter_site(transactional_db: None, letter_servers: Stack) -> Iterator[Stack]:
    """The same, for one test."""
    yield letter_servers
    wait_for(nothing_runs)


@pytest.fixture(scope="session")
def forks(servers: Stack) -> Iterator[Forks]:
    """Who starts the worker for each test."""
    forks = Forks(servers.environment)
    yield forks
    forks.stop()


@pytest.fixture
def stack(site: Stack, forks: Forks) -> Iterator[Stack]:
    """The running product with a worker, anew for each test.

    It ends before the test's rows are removed: what it wrote afterwards would be found by tests of another
    kind.
    """
    site.forks = forks
    log = site.folder / "worker.log"
    before = log.stat().st_size if log.exists() else 0
    site.start_worker()
    yield site
    site.kill("worker")
    # Shown of a test that failed: why nothing came of what it waited for.
    print(log.read_bytes()[before:].decode(errors="replace")[-4000:])


def nothing_runs() -> bool:
    """Whether no other process is in the middle of a statement or transaction on the test's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return bool(cursor.fetchone()[0] == 0)


@pytest.fixture
def console(context: BrowserContext) -> Iterator[list[str]]:
    """What the browser complained about; a test that uses it fails when that is not nothing."""
    said: list[str] = []

    def listen(page: Page) -> None:
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))

    context.on("page", listen)
    yield said
    assert said == []


@pytest.fixture
def shots() -> Path | None:
    """Where screenshots go when somebody wants to look: SHOTS=folder make test."""
    folder = os.environ.get("SHOTS")
    if folder is None:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)
