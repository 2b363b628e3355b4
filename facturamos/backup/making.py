"""A new backup, while the site works."""

from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import Error, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from facturamos import orphans, vault
from facturamos.backup import dump, media, streams
from facturamos.backup.manifest import BackupError, Manifest, StoredFile
from facturamos.locks import sharing_name
from facturamos.version import version

DUMP, FILES, DIGESTS = "base.dump", "archivos.tar", "archivos.jsonl"


def make(parent: Path, to: streams.Recipient | None) -> Path:
    """Writes a backup into a new folder, named after the moment, and returns it. Raises BackupError.

    The folder ends in `.incompleto` until all is there, and stays so for who looks into what went wrong.
    """
    dump.prove_direct()
    prove_apart(parent)
    made_at = timezone.now()
    folder = parent / f"respaldo-{made_at:%Y%m%dT%H%M%SZ}"
    unfinished = folder.with_name(folder.name + ".incompleto")
    try:
        unfinished.mkdir(mode=0o700, parents=True)
        # Files that are replaced meanwhile stay: the dump may still name them.
        with sharing_name(orphans.BACKUP):
            _fill(unfinished, made_at, to)
        unfinished.rename(folder)
    except Error as error:
        raise BackupError(f"La base dejó de contestar: {dump.first_line(str(error))}") from error
    except OSError as error:
        raise BackupError(f"No se pudo escribir en {parent}: {error.strerror or error}.") from error
    return folder


def prove_apart(parent: Path) -> None:
    """Raises BackupError where a backup would pass for uploaded files that no row names: they are removed."""
    files = media.folder()
    if files is None:
        return
    if parent.resolve().is_relative_to(files.resolve()):
        raise BackupError(
            f"El respaldo no puede estar entre los archivos subidos ({files.resolve()}), que se limpian cada "
            "noche: indique una carpeta que no esté dentro de esa."
        )


def _fill(folder: Path, made_at: datetime, to: streams.Recipient | None) -> None:
    suffix = streams.SUFFIX if to else ""
    packed, files, told = media.Packed(), dict[str, StoredFile](), list[Manifest]()

    def dump_meanwhile() -> None:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            told.append(_manifest(cursor, made_at))
            name = DUMP + suffix
            files[name] = streams.store(folder / name, partial(dump.dump, snapshot=snapshot), to)

    name = FILES + suffix
    files[name] = streams.store(
        folder / name, partial(media.pack, packed=packed, meanwhile=dump_meanwhile), to
    )
    name = DIGESTS + suffix
    files[name] = streams.store(folder / name, packed.write_to, to)
    (made,) = told
    made.files, made.media_files, made.encrypted = files, len(packed.digests), to is not None
    made.write(folder)


def _manifest(cursor: CursorWrapper, made_at: datetime) -> Manifest:
    cursor.execute("SHOW server_version")
    (postgres,) = cursor.fetchone()
    cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app")
    return Manifest(
        made_at=made_at,
        version=version(),
        postgres=str(postgres).split(" ")[0],
        migrations=dict(cursor.fetchall()),
        ring=vault.fingerprints(),
        rows=dump.count_rows(cursor, connection.introspection.table_names(cursor)),
    )
