"""A backup put back: into an empty database, and only where everything of it is whole.

The files come first, and the database in one transaction after them: whatever fails on the way leaves it
empty, so that the same command can be given again.
"""

from collections.abc import Callable
from pathlib import Path

from facturamos.backup import dump, manifest, media, proving, streams
from facturamos.backup.making import FILES
from facturamos.backup.manifest import BackupError


def restore(folder: Path, key: streams.Identity | None, tell: Callable[[str], object]) -> proving.Proof:
    """Restores database and files, and proves both. Raises BackupError."""
    dump.prove_direct()
    found = manifest.read(folder)
    manifest.prove_files(folder, found)
    proving.prove_ring(found)
    where = dump.params()
    if not dump.is_empty(where):
        raise BackupError(
            "La base no está vacía: indique en DATABASE_URL una recién creada. Si la llenó un «restore» "
            "que no terminó, bórrela y créela de nuevo: el respaldo lo tiene todo."
        )
    expected = proving.read_digests(folder, found, key)
    try:
        files = _put_back(folder, found, key, expected)
        tell(f"Archivos subidos: {files}.")
        proving.fill(folder, found, key, where)
    except BackupError as error:
        raise BackupError(f"{error} La base sigue vacía: resuélvalo y repita la misma orden.") from error
    tell("La base se restauró.")
    with proving.told():
        proving.prove_rows(found, "default")
        secrets = proving.open_secrets("default")
        proving.prove_named(expected, "default")
    return proving.Proof(found, secrets, files)


def _put_back(
    folder: Path, found: manifest.Manifest, key: streams.Identity | None, expected: dict[str, str]
) -> int:
    files = 0
    with streams.opened(folder / proving.stored_name(FILES, found), key) as source:
        for name, content in media.unpack(source, expected):
            media.put_back(name, content)
            files += 1
    return files
