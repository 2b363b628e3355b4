"""Whether files can be kept: one is written, read and removed."""

import uuid
from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from facturamos.checks.variables import START
from facturamos.outages import Outage, outage_of

FOLDER = "prueba"


def try_media() -> str:
    """Why no file can be kept, as the class of the error; "" when all is well."""
    error = media_error()
    return type(error).__name__ if error else ""


def media_error() -> Exception | None:
    """What keeps a file from being kept."""
    content = uuid.uuid4().hex.encode()
    try:
        name = default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}", ContentFile(content))
        with default_storage.open(name) as kept:
            same = kept.read() == content
        default_storage.delete(name)
    except Exception as error:  # a storage of any make: its own errors, and the system's
        return error
    return None if same else ValueError("another content")


@checks.register(START, checks.Tags.database)
def check_media(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: object
) -> list[checks.CheckMessage]:
    """An error in production, where it is a mistake in the settings; what is full or away is waited for."""
    if not databases or not settings.PRODUCTION or (error := media_error()) is None:
        return []
    text = f"MEDIA_ROOT, MEDIA_STORAGE: no se puede guardar un archivo ({type(error).__name__})."
    passes = outage_of(error) is Outage.FULL or type(error).__module__.startswith("botocore")
    return [
        checks.Warning(text, id="facturamos.W015") if passes else checks.Error(text, id="facturamos.E015")
    ]
