"""The folder of uploaded files: what cannot be written whole is not there at all."""

from contextlib import suppress
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="facturamos.media.MediaStorage")
class MediaStorage(FileSystemStorage):
    """Django's storage of files, which leaves half a file behind when the disk is full."""

    def _save(self, name: str, content: File[bytes]) -> str:
        """Removes what was begun, and lets the error out. Names are random: nobody else writes this one."""
        try:
            return str(super()._save(name, content))  # type: ignore[misc]  # the stubs do not know it
        except OSError:
            with suppress(OSError):
                Path(self.path(name)).unlink()
            raise
