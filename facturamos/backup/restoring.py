"""A backup put back: into an empty database, and only where everything of it is whole."""

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
        raise BackupError("La base no está vacía: indique en DATABASE_URL una recién creada.")
    proving.fill(folder, found, key, where)
    tell("La base se restauró.")
    expected = proving.read_digests(folder, found, key)
    files = 0
    with streams.opened(folder / proving.stored_name(FILES, found), key) as source:
        for name, content in media.unpack(source, expected):
            media.put_back(name, content)
            files += 1
    tell(f"Archivos subidos: {files}.")
    with proving.told():
        proving.prove_rows(found, "default")
        secrets = proving.open_secrets("default")
        proving.prove_named(expected, "default")
    return proving.Proof(found, secrets, files)
