"""Who came in, and who did not, as lines of the history."""

from django.db.models import QuerySet

from companies.models import SecurityEvent
from onboarding.backoffice.history.changes import Change


def lines(rows: "QuerySet[SecurityEvent]") -> list[Change]:
    """Each as a line of its own, in the rows' order."""
    return [
        Change(
            at=row.at,
            who=str(row.user or ""),
            source=f"desde {row.address}" if row.address else "",
            what=str(row.get_kind_display()),
            verb="",
            author=row.user,
            model=SecurityEvent,
            key=str(row.pk),
        )
        for row in rows.select_related("user")
    ]
