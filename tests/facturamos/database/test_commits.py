"""While commits wait for a follower that is away visitors are told, and nothing is lost or done twice."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from copy import copy
from pathlib import Path

import psycopg2
import pytest
from django.db import OperationalError, connection

from facturamos.database import commits, waiting
from facturamos.database.base import DatabaseWrapper
from facturamos.database.commits import CommitsStandStill, Standstill
from facturamos.devserver.servers import SOCKET_NAME, postgres
from facturamos.outages import Outage, outage_of
from tests.proxy import Proxy, proxy
from tests.stack import wait_for

AWAY = "ALTER SYSTEM SET synchronous_standby_names = 'db2'"
BACK = "ALTER SYSTEM RESET synchronous_standby_names"
WAITED_FOR = "SHOW synchronous_standby_names"


# What PostgreSQL says of the process that serves a connection: its number and a secret.
KEY = re.compile(rb"K\0\0\0\x0c.{4}", re.S)


class Pooler(Proxy):
    """As PgBouncer, it gives a number of its own for the process that serves a connection."""

    def altered(self, content: bytes) -> bytes:
        return KEY.sub(b"K\0\0\0\x0c\x7f\xff\xff\xff", content)


class Leader:
    """A PostgreSQL of its own, whose follower is away or is not waited for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.tell("CREATE TABLE visit (number int)")

    def tell(self, *statements: str) -> str:
        """What an operator types; the last answer."""
        with closing(psycopg2.connect(self.url)) as operator, operator.cursor() as cursor:
            operator.autocommit = True
            for statement in statements:
                cursor.execute(statement)
            return str(cursor.fetchone()) if cursor.description else ""

    def lose_its_follower(self) -> None:
        self.tell(AWAY, "SELECT pg_reload_conf()")
        wait_for(lambda: "db2" in self.tell(WAITED_FOR))
        time.sleep(0.5)  # those that were connected take it up as they come to it

    def have_it_back(self) -> None:
        self.tell(BACK, "SELECT pg_reload_conf()")

    def forget(self) -> bool:
        """Whether the table is gone: as long as somebody's commit waits, this one does, too."""
        with suppress(psycopg2.Error):
            self.tell("DROP TABLE IF EXISTS visit")
            return True
        return False

    @contextmanager
    def behind_a_pooler(self) -> "Iterator[Leader]":
        """Itself as the site sees it through PgBouncer."""
        folder = psycopg2.extensions.parse_dsn(self.url)["host"]
        with proxy(Path(folder) / SOCKET_NAME, Pooler) as pooler:
            seen = copy(self)
            seen.url = psycopg2.extensions.make_dsn(self.url, host="127.0.0.1", port=pooler.port)
            yield seen

    def site(self) -> DatabaseWrapper:
        """A connection as the site's are."""
        parts = psycopg2.extensions.parse_dsn(self.url)
        port = parts.get("port", "")
        place = {"NAME": parts["dbname"], "USER": parts["user"], "HOST": parts["host"], "PORT": port}
        return DatabaseWrapper(connection.settings_dict | place | {"OPTIONS": {}}, alias="default")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("leader")
    with postgres(folder / "data") as (url, _):
        yield url


@pytest.fixture
def leader(db: None, cluster: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Leader]:
    monkeypatch.setattr(commits, "standstill", Standstill())
    monkeypatch.setattr(commits, "MAY_TAKE_SECONDS", 1.0)
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.5)
    running = Leader(cluster)
    yield running
    running.have_it_back()
    wait_for(running.forget)


def save(site: DatabaseWrapper, number: int) -> None:
    with site.cursor() as cursor:
        cursor.execute("INSERT INTO visit VALUES (%s)", [number])


@contextmanager
def another_saving(leader: Leader, sql: str = "INSERT INTO visit VALUES (1)") -> Iterator[None]:
    """Somebody's commit waits, and is given up soon."""

    def run() -> None:
        with suppress(OperationalError), leader.site().cursor() as cursor:
            cursor.execute(sql)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    yield
    thread.join()


def read_slowly(site: DatabaseWrapper) -> int:
    with site.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(4), 7")
        _, number = cursor.fetchone()
    return int(number)


def visits(site: DatabaseWrapper) -> list[int]:
    with site.cursor() as cursor:
        cursor.execute("SELECT number FROM visit ORDER BY number")
        return [number for (number,) in cursor.fetchall()]


def test_a_save_that_nobody_confirms_is_given_up(leader: Leader) -> None:
    leader.lose_its_follower()
    begun = time.monotonic()
    with pytest.raises(OperationalError, match="follower") as caught:
        save(leader.site(), 1)
    assert time.monotonic() - begun < 5
    assert outage_of(caught.value) is Outage.UNCONFIRMED


def test_so_is_the_end_of_a_transaction(leader: Leader) -> None:
    leader.lose_its_follower()
    site = leader.site()
    site.ensure_connection()
    site.set_autocommit(False)
    save(site, 1)
    with pytest.raises(OperationalError, match="follower"):
        site.commit()


def test_meanwhile_nobody_else_begins_to_write_and_all_can_read(leader: Leader) -> None:
    leader.lose_its_follower()
    with pytest.raises(OperationalError):
        save(leader.site(), 1)
    site = leader.site()
    for number in (2, 3):
        begun = time.monotonic()
        with pytest.raises(OperationalError) as caught:
            save(site, number)
        assert isinstance(caught.value.__cause__, CommitsStandStill)
        assert time.monotonic() - begun < 0.5
    assert visits(site) == []


def test_a_row_is_not_locked_either_nor_written_behind_the_audit(leader: Leader) -> None:
    leader.lose_its_follower()
    with pytest.raises(OperationalError):
        save(leader.site(), 1)
    site = leader.site()
    for sql in (
        "SELECT * FROM visit FOR UPDATE",
        "SELECT set_config('pghistory.context', '', true); UPDATE visit SET number = 4",
        "WITH gone AS (DELETE FROM visit RETURNING number) SELECT * FROM gone",
    ):
        with pytest.raises(OperationalError, match="follower"), site.cursor() as cursor:
            cursor.execute(sql)


def test_when_the_follower_is_back_nothing_was_lost_and_nothing_is_there_twice(leader: Leader) -> None:
    leader.lose_its_follower()
    with pytest.raises(OperationalError):
        save(leader.site(), 1)
    site = leader.site()
    with pytest.raises(OperationalError):
        save(site, 2)

    leader.have_it_back()
    time.sleep(0.5)

    assert visits(site) == [1]
    save(site, 3)
    assert visits(site) == [1, 3]
    assert not commits.standstill.lasts


def test_a_follower_that_is_back_in_time_goes_unnoticed(
    leader: Leader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "MAY_TAKE_SECONDS", 8.0)
    leader.lose_its_follower()
    timer = threading.Timer(1.5, leader.have_it_back)
    timer.start()

    save(leader.site(), 1)

    timer.join()
    assert visits(leader.site()) == [1]


def test_a_slow_statement_is_waited_for(leader: Leader) -> None:
    with leader.site().cursor() as cursor:
        cursor.execute("SELECT pg_sleep(3), 7")
        assert cursor.fetchone() == ("", 7)


def test_it_is_an_error_in_the_log_once(leader: Leader, caplog: pytest.LogCaptureFixture) -> None:
    leader.lose_its_follower()
    for _ in range(2):
        with pytest.raises(OperationalError):
            save(leader.site(), 1)
    assert caplog.text.count("docs/production.md") == 1


def test_meanwhile_a_long_read_is_waited_for(leader: Leader) -> None:
    leader.lose_its_follower()
    with another_saving(leader):
        assert read_slowly(leader.site()) == 7
    assert commits.standstill.lasts


def test_so_is_one_behind_a_pooler_and_within_a_transaction(leader: Leader) -> None:
    leader.lose_its_follower()
    with another_saving(leader), leader.behind_a_pooler() as pooled:
        assert read_slowly(pooled.site()) == 7
        site = pooled.site()
        site.ensure_connection()
        site.set_autocommit(False)
        assert read_slowly(site) == 7
    assert commits.standstill.lasts


def test_behind_a_pooler_a_save_is_given_up_and_so_is_the_end_of_a_transaction(
    leader: Leader, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader.lose_its_follower()
    with leader.behind_a_pooler() as pooled:
        with pytest.raises(OperationalError, match="follower"):
            save(pooled.site(), 1)

        monkeypatch.setattr(commits, "standstill", Standstill())
        site = pooled.site()
        site.ensure_connection()
        site.set_autocommit(False)
        save(site, 2)
        with pytest.raises(OperationalError, match="follower"):
            site.commit()


def test_who_waits_for_a_row_of_a_commit_that_waits_is_told_too(leader: Leader) -> None:
    save(leader.site(), 1)
    leader.lose_its_follower()
    site = leader.site()
    site.ensure_connection()
    site.set_autocommit(False)
    update = "UPDATE visit SET number = number + 1"
    first, second = another_saving(leader, update), another_saving(leader, update)
    with first, second, site.cursor() as cursor:
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="follower"):
            cursor.execute("SELECT number FROM visit FOR UPDATE")
        assert time.monotonic() - begun < 8
