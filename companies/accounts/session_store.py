"""Sessions in the database, as Django's: read with each page, ended or given another key now and then."""

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone


class SessionStore(db.SessionStore):
    """Django's, by statements that are not made anew each time."""

    def load(self) -> dict[str, object]:
        """What the session holds; what is not there or over, Django deals with."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
                [self.session_key, timezone.now()],
            )
            row = cursor.fetchone()
        held: dict[str, object] = self.decode(row[0]) if row else super().load()
        return held

    def exists(self, session_key: str) -> bool:
        """Whether a key is taken."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM django_session WHERE session_key = %s", [session_key])
            return bool(cursor.rowcount)

    def delete(self, session_key: str | None = None) -> None:
        """Ends a session, its own unless another is named; one that is not there has ended."""
        key = self.session_key if session_key is None else session_key
        if key is None:
            return
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_session WHERE session_key = %s", [key])
