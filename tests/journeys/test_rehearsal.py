"""The documented production on one machine, through a rolling restart, a follower that is away for a while,
and two fail-overs: `make rehearsal`. Then the other documented way, without Sentinels and PgBouncer.

Everything is there twice, with the files of docs/production; issuers walk all the while, over TLS.
"""

import json
import os
import re
import shutil
import ssl
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from pathlib import Path
from typing import Any

import boto3
import pytest

from facturamos.devserver.children import Child
from tests.rehearsal import servers
from tests.rehearsal.issuer import Issuer
from tests.rehearsal.machines import ADDRESSES, Machines
from tests.rehearsal.servers import Database, listens
from tests.rehearsal.site import GUARD, ROOT, Release, Site, is_ready, last_release, present
from tests.rehearsal.visitor import Seen, Visitor
from tests.stack import wait_for

pytestmark = pytest.mark.skipif("REHEARSAL" not in os.environ, reason="`make rehearsal` runs it")

SCRIPTS = ROOT / "tests" / "rehearsal"
RELEASE = os.environ.get("RELEASE", "HEAD")
AT_ONCE = 3
PHASES = 3
# From web to beat; two beats, as by mistake.
PROCESSES = ("web", "worker", "people", "mailboxes", "beat")
# A commit's eight seconds, noticed within three, on a busy machine.
GIVEN_UP_SECONDS = 20
# How long pages may say 503 when a database is replaced: until somebody has noticed, and then at once.
UNTIL_NOTICED = 3
FAIL_OVER_SECONDS = 20


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


@pytest.mark.timeout(2400)
def test_nothing_is_lost_on_the_way(capfd: pytest.CaptureFixture[str]) -> None:
    with running() as rehearsal:
        count = AT_ONCE * PHASES
        accounts = json.loads(_ask(rehearsal.site, rehearsal.old, f"seed.main({count})"))
        wait_for(lambda: is_ready("app1") and is_ready("app2"), seconds=300)
        rehearsal.note("rolling restart")
        rehearsal.let_walk(accounts[:AT_ONCE])
        _restart_all(rehearsal)
        rehearsal.wait_until_all_finished()
        rehearsal.note("the follower away")
        _lose_the_follower(rehearsal)
        rehearsal.note("fail-over of PostgreSQL")
        rehearsal.let_walk(accounts[AT_ONCE : 2 * AT_ONCE])
        time.sleep(5)
        _lose_the_database(rehearsal)
        rehearsal.wait_until_all_finished()
        rehearsal.note("fail-over of Valkey")
        rehearsal.let_walk(accounts[2 * AT_ONCE :])
        time.sleep(5)
        _lose_the_broker(rehearsal)
        rehearsal.wait_until_all_finished()
        rehearsal.note("end")
        rehearsal.over.set()
        for thread in rehearsal.threads:
            thread.join()
        facts = wait_for(lambda: _settled(rehearsal), seconds=240) or {}
        with capfd.disabled():
            print(_told(rehearsal, facts))
        assert_nothing_is_lost(rehearsal, facts)
        assert_nobody_waited_for_the_follower(rehearsal)


@pytest.mark.timeout(1200)
def test_it_works_with_a_single_valkey_over_tls_and_without_pgbouncer() -> None:
    with running(single=True) as rehearsal:
        accounts = json.loads(_ask(rehearsal.site, rehearsal.old, "seed.main(1)"))
        wait_for(lambda: is_ready("app1"), seconds=300)
        rehearsal.let_walk(accounts)
        rehearsal.wait_until_all_finished()
        rehearsal.over.set()
        for thread in rehearsal.threads:
            thread.join()
        facts = wait_for(lambda: _settled(rehearsal), seconds=240) or {}
        assert_nothing_is_lost(rehearsal, facts)


def _ask(site: Site, release: Release, expression: str) -> str:
    # The release's own code; of the tests it may have others, or none.
    script, _, call = expression.partition(".")
    code = f"{(SCRIPTS / f'{script}.py').read_text(encoding='utf-8')}\n{call}"
    return site.manage(release, "shell", "--no-imports", "--command", code).strip().splitlines()[-1]


def _restart_all(rehearsal: Rehearsal) -> None:
    """As documented: first the tables, then one process after the other, webs first."""
    rehearsal.site.manage(rehearsal.new, "migrate", "--noinput", "--verbosity", "0")
    rehearsal.note("webs restart")
    for machine in ("app1", "app2"):
        servers.drain(rehearsal.machines, rehearsal.children["nginx"], machine)
        rehearsal.site.replace(machine, "web", rehearsal.new)
    servers.drain(rehearsal.machines, rehearsal.children["nginx"], "")
    for name in PROCESSES[1:]:
        for machine in ("app1", "app2"):
            rehearsal.site.replace(machine, name, rehearsal.new)
            time.sleep(1)


def _lose_the_follower(rehearsal: Rehearsal) -> None:
    """Saves wait for it; it comes back once visitors and whoever runs the site were told."""
    server = rehearsal.second.server
    assert server.process is not None
    server.process.kill()
    server.stop()
    rehearsal.note("db2 is away")
    wait_for(lambda: rehearsal.friendly_since("db2 is away") >= AT_ONCE, seconds=60)
    wait_for(lambda: _is_told(rehearsal), seconds=180)
    rehearsal.second.start()
    rehearsal.second.wait_until_it_follows(rehearsal.first)
    rehearsal.note("db2 is back")
    wait_for(lambda: rehearsal.saves_since("db2 is back") >= AT_ONCE, seconds=120)


def _is_told(rehearsal: Rehearsal) -> bool:
    mails = (message_from_bytes(file.read_bytes(), policy=default) for file in rehearsal.inbox.glob("*.eml"))
    return any(
        GUARD in str(mail["To"]) and "Lo que se guarda se confirma" in str(mail["Subject"]) for mail in mails
    )


def _lose_the_database(rehearsal: Rehearsal) -> None:
    for child in (rehearsal.first.server, rehearsal.first.pooler):
        assert child.process is not None
        child.process.kill()
    rehearsal.note("db1 is gone")
    time.sleep(UNTIL_NOTICED)
    rehearsal.second.take_over()
    rehearsal.note("db2 took over")
    wait_for(lambda: is_ready("app1") and is_ready("app2"), seconds=300)


def _lose_the_broker(rehearsal: Rehearsal) -> None:
    child = rehearsal.children["valkey1"].process
    assert child is not None
    child.kill()
    rehearsal.note("valkey1 is gone")


def _settled(rehearsal: Rehearsal) -> dict[str, Any] | None:
    """What lies there, once no work waits."""
    facts: dict[str, Any] = json.loads(_ask(rehearsal.site, rehearsal.new, "facts.main()"))
    waits = [job for jobs in facts["unfinished"].values() for job in jobs if job[0] != "dead"]
    return None if waits else facts


def _inbox(rehearsal: Rehearsal) -> Counter[str]:
    mails = [message_from_bytes(file.read_bytes()) for file in rehearsal.inbox.glob("*.eml")]
    return Counter(f"{mail['To']} {mail['Message-ID']}" for mail in mails)


def assert_nothing_is_lost(rehearsal: Rehearsal, facts: dict[str, Any]) -> None:
    everybody = sorted(issuer.rfc for issuer in rehearsal.issuers)
    visits = {tuple(each) for each in facts["visits"]}

    assert [issuer.trouble for issuer in rehearsal.issuers if issuer.trouble] == []
    assert sorted(facts["finished"]) == everybody
    assert sorted(facts["active"]) == everybody
    assert sorted(facts["logos"]) == everybody
    saved = [(issuer.rfc, visit) for issuer in rehearsal.issuers for visit in issuer.saved]
    assert [each for each in saved if each not in visits] == []
    assert [_line(each) for each in rehearsal.seen if each.is_raw] == []
    assert {name: jobs for name, jobs in facts["unfinished"].items() if jobs} == {}
    assert [mail for mail, times in _inbox(rehearsal).items() if times > 1] == []


def assert_nobody_waited_for_the_follower(rehearsal: Rehearsal) -> None:
    away = rehearsal.between("db2 is away", "db2 is back")
    assert max(each.seconds for each in away) < GIVEN_UP_SECONDS
    # Nothing is confirmed until it is there again.
    answered = [each for each in away if each.begun + each.seconds < rehearsal.moments["db2 is back"] - 5]
    assert [_line(each) for each in answered if each.is_save] == []


def _line(each: Seen) -> str:
    return f"{each.method} {each.path} {each.answer.status} {each.answer.content[:80]!r}"


def _told(rehearsal: Rehearsal, facts: dict[str, Any]) -> str:
    """A table for the person who ran it."""
    lines = ["", f"{'':26}{'requests':>10}{'saves':>8}{'friendly 503':>14}{'raw 5xx':>9}{'slowest':>9}"]
    names = ["rolling restart", "the follower away", "fail-over of PostgreSQL", "fail-over of Valkey", "end"]
    for begin, end in pairwise(names):
        seen = rehearsal.between(begin, end)
        saves = sum(each.is_save for each in seen)
        friendly = sum(each.is_friendly for each in seen)
        raw = sum(each.is_raw for each in seen)
        slowest = max(each.seconds for each in seen)
        lines.append(f"{begin:26}{len(seen):>10}{saves:>8}{friendly:>14}{raw:>9}{slowest:>8.1f}s")
    away = [each.begun for each in rehearsal.seen if each.is_friendly]
    span = f"{max(away) - min(away):.1f} s" if away else "never"
    lost = sum(len(issuer.saved) for issuer in rehearsal.issuers)
    lines += [
        f"friendly 503 from first to last: {span}; saves of an address told as done: {lost}",
        *_sizes(rehearsal),
        *(f"{name:26}{took:>7.1f} s to stop" for name, took in sorted(rehearsal.site.stopped.items())),
        f"mails: {len(facts['mails'])}; twice: {sum(times > 1 for times in _inbox(rehearsal).values())}",
    ]
    return "\n".join(lines)


def _sizes(rehearsal: Rehearsal) -> list[str]:
    """Memory (proportional set) of each of the site's processes with its children, and connections."""
    lines = []
    for name, child in sorted(rehearsal.site.running.items()):
        assert child.process is not None
        lines.append(f"{name:26}{_memory(child.process.pid):>7.0f} MB")
    sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'facturamos'"
    return [*lines, f"connections of PgBouncer to db2: {rehearsal.second.say(sql)}"]


def _memory(group: int) -> float:
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            if os.getpgid(int(folder.name)) == group:
                found = re.search(r"Pss:\s+(\d+)", (folder / "smaps_rollup").read_text())
                total += int(found[1]) if found else 0
    return total / 1024
