"""A draft of the privacy notice for a fresh site, with brackets where the owner writes who it is."""

from pathlib import Path

from django.db import connections

from companies.models import PrivacyNotice

VERSION = "borrador"
TEXT = Path(__file__).with_name("draft_notice.txt")


def leave_draft(using: str, **kwargs: object) -> None:
    """Runs after every `migrate`; where there is any notice, it changes nothing."""
    connection = connections[using]
    if PrivacyNotice._meta.db_table not in connection.introspection.table_names():
        return  # migrated backwards
    notices = PrivacyNotice.objects.using(using)
    if not notices.exists():
        notices.create(version=VERSION, text=TEXT.read_text(encoding="utf-8"))
