"""`manage.py migrate`: Django's, with time-outs for a site that goes on working meanwhile."""

from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connection

# A change of a table waits for who uses it, and everybody else waits behind it: no longer than a page may.
LOCK_SECONDS = 5
LOCK_NOT_AVAILABLE = "55P03"
BUSY = (
    f"Una tabla estuvo ocupada por más de {LOCK_SECONDS} s. La migración que esperaba no cambió nada; "
    "ejecute «manage.py migrate» otra vez."
)


class Command(migrate.Command):
    """Gives up soon on a lock, so that no page waits behind it; an index may take as long as it takes.

    Behind a pooler another's connection would keep these: there the user's own time-outs hold, so migrations
    should go to PostgreSQL itself (docs/production.md).
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when a lock was not to be had in time."""
        try:
            with connection.cursor() as cursor:
                if settings.DATABASE_POOLER == "none":
                    cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
                    cursor.execute("SET statement_timeout = 0")
            super().handle(*args, **options)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) == LOCK_NOT_AVAILABLE:
                raise CommandError(BUSY) from error
            raise
        finally:
            connection.close()
