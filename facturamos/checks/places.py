"""Whether files can be kept: one is written, read and removed."""

import uuid
from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from facturamos.checks.variables import START

FOLDER = "prueba"


def try_media() -> str:
    """Why no file can be kept, as the class of the error; "" when all is well."""
    content = uuid.uuid4().hex.encode()
    try:
        name = default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}", ContentFile(content))
        with default_storage.open(name) as kept:
            same = kept.read() == content
        default_storage.delete(name)
    except Exception as error:  # a storage of any make: its own errors, and the system's
        return type(error).__name__
    return "" if same else "otro contenido"


@checks.register(START, checks.Tags.database)
def check_media(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: object
) -> list[checks.CheckMessage]:
    """An error in production: somebody's logo would be the first to notice."""
    if not databases or not settings.PRODUCTION or not (wrong := try_media()):
        return []
    text = f"MEDIA_ROOT, MEDIA_STORAGE: no se puede guardar un archivo ({wrong})."
    return [checks.Error(text, id="facturamos.E015")]
