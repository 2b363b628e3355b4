"""Faults that are ours and pass: what people cannot mend, and what is tried again instead of given up.

A page answers 503 for them, work in the background waits (Job.wait_for_us), and the log says a line.
"""

import errno
from enum import StrEnum

from django.core.files.storage import InvalidStorageError
from django.db import InterfaceError, InternalError, OperationalError, ProgrammingError
from psycopg2 import errors

from facturamos.database.commits import CommitsStandStill
from facturamos.turns import NoTurn
from facturamos.vault import VaultError

FULL = {errno.ENOSPC, errno.EDQUOT}
FILES = {errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENOENT, errno.ENOTDIR, errno.ESTALE}
# The packages that speak with S3; they need not be installed (docs/production.md, «Archivos en S3»).
STORAGE_PACKAGES = {"botocore", "boto3", "s3transfer"}


class Outage(StrEnum):
    """What of ours is at fault."""

    DATABASE = "database"
    READ_ONLY = "database read-only"
    DATABASE_FULL = "database full"
    UNCONFIRMED = "database waits for its follower"
    TABLES = "tables of another release"
    FULL = "files full"
    FILES = "files"
    RING = "key ring"
    PROCESSORS = "processors"


# The database answers, and takes nothing.
UNWRITABLE = {Outage.READ_ONLY, Outage.DATABASE_FULL, Outage.UNCONFIRMED}


def outage_of(error: BaseException | None) -> Outage | None:
    """Which of our faults an exception tells of; None when it is the work's own."""
    if {kind.__module__.partition(".")[0] for kind in type(error).__mro__} & STORAGE_PACKAGES:
        return Outage.FILES  # some of theirs are an OSError, too
    match error:
        case VaultError():
            return Outage.RING
        case InvalidStorageError():
            return Outage.FILES
        case NoTurn():
            return Outage.PROCESSORS
        case ProgrammingError(__cause__=errors.UndefinedTable() | errors.UndefinedColumn()):
            return Outage.TABLES  # begun before `migrate`, or left over from before it
        case OperationalError() | InterfaceError() | InternalError():
            return _of_database(error)
        case OSError():
            return Outage.FULL if error.errno in FULL else Outage.FILES if error.errno in FILES else None
    return None


def _of_database(error: OperationalError | InterfaceError | InternalError) -> Outage | None:
    match error.__cause__:
        case errors.ReadOnlySqlTransaction():
            return Outage.READ_ONLY
        case errors.DiskFull():
            return Outage.DATABASE_FULL
        case CommitsStandStill():
            return Outage.UNCONFIRMED
    return None if isinstance(error, InternalError) else Outage.DATABASE


def is_waited_for(error: Exception) -> bool:
    """Whether a job waits for it. A statement that takes too long is the work's own doing."""
    return outage_of(error) is not None and not isinstance(error.__cause__, errors.QueryCanceled)
