"""The folder of uploaded files: what cannot be written whole is not there at all."""

from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="facturamos.media.MediaStorage")
class MediaStorage(FileSystemStorage):
    """Django's storage of files, which leaves half a file behind when the disk is full."""

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Removes what was begun, and lets the error out. Names are random: nobody else writes this one."""
        free = self.get_available_name(name or content.name, max_length=max_length)
        try:
            return super().save(free, content, max_length=max_length)
        except OSError:
            with suppress(OSError):
                Path(self.path(free)).unlink()
            raise
