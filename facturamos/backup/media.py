"""The folder of uploaded files as one tar, with the digest of each."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from facturamos.backup.manifest import BackupError
from facturamos.backup.streams import Sink
from facturamos.orphans import stored_files


@dataclass
class Packed:
    """What went into the tar: the digest of each file by its name."""

    digests: dict[str, str] = field(default_factory=dict)

    def write_to(self, sink: Sink) -> None:
        """A line for each file."""
        for name, digest in sorted(self.digests.items()):
            sink.write(json.dumps({"name": name, "sha256": digest}, ensure_ascii=False).encode() + b"\n")


def pack(sink: Sink, packed: Packed, meanwhile: Callable[[], None]) -> None:
    """Packs what there is, lets the database be dumped, and packs what has come since.

    So a row of the dump has its file: what a row named at that moment was there before, or came until then,
    and stays meanwhile, whoever replaces it (`orphans.remove_after_commit`).
    """
    with tarfile.open(fileobj=_Writable(sink), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        _add_new(tar, packed)
        meanwhile()
        _add_new(tar, packed)


def folder() -> Path | None:
    """Where the files lie; None where that is no folder of ours."""
    if isinstance(default_storage, FileSystemStorage):  # Django's lazy object passes for what it wraps
        return Path(default_storage.path(""))
    return None


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Raises BackupError saying what could not be done, where, and why."""
    try:
        yield
    except Exception as error:  # a storage of any make: its own errors, and the system's
        where = folder() or "MEDIA_STORAGE"
        why = error.strerror if isinstance(error, OSError) else None
        why = why or f"{type(error).__name__}, {str(error).strip().partition('\n')[0]}"
        raise BackupError(f"{what} ({where}): {why.rstrip('.')}.") from error


def _add_new(tar: tarfile.TarFile, packed: Packed) -> None:
    with _told("Los archivos subidos no se pudieron leer"):
        names = list(stored_files(default_storage))
    for name in names:
        if name not in packed.digests:
            _add(tar, name, packed)


def _add(tar: tarfile.TarFile, name: str, packed: Packed) -> None:
    content = _read(name)
    if content is None:
        return  # gone before the dump, or an upload that was undone
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))
    packed.digests[name] = hashlib.sha256(content).hexdigest()


def _read(name: str) -> bytes | None:
    """One file whole, of 128 MB at the most (STAFF_UPLOAD_MAX_BYTES); None when it is gone."""
    with _told(f"El archivo {name} no se pudo leer"):
        try:
            with default_storage.open(name) as file:
                content: bytes = file.read()
        except FileNotFoundError:
            return None
    return content


class _Writable(io.RawIOBase):
    """What tarfile takes for a file."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # a buffer of any sort
        return self._sink.write(bytes(data))


def digests(source: IO[bytes]) -> dict[str, str]:
    """What a backup says of its files."""
    lines = (json.loads(line) for line in source.read().splitlines())
    return {line["name"]: line["sha256"] for line in lines}


def unpack(source: IO[bytes], expected: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Each file with its content. Raises BackupError naming what is missing, altered or not expected."""
    left = dict(expected)
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for entry in tar:
            file = tar.extractfile(entry)
            content = file.read() if file else b""
            if left.pop(entry.name, None) != hashlib.sha256(content).hexdigest():
                raise BackupError(f"El archivo {entry.name} no es el que se guardó.")
            yield entry.name, content
    if left:
        raise BackupError(f"Faltan {len(left)} archivos; el primero: {min(left)}.")


def put_back(name: str, content: bytes) -> None:
    """Under the same name, whatever lay there. Raises BackupError."""
    with _told(f"El archivo {name} no se pudo restaurar"):
        if default_storage.exists(name):
            with default_storage.open(name) as file:
                if file.read() == content:
                    return
            default_storage.delete(name)
        kept = default_storage.save(name, File(io.BytesIO(content)))
    if kept != name:
        raise BackupError(f"El archivo {name} no se pudo poner en su lugar.")
