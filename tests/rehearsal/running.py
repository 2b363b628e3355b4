"""A rehearsal started on one machine, by either documented way, and those who walk meanwhile."""

import os
import shutil
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3

from facturamos.devserver.children import Child
from tests.rehearsal import servers
from tests.rehearsal.issuer import Issuer
from tests.rehearsal.machines import ADDRESSES, Machines
from tests.rehearsal.servers import Database, listens
from tests.rehearsal.site import ROOT, Release, Site, last_release, present
from tests.rehearsal.visitor import Seen, Visitor
from tests.stack import wait_for

RELEASE = os.environ.get("RELEASE", "HEAD")
# From web to beat; two beats, as by mistake.
PROCESSES = ("web", "worker", "people", "mailboxes", "beat")


@dataclass
class Rehearsal:
    """All machines, and those who walk."""

    machines: Machines
    site: Site
    old: Release
    new: Release
    first: Database
    second: Database
    children: dict[str, Child] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    issuers: list[Issuer] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    moments: dict[str, float] = field(default_factory=dict)

    @property
    def inbox(self) -> Path:
        return self.machines.at("mail", "/var/mail/inbox")

    def note(self, what: str) -> None:
        """When something was done."""
        self.moments[what] = time.monotonic()

    def let_walk(self, accounts: list[dict[str, str]]) -> None:
        """So many issuers more, at once."""
        context = ssl.create_default_context(cafile=str(self.machines.trust("proxy")))
        for account in accounts:
            visitor = Visitor(context=context, seen=self.seen)
            who = account["email"], account["rfc"], account["name"]
            issuer = Issuer(visitor, *who, number=len(self.issuers), inbox=self.inbox)
            thread = threading.Thread(target=issuer.run, args=(self.over,), daemon=True)
            self.issuers.append(issuer)
            self.threads.append(thread)
            thread.start()

    def wait_until_all_finished(self) -> None:
        """All who set out are at the panel."""
        wait_for(lambda: all(each.finished or each.trouble for each in self.issuers), seconds=480)

    def friendly_since(self, moment: str) -> int:
        """How many were told that the site is not there for a moment."""
        return sum(each.is_friendly for each in self.between(moment, ""))

    def saves_since(self, moment: str) -> int:
        """How many saves were confirmed."""
        return sum(each.is_save for each in self.between(moment, ""))

    def between(self, begin: str, end: str) -> list[Seen]:
        """What was asked from one moment to another, or until now."""
        until = self.moments.get(end, time.monotonic())
        return [each for each in self.seen if self.moments[begin] <= each.begun < until]


@contextmanager
def running(*, single: bool = False) -> Iterator[Rehearsal]:
    """Everything started, with the last release's code; `single`: one of each, nothing in between."""
    folder = Path(tempfile.mkdtemp(prefix="ensayo-"))
    folder.chmod(0o755)
    machines = Machines(folder)
    with ExitStack() as stack:
        stack.callback(_keep_logs, folder, "rehearsal-single" if single else "rehearsal")
        first, second = Database(machines, "db1"), Database(machines, "db2")
        old, new = last_release(folder / "old", RELEASE), present(folder / "new")
        rehearsal = Rehearsal(machines, Site(machines, single), old, new, first, second)
        for database in (first, second):
            stack.callback(database.pooler.stop)
            stack.callback(database.server.stop)
        stack.callback(_stop, rehearsal.children)
        stack.callback(rehearsal.site.stop)
        _start_single(rehearsal) if single else _start_servers(rehearsal)
        _start_the_rest(rehearsal)
        rehearsal.children["nginx"] = servers.nginx(machines)
        # In that order, as in the image: no command begins without the folder of static files.
        _collect(rehearsal)
        _migrate(rehearsal)
        for name in PROCESSES:
            for machine in ("app1",) if single else ("app1", "app2"):
                rehearsal.site.start(machine, name, old, wait=False)
        yield rehearsal


def _stop(children: dict[str, Child]) -> None:
    for child in children.values():
        child.stop()


def _start_servers(rehearsal: Rehearsal) -> None:
    machines, children = rehearsal.machines, rehearsal.children
    rehearsal.first.begin()
    rehearsal.second.follow(rehearsal.first)
    children["valkey1"] = servers.valkey(machines, "valkey1")
    children["valkey2"] = servers.valkey(machines, "valkey2", follows="valkey1")
    for machine in ("valkey1", "valkey2", "app1"):
        children[f"sentinel-{machine}"] = servers.sentinel(machines, machine)


def _start_single(rehearsal: Rehearsal) -> None:
    rehearsal.first.begin(pooler=False)
    rehearsal.children["valkey1"] = servers.valkey_over_tls(rehearsal.machines, "valkey1")


def _start_the_rest(rehearsal: Rehearsal) -> None:
    machines, children = rehearsal.machines, rehearsal.children
    children["s3"] = servers.s3(machines)
    _bucket(machines)
    children["mail"] = _mail(rehearsal)


def _migrate(rehearsal: Rehearsal) -> None:
    rehearsal.site.manage(rehearsal.old, "migrate", "--noinput", "--verbosity", "0")
    rehearsal.site.manage(rehearsal.old, "load_sat_catalogs")


def _collect(rehearsal: Rehearsal) -> None:
    for release in (rehearsal.old, rehearsal.new):
        rehearsal.site.collect(release)


def _bucket(machines: Machines) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=f"https://{ADDRESSES['s3']}:9000",
        aws_access_key_id=machines.secrets["S3_ACCESS_KEY"],
        aws_secret_access_key=machines.secrets["S3_SECRET_KEY"],
        region_name="us-east-1",
        verify=str(machines.trust("s3")),
    )
    client.create_bucket(Bucket="facturamos")


def _mail(rehearsal: Rehearsal) -> Child:
    rehearsal.inbox.mkdir(parents=True)
    command = [sys.executable, "-m", "facturamos.devserver.smtp_server", "--host", ADDRESSES["mail"]]
    command += ["--port", "2525", "--folder", str(rehearsal.inbox)]
    log = rehearsal.machines.folder / "logs" / "mail.log"
    child = Child("mail", command, log=log, ready=listens("mail", 2525))
    child.start()
    child.wait_until_ready()
    return child


def _keep_logs(folder: Path, name: str) -> None:
    kept = ROOT / "var" / name
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(folder / "logs", kept)
    for log in folder.glob("*/var/log/*/*"):
        shutil.copy(log, kept / f"{log.relative_to(folder).parts[0]}-{log.name}")
    shutil.rmtree(folder, ignore_errors=True)
