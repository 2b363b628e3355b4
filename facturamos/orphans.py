"""Files that no row names: one that was replaced, an upload whose transaction was undone, a process killed
between file and row.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.utils import timezone

from facturamos.locks import is_free

logger = logging.getLogger(__name__)

# Long enough for any transaction, and for a restored database to get its later files back.
OLD_ENOUGH = timedelta(days=7)
# The name of the lock that a backup holds while it packs.
BACKUP = "backup"


type Column = tuple[type[models.Model], str]


def file_columns() -> list[Column]:
    """Every column with files in the project."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField) and field.model is model
    ]


def named_files(using: str = DEFAULT_DB_ALIAS, columns: Iterable[Column] | None = None) -> set[str]:
    """Every file that a row names, in all columns or in these.

    All must be there where files are removed by it: a column that is not yet migrated may have another name.
    """
    found: set[str] = set()
    for model, column in file_columns() if columns is None else columns:
        rows = model._base_manager.using(using).exclude(**{column: ""}).order_by()
        found.update(name for name in rows.values_list(column, flat=True) if name)
    return found


def remove_after_commit(name: str) -> None:
    """Removes a file that its row names no longer, once that is certain."""
    transaction.on_commit(partial(_remove, name), robust=True)


def _remove(name: str) -> None:
    """While a backup is made the file stays, for the row that names it may be in the dump; `tidy` comes by.

    A backup that begins after this question sees the row as it is by now.
    """
    if is_free(BACKUP):
        default_storage.delete(name)


def stored_files(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file below a folder."""
    folders, files = storage.listdir(folder)
    yield from (f"{folder}/{name}".lstrip("/") for name in files)
    for name in folders:
        yield from stored_files(storage, f"{folder}/{name}".lstrip("/"))


def tidy() -> int:
    """Removes the orphans that are old enough; returns how many.

    How old a file is costs a request where files are elsewhere (S3): only those are asked that no row names.
    The rows are read once more at the end, so that none is missed.
    """
    before = timezone.now() - OLD_ENOUGH
    named = named_files()
    unknown = [name for name in stored_files(default_storage) if name not in named]
    old = [name for name in unknown if default_storage.get_modified_time(name) < before]
    orphans = sorted(set(old) - named_files()) if old else []
    for name in orphans:
        default_storage.delete(name)
    if orphans:
        logger.warning("%d files that no row names were removed.", len(orphans))
    return len(orphans)
