"""Indexes that our pages need on tables of packages, whose migrations are not ours to write."""

from django.db import connection

INDEXES = (
    # What one person changed, the latest first: its contexts.
    "CREATE INDEX IF NOT EXISTS pghistory_context_by_user"
    " ON pghistory_context ((metadata -> 'user'), created_at DESC)",
    # «Mis acciones» on the front page; the history of a row, as Django itself asks for it.
    "CREATE INDEX IF NOT EXISTS admin_log_by_user ON django_admin_log (user_id, action_time DESC)",
    "CREATE INDEX IF NOT EXISTS admin_log_by_row"
    " ON django_admin_log (content_type_id, object_id, action_time DESC)",
)


def make(**_signal: object) -> None:
    """Makes those that are not there yet. Runs after every `migrate`, when both tables are."""
    with connection.cursor() as cursor:
        for statement in INDEXES:
            cursor.execute(statement)
