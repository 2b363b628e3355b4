"""A restored database that is not like this site's: an older release's, one with other rules for capitals."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import IO

import psycopg2
import pytest
from psycopg2 import extensions, sql
from pytest_django import Settings

from facturamos.backup import dump
from facturamos.status.models import RingCanary
from tests.facturamos.backup.conftest import Make
from tests.facturamos.backup.test_proving import another_site, databases, refused, verify

pytestmark = pytest.mark.django_db(transaction=True)

# What the older release had not yet: a table with files, a column with files, one with secrets.
OLDER = """
    DROP TABLE onboarding_download CASCADE;
    ALTER TABLE companies_manifestletter DROP COLUMN acknowledgement CASCADE;
    ALTER TABLE mailing_message DROP COLUMN secret CASCADE;
"""
RULES = "SELECT to_jsonb(d) - '{oid,datname,datdba,datacl,datfrozenxid,datminmxid}'::text[]"


def execute(where: Mapping[str, str], statement: str) -> None:
    with closing(psycopg2.connect(extensions.make_dsn(**where))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def rules(where: Mapping[str, str]) -> object:
    with closing(psycopg2.connect(extensions.make_dsn(**where))) as connection, connection.cursor() as cursor:
        cursor.execute(f"{RULES} FROM pg_database d WHERE datname = current_database()")
        return cursor.fetchone()


def test_an_older_release_s_is_proved_and_restored(
    make: Make, empty: dict[str, str], tmp_path: Path, settings: Settings
) -> None:
    assert another_site(empty, tmp_path / "media", settings, "restore", str(make())).returncode == 0
    execute(empty, OLDER)
    shutil.rmtree(tmp_path / "respaldos")
    made = another_site(empty, tmp_path / "media", settings, "backup", str(tmp_path / "respaldos"))
    folder = made.stdout.strip()
    assert made.returncode == 0, made.stderr
    dump.drop(empty["dbname"])
    dump.create(empty["dbname"])

    said = verify(Path(folder))
    done = another_site(empty, tmp_path / "media", settings, "restore", folder)

    found = f"1 archivos, {RingCanary.objects.count()} secretos"
    assert found in said
    assert done.returncode == 0, done.stderr
    assert found in done.stdout


def test_what_cannot_be_read_in_it_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, restore = make(), dump.restore

    def changed(source: IO[bytes], where: dump.Where) -> None:
        restore(source, where)
        execute(where, "ALTER TABLE mailing_message RENAME COLUMN id TO other")

    monkeypatch.setattr(dump, "restore", changed)

    assert "La base restaurada no se pudo leer: column mailing_message.id" in refused(folder)
    assert databases() == set()


def test_a_large_one_may_take_longer_to_come_and_go_than_a_page_may(monkeypatch: pytest.MonkeyPatch) -> None:
    hurried = dump.params() | {"options": "-c statement_timeout=100"}
    monkeypatch.setattr(dump, "params", lambda: hurried)

    dump._administer(sql.SQL("SELECT pg_sleep({})").format(sql.Literal(0.3)))


@pytest.fixture(
    params=[
        "LOCALE 'C' LOCALE_PROVIDER libc ENCODING 'SQL_ASCII'",
        "LOCALE 'C' LOCALE_PROVIDER libc ENCODING 'UTF8'",
        "LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' ENCODING 'UTF8'",
        "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'es-MX' ENCODING 'UTF8'",
        "LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'es-MX' ICU_RULES '&a < g' ENCODING 'UTF8'",
    ]
)
def other_site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A site whose database was created with rules of its own."""
    own = dump.params()
    try:
        execute(own, f"CREATE DATABASE facturamos_other TEMPLATE template0 {request.param}")
    except psycopg2.errors.FeatureNotSupported:
        pytest.skip("This PostgreSQL was built without ICU.")
    other = own | {"dbname": "facturamos_other"}
    with monkeypatch.context() as patched:
        patched.setattr(dump, "params", lambda: other)
        yield other
    dump.drop("facturamos_other")


def test_the_scratch_database_has_the_site_s_rules(other_site: dict[str, str]) -> None:
    where = dump.create("facturamos_scratch")
    found = rules(where)
    dump.drop("facturamos_scratch")

    assert found == rules(other_site)
