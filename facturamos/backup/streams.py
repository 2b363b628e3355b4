"""Bytes on their way to a file of a backup and back: counted, digested, and encrypted where asked for.

Encryption is age's (https://age-encryption.org): who has the public key makes backups, and only the
private one opens them.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import pyrage

from facturamos.backup.manifest import CHUNK, BackupError, StoredFile

SUFFIX = ".age"
# age's public and private key; the package ships no types.
type Recipient = pyrage.x25519.Recipient
type Identity = pyrage.x25519.Identity


class Sink(Protocol):
    """Where bytes can be written."""

    def write(self, data: bytes, /) -> int: ...


class Digested:
    """Writes to a file, and knows what it wrote."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._sha256, self._size = file, hashlib.sha256(), 0

    def write(self, data: bytes, /) -> int:
        """Writes all of it, and remembers how much."""
        self._sha256.update(data)
        self._size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """What age asks of a file."""
        self._file.flush()

    def stored(self) -> StoredFile:
        """What this file of the backup should look like."""
        return StoredFile(self._size, self._sha256.hexdigest())


def recipient(public_key: str) -> Recipient:
    """Raises BackupError when it is no public key of age's."""
    try:
        made: Recipient = pyrage.x25519.Recipient.from_str(public_key.strip())
    except pyrage.RecipientError as error:
        raise BackupError(
            "La llave pública no es de age: empieza con «age1» y se hace con age-keygen."
        ) from error
    return made


def identity(path: Path) -> Identity:
    """The private key in a file as age-keygen writes it. Raises BackupError."""
    try:
        lines = path.read_text(encoding="ascii").split("\n")
        (key,) = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        found: Identity = pyrage.x25519.Identity.from_str(key)
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise BackupError(f"{path} no tiene una llave privada de age (AGE-SECRET-KEY-…).") from error
    return found


def store(path: Path, fill: Callable[[Sink], None], to: Recipient | None) -> StoredFile:
    """Writes a file of a backup with what `fill` gives; nothing of it lies anywhere unencrypted meanwhile."""
    with path.open("xb") as file:
        digested = Digested(file)
        if to is None:
            fill(digested)
        else:
            with _filled(fill) as plain:
                pyrage.encrypt_io(plain, digested, [to])
        file.flush()
        os.fsync(file.fileno())
    return digested.stored()


@contextmanager
def _filled(fill: Callable[[Sink], None]) -> Iterator[BinaryIO]:
    """What `fill` writes, to be read; what it raises is raised at the end."""
    reading, writing = os.pipe()
    failed: list[Exception] = []

    def run() -> None:
        with os.fdopen(writing, "wb") as sink:
            try:
                fill(sink)
            except Exception as error:  # told to who waits
                failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    with os.fdopen(reading, "rb") as source:
        yield source
        while source.read(CHUNK):  # who reads a tar stops before its last blocks
            pass
    thread.join()
    if failed:
        raise failed[0]


@contextmanager
def opened(path: Path, key: Identity | None) -> Iterator[BinaryIO]:
    """A file of a backup, to be read to its end. Raises BackupError when `key` does not open it."""
    with path.open("rb") as file:
        if path.suffix != SUFFIX:
            yield file
            return
        if key is None:
            raise BackupError(
                "El respaldo está cifrado: indique --identidad con el archivo de la llave privada."
            )

        def decrypt(sink: Sink) -> None:
            try:
                pyrage.decrypt_io(file, sink, [key])
            except (pyrage.DecryptError, OSError) as error:
                raise BackupError(f"{path.name} no abre con esa llave privada.") from error

        with _filled(decrypt) as plain:
            yield plain
