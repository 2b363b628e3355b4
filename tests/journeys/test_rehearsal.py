"""The documented production on one machine, through a rolling restart, a follower that is away for a while,
and two fail-overs: `make rehearsal`. Then the other documented way, without Sentinels and PgBouncer.

Everything is there twice, with the files of docs/production; issuers walk all the while, over TLS.
"""

import json
import os
import time
from collections import Counter
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from typing import Any

import pytest

from tests.process_memory import proportional, tree
from tests.rehearsal import servers
from tests.rehearsal.running import PROCESSES, Rehearsal, running
from tests.rehearsal.site import GUARD, ROOT, Release, Site, is_ready
from tests.rehearsal.visitor import Seen
from tests.stack import wait_for

pytestmark = pytest.mark.skipif("REHEARSAL" not in os.environ, reason="`make rehearsal` runs it")

SCRIPTS = ROOT / "tests" / "rehearsal"
AT_ONCE = 3
PHASES = 3
# A commit's eight seconds, noticed within three, on a busy machine.
GIVEN_UP_SECONDS = 20
# How long pages may say 503 when a database is replaced: until somebody has noticed, and then at once.
UNTIL_NOTICED = 3
FAIL_OVER_SECONDS = 20


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
    lines = ["", f"{'':26}{'requests':>10}{'saves':>8}{'friendly 503':>14}{'raw':>9}{'slowest':>9}"]
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
        lines.append(f"{name:26}{proportional(*tree(child.process.pid)):>7.0f} MB")
    sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'facturamos'"
    return [*lines, f"connections of PgBouncer to db2: {rehearsal.second.say(sql)}"]
