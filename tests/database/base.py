"""PostgreSQL, as the site speaks with it, but emptied in a tenth of the time after a test that commits, and
migrated once for all of xdist's workers.
"""

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.creation import DatabaseCreation as PostgresCreation
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations

from facturamos.database import base

# What every migration leaves behind, and no test changes.
KEPT = {"django_content_type", "auth_permission"}
# The database that a worker's begins as a copy of.
MIGRATED = "test_migrated"


class DatabaseOperations(PostgresOperations):
    """Removes rows one by one: a test leaves few, and TRUNCATE makes every table's files anew."""

    def sql_flush(
        self,
        style: Any,
        tables: Iterable[str],
        *,
        reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:
        """Without triggers: nothing is written down of it, and tables need no order."""
        emptied = sorted(set(tables) - KEPT)
        return [
            "SET session_replication_role = replica",
            *(f"DELETE FROM {self.quote_name(table)}" for table in emptied),  # noqa: S608  (our own tables)
            "SET session_replication_role = DEFAULT",
        ]


class DatabaseCreation(PostgresCreation):
    """Migrates one database for all workers: that takes as long as a hundred tests."""

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        """The first worker's is migrated and copied while the others wait; theirs begin as that copy."""
        if "PYTEST_XDIST_WORKER" not in os.environ:
            return super().create_test_db(*args, **kwargs)
        mark = Path(os.environ["FACTURAMOS_TESTS"], MIGRATED)
        with mark.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if mark.exists():
                self.connection.settings_dict["TEST"]["TEMPLATE"] = MIGRATED
            name: str = super().create_test_db(*args, **kwargs)
            if not mark.exists():
                self._copy(name)
                mark.touch()
        return name

    def _copy(self, name: str) -> None:
        self.connection.close()  # a database in use is not copied
        with self.connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {MIGRATED}")
            cursor.execute(f"CREATE DATABASE {MIGRATED} TEMPLATE {self.connection.ops.quote_name(name)}")


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
    ops_class = DatabaseOperations
