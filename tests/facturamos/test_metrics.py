"""The numbers of several processes are one sum, whichever is asked; promtool and Prometheus read them."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.stack import Stack, free_port, wait_for

TOKEN = "una-ficha-de-prueba-larga"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A web server of two processes."""
    more = {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
        "METRICS_TOKEN": TOKEN,
        "WEB_CONCURRENCY": "2",
    }
    stack = Stack(tmp_path, more=more)
    (tmp_path / "metrics").mkdir()
    try:
        stack.start_web()
        yield stack
    finally:
        stack.stop()


def scraped(stack: Stack) -> str:
    request = Request(f"{stack.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310
    with urlopen(request, timeout=10) as answer:  # noqa: S310
        return str(answer.read().decode())


def pages(text: str) -> int:
    """How many times `/salud/vivo/` was answered, by all processes."""
    found = re.findall(r'^facturamos_requests_total\{[^}]*view="salud_vivo"[^}]*\} (\S+)', text, re.M)
    return int(sum(map(float, found)))


def test_several_processes_are_one_sum(stack: Stack) -> None:
    for _ in range(40):
        urlopen(f"{stack.url}/salud/vivo/", timeout=10).close()  # noqa: S310

    assert {pages(scraped(stack)) for _ in range(6)} == {40}


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not there (Debian: prometheus)")
def test_promtool_finds_nothing_to_say(stack: Stack) -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"],  # noqa: S607
        input=scraped(stack),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("prometheus"), reason="Prometheus is not there (Debian: prometheus)")
def test_prometheus_scrapes_it(stack: Stack, tmp_path: Path) -> None:
    port = free_port()
    config = tmp_path / "prometheus.yml"
    config.write_text(f"""
scrape_configs:
  - job_name: facturamos
    scrape_interval: 1s
    authorization: {{credentials: {TOKEN}}}
    static_configs: [{{targets: ["localhost:{stack.port}"]}}]
""")
    options = [
        f"--config.file={config}",
        f"--storage.tsdb.path={tmp_path}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    server = subprocess.Popen(["prometheus", *options], stderr=subprocess.DEVNULL)  # noqa: S603, S607
    try:
        query = f"http://127.0.0.1:{port}/api/v1/query?query=facturamos_database_writable"
        wait_for(lambda: '"1"]' in _answer(query), seconds=30)
    finally:
        server.kill()
        server.wait()


def _answer(url: str) -> str:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310
            return str(answer.read().decode())
    except OSError:
        time.sleep(0.5)
        return ""
