"""A file that cannot be written whole is not there at all."""

import errno
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.files.base import ContentFile

from facturamos.media import MediaStorage


class FullFile(ContentFile[bytes]):
    """Its second part meets a full disk."""

    def chunks(self, chunk_size: int | None = None) -> Any:
        yield b"x" * 1000
        raise OSError(errno.ENOSPC, "No space left on device")


class FullStorage(MediaStorage):
    """A disk that is always full."""

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        return super().save(name, FullFile(b""), max_length)


def test_half_a_file_is_removed(tmp_path: Path) -> None:
    storage = MediaStorage(location=tmp_path)

    with pytest.raises(OSError, match="No space"):
        storage.save("cartas/a.pdf", FullFile(b""))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_whole_one_stays(tmp_path: Path) -> None:
    storage = MediaStorage(location=tmp_path)

    name = storage.save("cartas/a.pdf", ContentFile(b"todo"))

    assert (tmp_path / name).read_bytes() == b"todo"
