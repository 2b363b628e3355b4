"""A real Chromium before the real product: web server, worker, database, mail."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.mailing.zoo import Authority
from tests.stack import Stack, running

# Playwright's own loop runs in the test's thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium, as root too, asking nobody on the network."""
    return {
        "executable_path": os.environ.get("CHROMIUM") or shutil.which("chromium"),
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
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The certificate authority that the product trusts."""
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def stack(
    transactional_db: None, tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> Iterator[Stack]:
    """The running product, anew for each test.

    Its processes end before the test's rows are removed: a worker at work would meet the TRUNCATE in a
    deadlock, and what it wrote afterwards would be found by tests of another kind.
    """
    with running(tmp_path_factory.mktemp("stack"), more={"SSL_CERT_FILE": str(authority.root)}) as stack:
        yield stack


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
