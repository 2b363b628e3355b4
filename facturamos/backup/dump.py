"""PostgreSQL's own programs, and what they are told: never a password on a command line."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, Protocol

import psycopg2
from django.conf import settings
from django.db import connections
from psycopg2 import extensions, sql

from facturamos.backup.manifest import CHUNK, BackupError
from facturamos.backup.streams import Sink

# Host, user, password …, as libpq calls them.
type Where = Mapping[str, str]
# What libpq reads in place of arguments, which every process of the machine could see.
VARIABLES = {
    **{
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    },
    **{
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
        "sslcert": "PGSSLCERT",
        "sslkey": "PGSSLKEY",
        "sslcrl": "PGSSLCRL",
        "gssencmode": "PGGSSENCMODE",
        "channel_binding": "PGCHANNELBINDING",
        "target_session_attrs": "PGTARGETSESSIONATTRS",
    },
}
# What a table's owner alone may say, and what another server may not have.
PORTABLE = ("--no-owner", "--no-privileges")


def dump(sink: Sink, snapshot: str) -> None:
    """The whole database as others saw it at `snapshot`, packed. Raises BackupError in pg_dump's words."""
    command = ["pg_dump", "--format=custom", *PORTABLE, f"--snapshot={snapshot}"]
    with _running(command, params(), stdout=subprocess.PIPE) as program, _pipe(program.stdout) as told:
        while data := told.read(CHUNK):
            sink.write(data)


def restore(source: IO[bytes], where: Where) -> None:
    """Fills an empty database, all or nothing. Raises BackupError in pg_restore's words."""
    command = [
        "pg_restore",
        *PORTABLE,
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={where['dbname']}",
    ]
    # When it gives up before the end it says why.
    with (
        _running(command, where, stdin=subprocess.PIPE) as program,
        suppress(BrokenPipeError),
        _pipe(program.stdin) as sink,
    ):
        while data := source.read(CHUNK):
            sink.write(data)


def prove_direct() -> None:
    """Raises BackupError behind a pooler.

    pg_dump would leave its settings on a connection that pages get next, and no pooler knows the scratch
    database.
    """
    if settings.DATABASE_POOLER != "none":
        raise BackupError(
            "Los respaldos necesitan a PostgreSQL mismo, no a PgBouncer: indíquelo en DATABASE_URL, con "
            "DATABASE_POOLER=none."
        )


def params() -> dict[str, str]:
    """What the site's own connection is opened with."""
    known = connections["default"].get_connection_params()
    return {name: str(value) for name, value in known.items() if name in (*VARIABLES, "options")}


def is_empty(where: Where) -> bool:
    """Whether a database has no table of anybody's."""
    query = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    with closing(_connected(where)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row == (0,)


class Cursor(Protocol):
    """Django's cursor, or psycopg2's own."""

    def execute(self, query: str, /) -> object: ...

    def fetchone(self) -> tuple[int, ...] | None: ...


def count_rows(cursor: Cursor, tables: Iterable[str]) -> dict[str, int]:
    """How many rows each table has."""
    return {table: _count(cursor, table) for table in sorted(tables)}


def _count(cursor: Cursor, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {connections['default'].ops.quote_name(table)}")  # noqa: S608
    row = cursor.fetchone()
    return row[0] if row else 0


# What each provider of such rules (ICU, libc, PostgreSQL itself) calls its locale.
PROVIDERS = {"i": ("icu", "ICU_LOCALE"), "b": ("builtin", "BUILTIN_LOCALE"), "c": ("libc", "")}


def create(name: str) -> dict[str, str]:
    """A new database beside the site's, with its encoding and its rules for upper and lower case.

    Raises BackupError.
    """
    options = [
        sql.SQL("{} {}").format(sql.SQL(option), sql.Literal(value)) for option, value in _rules().items()
    ]
    head = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
    _administer(sql.SQL(" ").join([head, *options]))
    return params() | {"dbname": name}


def _rules() -> dict[str, str]:
    """What the site's database was created with, as CREATE DATABASE takes it."""
    # As JSON, because the columns' names differ: `daticulocale` is `datlocale` from PostgreSQL 17 on.
    query = (
        "SELECT pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider,"
        " coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale'), to_jsonb(d)->>'daticurules'"
        " FROM pg_database d WHERE datname = current_database()"
    )
    with closing(_connected(params())) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        encoding, collate, ctype, letter, locale, icu_rules = cursor.fetchone() or ()
    provider, option = PROVIDERS[letter]
    found = {"ENCODING": encoding, "LC_COLLATE": collate, "LC_CTYPE": ctype, "LOCALE_PROVIDER": provider}
    if option:
        found[option] = locale
    return found | ({"ICU_RULES": icu_rules} if icu_rules else {})


def drop(name: str) -> None:
    """Takes a database away, whoever looks at it. Raises BackupError."""
    _administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_unused(name: str) -> None:
    """Takes a database away. Raises BackupError where somebody is connected to it."""
    _administer(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _administer(statement: sql.Composed) -> None:
    with closing(_connected(params())) as connection:
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                # A database of many gigabytes takes longer than a page may wait.
                cursor.execute("SET statement_timeout = 0")
                cursor.execute(statement)
        except psycopg2.Error as error:
            raise BackupError(f"La base no se pudo crear o quitar: {first_line(str(error))}") from error


def _connected(where: Where) -> extensions.connection:
    try:
        return psycopg2.connect(extensions.make_dsn(**where))
    except psycopg2.OperationalError as error:
        raise BackupError(f"La base no contesta: {first_line(str(error))}") from error


@contextmanager
def _running(
    command: list[str], where: Where, *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program of PostgreSQL's, told the rest by the environment. Raises BackupError when it fails."""
    environment = {VARIABLES[name]: value for name, value in where.items() if name in VARIABLES}
    environment["PATH"] = os.environ.get("PATH", "")
    with TemporaryFile() as said:
        try:
            program = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=said, env=environment)  # noqa: S603
        except FileNotFoundError as error:
            raise BackupError(f"Falta {command[0]}: instale el paquete postgresql-client.") from error
        with program:
            try:
                yield program
                program.wait()
            except BaseException:
                program.kill()  # else it would be waited for, which may take hours
                raise
        if program.returncode:
            said.seek(0)
            raise BackupError(first_line(said.read().decode(errors="replace")) or f"{command[0]} falló.")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise TypeError("Not asked for.")
    return pipe


def first_line(text: str) -> str:
    """What a program or a database says first; the rest is detail."""
    return text.strip().partition("\n")[0]
