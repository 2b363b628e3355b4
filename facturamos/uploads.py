"""Uploads are read in memory, up to a cap: a private key must never touch a temporary file.

The one exception are the manuals and programs that staff upload for everybody to download.
"""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    StopFutureHandlers,
    TemporaryFileUploadHandler,
)


class CappedMemoryHandler(FileUploadHandler):
    """Keeps every file of a request in memory and refuses the request above the cap.

    Raises RequestDataTooBig (answered with our 413 page) once the files of one request together
    exceed `settings.UPLOAD_MAX_BYTES`; the forms have tighter limits of their own.
    """

    received = 0

    def new_file(
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: str | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        super().new_file(field_name, file_name, content_type, content_length, charset, content_type_extra)
        self.buffer = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig("The uploaded files exceed UPLOAD_MAX_BYTES.")
        self.buffer.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.buffer.seek(0)
        return InMemoryUploadedFile(
            file=self.buffer,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


class StaffFileHandler(TemporaryFileUploadHandler):
    """What is no secret and too large for memory; of all other requests it leaves the files to the next."""

    received = 0

    def new_file(
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: str | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        if self._is_theirs():
            super().new_file(field_name, file_name, content_type, content_length, charset, content_type_extra)
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self._is_theirs():
            return raw_data
        self.received += len(raw_data)
        if self.received > settings.STAFF_UPLOAD_MAX_BYTES:
            self.upload_interrupted()
            raise RequestDataTooBig("The uploaded file exceeds STAFF_UPLOAD_MAX_BYTES.")
        super().receive_data_chunk(raw_data, start)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        return super().file_complete(file_size) if self._is_theirs() else None

    def _is_theirs(self) -> bool:
        """Whether support, or the owner, asks at the page of the downloads."""
        request = self.request
        if request is None or not request.path.startswith(settings.STAFF_UPLOADS_AT):
            return False
        return bool(getattr(request.user, "is_support", False))
