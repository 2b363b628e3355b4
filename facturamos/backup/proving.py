"""Whether a backup can be restored: tried for real, in a database of its own that is gone afterwards."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import Error, connection, connections, models, transaction

from facturamos import orphans, vault
from facturamos.backup import dump, ending, manifest, media, scratch, streams
from facturamos.backup.making import DIGESTS, DUMP, FILES
from facturamos.backup.manifest import BackupError, Manifest
from facturamos.locks import sharing_name
from facturamos.vault import encrypted_columns

SCRATCH = "respaldo"
# Rows that are read at one go.
BATCH = 2_000


@dataclass(frozen=True)
class Proof:
    """What was found good in a backup."""

    backup: Manifest
    secrets: int
    files: int


def prove(folder: Path, key: streams.Identity | None, tell: Callable[[str], object]) -> Proof:
    """Restores into a scratch database, opens every secret and looks at every file. Raises BackupError."""
    dump.prove_direct()
    take_away_left_behind(tell)
    found = manifest.read(folder)
    manifest.prove_files(folder, found)
    prove_ring(found)
    tell("Los archivos del respaldo están completos.")
    expected = read_digests(folder, found, key)
    with streams.opened(folder / stored_name(FILES, found), key) as source:
        files = sum(1 for _ in media.unpack(source, expected))
    tell(f"Archivos subidos: {files}.")
    with _scratch_database() as where:
        fill(folder, found, key, where)
        tell("La base se restauró.")
        with _alias(where), told():
            prove_rows(found, SCRATCH)
            secrets = open_secrets(SCRATCH)
            prove_named(expected, SCRATCH)
    return Proof(found, secrets, files)


def take_away_left_behind(tell: Callable[[str], object]) -> None:
    """Drops the scratch databases of commands that were killed; one that somebody looks at stays."""
    for name in scratch.left_behind():
        try:
            dump.drop_unused(name)
        except BackupError as error:
            tell(f"Queda {name}, la copia de una comprobación anterior. {error}")
        else:
            tell(f"Se quitó {name}, la copia de una comprobación que no terminó.")


@contextmanager
def _scratch_database() -> Iterator[dump.Where]:
    """A new database, gone afterwards however the command ends, unless it is killed."""
    name = scratch.new_name()
    # Also between its creation and the first connection others know that it is in use.
    with sharing_name(name), ending.held_off():
        try:
            where = dump.create(name)
            with ending.let_in():
                yield where
        finally:
            dump.drop(name)


def stored_name(name: str, found: Manifest) -> str:
    """How a file of the backup is called there."""
    return name + (streams.SUFFIX if found.encrypted else "")


def read_digests(folder: Path, found: Manifest, key: streams.Identity | None) -> dict[str, str]:
    """The digest of each uploaded file, by its name."""
    with streams.opened(folder / stored_name(DIGESTS, found), key) as source:
        return media.digests(source)


def fill(folder: Path, found: Manifest, key: streams.Identity | None, where: dump.Where) -> None:
    """Restores the dump into an empty database."""
    with streams.opened(folder / stored_name(DUMP, found), key) as source:
        dump.restore(source, where)


def prove_ring(found: Manifest) -> None:
    """Raises BackupError naming the keys that the backup was made with and the present ring lacks."""
    present = vault.fingerprints()
    lacking = [key_id for key_id, print_of in found.ring.items() if present.get(key_id) != print_of]
    if lacking:
        names = ", ".join(f"«{key_id}»" for key_id in lacking)
        raise BackupError(f"El anillo de FACTURAMOS_KEYS no es el de este respaldo: falta la llave {names}.")


@contextmanager
def _alias(where: dump.Where) -> Iterator[None]:
    """The scratch database as one of Django's."""
    own = {**connection.settings_dict, "NAME": where["dbname"], "CONN_MAX_AGE": 0}
    own["OPTIONS"] = {**own["OPTIONS"], "options": "-c statement_timeout=0"}
    connections.databases[SCRATCH] = own
    try:
        yield
    finally:
        connections[SCRATCH].close()
        del connections[SCRATCH]
        del connections.databases[SCRATCH]


@contextmanager
def told() -> Iterator[None]:
    """Raises BackupError, in the database's own words, where a restored one cannot be read."""
    try:
        yield
    except Error as error:
        raise BackupError(f"La base restaurada no se pudo leer: {dump.first_line(str(error))}") from error


def prove_rows(found: Manifest, using: str) -> None:
    """Raises BackupError naming each table that has not as many rows as were dumped."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # Millions of rows take longer to count than a page may wait.
        cursor.execute("SET LOCAL statement_timeout = 0")
        tables = set(connections[using].introspection.table_names(cursor))
        rows = dump.count_rows(cursor, tables & found.rows.keys())
    wrong = [
        f"{table} ({rows.get(table, 0)} de {count})"
        for table, count in found.rows.items()
        if rows.get(table) != count
    ]
    if wrong:
        raise BackupError(f"Faltan renglones: {', '.join(wrong)}.")


def open_secrets(using: str) -> int:
    """Opens every encrypted value; returns how many. Raises BackupError with how many do not open."""
    opened, closed = 0, dict[str, int]()
    for model, column in _present(encrypted_columns(), using):
        for row in _with_secrets(model, column, using):
            try:
                vault.take(row, column)
            except vault.VaultError:
                closed[model._meta.label] = closed.get(model._meta.label, 0) + 1
            else:
                opened += 1
    if closed:
        said = ", ".join(f"{label}: {count}" for label, count in closed.items())
        raise BackupError(f"Hay secretos que no abren con el anillo de ahora ({said}).")
    return opened


def _present(columns: Iterable[orphans.Column], using: str) -> list[orphans.Column]:
    """Those that a restored database has: an older release's lacks what has come since."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
        )
        there = set(cursor.fetchall())
    return [
        (model, field.name)
        for model, name in columns
        for field in model._meta.concrete_fields
        if field.name == name and (model._meta.db_table, field.column) in there
    ]


def _with_secrets(model: type[models.Model], column: str, using: str) -> Iterator[models.Model]:
    """Batch by batch, so that memory holds few of a million, whether or not a pooler permits cursors."""
    rows = model._base_manager.using(using).exclude(**{column: None}).only("pk", column).order_by("pk")
    batch = list(rows[:BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])


def prove_named(digests: Mapping[str, str], using: str) -> None:
    """Raises BackupError when a row names a file that the backup lacks."""
    named = orphans.named_files(using, _present(orphans.file_columns(), using))
    lacking = sorted(named - digests.keys())
    if lacking:
        raise BackupError(f"Faltan {len(lacking)} archivos que la base nombra; el primero: {lacking[0]}.")
