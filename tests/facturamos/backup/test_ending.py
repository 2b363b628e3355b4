"""A verification that is ended takes its copy of the database away; if it was killed, the next one does."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from psycopg2 import extensions
from pytest_django import Settings

from facturamos.backup import dump, scratch
from facturamos.status.findings import backup_findings
from facturamos.status.report import Level, StatusFinding
from tests.facturamos.backup.conftest import Make
from tests.facturamos.backup.test_proving import databases, verify
from tests.stack import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

type Start = Callable[[Path], subprocess.Popen[str]]

CREATING = (
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
    " AND starts_with(query, 'CREATE DATABASE \"' || %s || '_respaldo_')"
)


def left_copies() -> StatusFinding:
    (finding,) = [each for each in backup_findings() if each.key == "backup.left_copies"]
    return finding


def is_being_created() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CREATING, [connection.settings_dict["NAME"]])
        return bool(cursor.fetchone()[0])


@contextmanager
def slow_restore(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    """A `pg_restore` that does not even connect before it may."""
    folder.mkdir()
    program, real = folder / "pg_restore", shutil.which("pg_restore")
    program.write_text(f'#!/bin/sh\nuntil [ -e "{folder}/go" ]; do sleep 0.1; done\nexec {real} "$@"\n')
    program.chmod(0o755)
    environment["PATH"] = f"{folder}:{os.environ['PATH']}"
    yield
    (folder / "go").touch()


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """What another process needs for this very site."""
    where = dump.params()
    return os.environ | {
        "DATABASE_URL": f"postgresql://{where['user']}@/{where['dbname']}?host={where['host']}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "FACTURAMOS_KEYS": ",".join(settings.FACTURAMOS_KEYS),
        "DJANGO_SETTINGS_MODULE": "facturamos.settings",
    }


def heed_signals() -> None:
    """Also where these tests run in the background, or under nohup, which ignore some for all they begin."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Begins a verification in a process of its own."""
    begun: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "verify_backup", str(folder)]
        pipe = subprocess.PIPE
        begun.append(
            subprocess.Popen(  # noqa: S603
                command,
                env=environment,
                stdout=pipe,
                stderr=pipe,
                text=True,
                preexec_fn=heed_signals,
            )
        )
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate()
    for name in databases():
        dump.drop(name)


@pytest.mark.parametrize("moment", [is_being_created, databases])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_takes_its_copy_away_when_it_is_told_to_end(
    make: Make, start: Start, number: signal.Signals, moment: Callable[[], object]
) -> None:
    process = start(make())
    while not moment() and process.poll() is None:
        pass

    process.send_signal(number)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 128 + number
    assert f"Interrumpido ({number.name})" in said
    assert "Traceback" not in said
    assert databases() == set()


def test_while_the_copy_is_filled_nobody_waits_for_that(
    make: Make, start: Start, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = make()
    with slow_restore(tmp_path / "bin", environment):
        process = start(folder)
        wait_for(lambda: databases() or process.poll() is not None)

        process.terminate()
        process.communicate(timeout=60)

    assert process.returncode == 128 + signal.SIGTERM
    assert databases() == set()


def test_one_that_was_killed_is_told_on_estado_and_the_next_takes_its_copy_away(
    make: Make, start: Start, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = make()
    with slow_restore(tmp_path / "bin", environment):
        process = start(folder)
        wait_for(lambda: databases() or process.poll() is not None)
        process.kill()
        process.wait()
    (name,) = databases()
    wait_for(lambda: left_copies().level is Level.WARNING)
    assert name in left_copies().said
    wait_for(lambda: not connected(name))

    said = verify(folder)

    assert f"Se quitó {name}" in said
    assert "Bien" in said
    assert databases() == set()
    assert left_copies().level is Level.GOOD


def connected(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
        count: int = cursor.fetchone()[0]
    return count


def test_another_s_stays_although_nobody_is_connected_to_it_yet(
    make: Make, start: Start, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = make()
    with slow_restore(tmp_path / "bin", environment):
        process = start(folder)
        (name,) = wait_for(databases)
        assert not connected(name)

        said = verify(folder)

        assert "Bien" in said
        assert "Se quitó" not in said
        assert databases() == {name}
        assert left_copies().level is Level.GOOD
    said, wrong = process.communicate(timeout=60)
    assert "Bien" in said, wrong


def test_one_that_somebody_looks_at_stays_and_is_told(make: Make, start: Start) -> None:
    folder, name = make(), scratch.new_name()
    where = dump.create(name)

    with closing(psycopg2.connect(extensions.make_dsn(**where))):
        said = verify(folder)

    assert f"Queda {name}" in said
    assert "Bien" in said
    assert databases() == {name}


@pytest.mark.parametrize("end", ["_respaldo_20261130", "_respaldo_2026113008170000", "_respaldo_viejo"])
def test_a_copy_that_somebody_made_by_hand_stays(make: Make, start: Start, end: str) -> None:
    folder, name = make(), connection.settings_dict["NAME"] + end
    dump.create(name)

    assert "Bien" in verify(folder)

    assert databases() == {name}
    assert left_copies().level is Level.GOOD


def test_its_name_is_kept_whole_however_long_the_site_s_is() -> None:
    for site in ("a" * 63, "ñ" * 31, "facturamos"):
        name = scratch._name(site, "0123abcd")
        assert len(name.encode()) <= scratch.NAME_LENGTH
        assert scratch.NAME.search(name)
    assert scratch._name("a" * 62 + "b", "0123abcd") != scratch._name("a" * 62 + "c", "0123abcd")
