"""A server that has fallen silent is given up within seconds; one that is slow is waited for."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from facturamos.database import waiting
from facturamos.database.base import DatabaseWrapper
from facturamos.database.waiting import Silence
from tests.proxy import Proxy, proxy


@pytest.fixture
def server(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    monkeypatch.setattr(waiting, "silence", Silence())
    parts = connection.settings_dict
    folder = parts["HOST"] or parts["OPTIONS"]["host"]
    with proxy(Path(folder) / ".s.PGSQL.5432") as running:
        yield running


def opened(server: Proxy) -> psycopg2.extensions.connection:
    parts = connection.settings_dict
    return psycopg2.connect(dbname=parts["NAME"], user=parts["USER"], host="127.0.0.1", port=server.port)


def test_a_silent_server_ends_the_wait(server: Proxy) -> None:
    client = opened(server)
    server.fall_silent()
    begun = time.monotonic()

    with pytest.raises(psycopg2.OperationalError, match="silent"):
        client.cursor().execute("SELECT 1")

    assert time.monotonic() - begun < 9
    assert client.closed


def test_while_it_is_silent_nobody_waits_for_a_connection(server: Proxy) -> None:
    server.fall_silent()
    begun = time.monotonic()
    with pytest.raises(psycopg2.OperationalError, match="silent"):
        opened(server)
    assert time.monotonic() - begun < 7

    begun = time.monotonic()
    with pytest.raises(psycopg2.OperationalError, match="silent"), waiting.connecting():
        opened(server)
    assert time.monotonic() - begun < 0.5


def test_it_is_tried_again_and_found_well(server: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "TRY_EVERY_SECONDS", 0.2)
    waiting.silence.noticed()
    time.sleep(0.3)

    with waiting.connecting():
        opened(server).close()

    assert waiting.silence.may_try()
    assert waiting.silence.may_try()


def test_a_slow_answer_is_waited_for(server: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.5)
    client = opened(server)
    cursor = client.cursor()

    cursor.execute("SELECT pg_sleep(2), 7")

    assert cursor.fetchone() == ("", 7)
    client.close()


def test_who_waits_gives_up_when_another_notices(server: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 60)
    client = opened(server)
    server.fall_silent()
    begun = time.monotonic()
    threading.Timer(0.6, waiting.silence.noticed).start()

    with pytest.raises(psycopg2.OperationalError, match="silent"):
        client.cursor().execute("SELECT 1")

    assert time.monotonic() - begun < 5


def test_the_second_host_serves_when_the_first_is_gone(server: Proxy) -> None:
    parts = connection.settings_dict
    engine = DatabaseWrapper(parts | {"OPTIONS": {}})
    place = {"host": "127.0.0.1,127.0.0.1", "port": f"1,{server.port}"}

    client = engine.get_new_connection({"dbname": parts["NAME"], "user": parts["USER"], **place})

    assert client.info.port == server.port
    client.close()
