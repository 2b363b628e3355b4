"""Sessions in the database, as Django's, which are read with each page."""

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone


class SessionStore(db.SessionStore):
    """Django's, read by a statement that is not made anew each time."""

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
