"""The container in which the SAT publishes its list, and a CSD that it names."""

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import time_machine

from certificates.lco import fetching
from certificates.models import Csd
from companies.models import Company
from facturamos.devserver.stand_in import StandInAnswer, StandInServer
from facturamos.devserver.tls import LocalAuthority
from facturamos.https import StandIn
from mailing.models import Message
from tests.certificates.conftest import NOW, Issue, receive, work
from tests.certificates.lco_files import taxpayer, xml

HOST = "cfdisat.blob.core.windows.net"
NUMBER = "30001000000512345678"
OTHERS = tuple((f"000010000005{number:08}", "A") for number in range(20))
DAY = NOW.date()


class Container(StandInServer):
    """A container with the files of our choice, by name; each may be given as a function that answers."""

    def __init__(self, context: Any) -> None:
        super().__init__(0, Answer, context)
        self.files: dict[str, bytes | Callable[[Answer], None]] = {}
        self.asked: list[str] = []
        self.says_sums = False
        # How often everything was written again.
        self.written = 0

    def blob(self, name: str) -> str:
        """What the list says of a file: its tag is another whenever it was written again."""
        content = self.files[name]
        data = content.__name__.encode() if callable(content) else content
        tags = {"Etag": f"0x{self.written}{sha256(data).hexdigest()}"}
        if self.says_sums:
            tags["Content-MD5"] = sha256(data).hexdigest()[:24]
        says = "".join(f"<{tag}>{value}</{tag}>" for tag, value in tags.items())
        return f"<Blob><Name>{name}</Name><Url>x</Url><Properties>{says}</Properties></Blob>"

    def files_asked(self) -> list[str]:
        """Those that were downloaded, by their names."""
        return [each.rpartition("/")[2] for each in self.asked if "?" not in each]


class Answer(StandInAnswer):
    """The container's list, or one of its files."""

    server: Container

    def do_GET(self) -> None:  # noqa: N802
        path, _, query = self.path.partition("?")
        self.server.asked.append(self.path)
        if query:
            prefix = query.partition("prefix=")[2]
            names = sorted(name for name in self.server.files if name.startswith(prefix))
            blobs = "".join(self.server.blob(name) for name in names)
            self.page(f"<EnumerationResults><Blobs>{blobs}</Blobs></EnumerationResults>")
            return
        found = self.server.files.get(path.rpartition("/")[2])
        if callable(found):
            found(self)
        elif found is None:
            self.page("no", status=404)
        else:
            self.file(found)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def container(sat_authority: LocalAuthority) -> Iterator[Container]:
    server = Container(sat_authority.server(HOST))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def reached(
    container: Container, sat_authority_file: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> StandIn:
    settings.LCO_URL = f"https://{HOST}/lco"
    return StandIn("127.0.0.1", container.server_port, str(sat_authority_file))


@pytest.fixture
def csd(company: Company, issue: Issue) -> Csd:
    csd = receive(company, issue(number=NUMBER))
    work(csd)
    return csd


def publish(container: Container, *certificates: tuple[str, str], day: Any = DAY, parts: int = 2) -> None:
    """The list of a day, in parts, ours in the last one."""
    pieces = [OTHERS[number::parts] for number in range(parts)]
    pieces[-1] += certificates
    for number, piece in enumerate(pieces, start=1):
        content = xml(*(taxpayer("XYZ010101AB1", each) for each in piece))
        container.files[f"LCO_{day:%Y-%m-%d}_{number}.XML.gz"] = gzip.compress(content)


def mails(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=f"certificates.{kind}").values_list("to", flat=True))


def fetched(csd: Csd, reached: StandIn, days: int = 0) -> Csd:
    fetching.fetch(NOW + timedelta(days=days), stand_in=reached)
    csd.refresh_from_db()
    return csd
