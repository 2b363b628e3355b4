"""«Acciones recientes»: what a user did last, as far as it may still see what it did it to."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest

from facturamos.admin.scoping import viewer, visible

# Looked through for the few that the page shows.
LATEST = 50


def recent(request: HttpRequest) -> QuerySet[LogEntry]:
    """A company that went to another distributor goes from here, too: its name stands in the entry."""
    own = LogEntry.objects.filter(user_id=viewer(request).pk).select_related("content_type", "user")
    entries = list(own[:LATEST])
    kept: list[int] = []
    for content_type in {entry.content_type for entry in entries}:
        of_type = [entry for entry in entries if entry.content_type == content_type]
        seen = _visible_keys(content_type, [str(entry.object_id) for entry in of_type], request)
        kept += [entry.pk for entry in of_type if entry.object_id in seen]
    return own.filter(pk__in=kept)


def _visible_keys(content_type: ContentType | None, keys: list[str], request: HttpRequest) -> set[str]:
    model = content_type.model_class() if content_type else None
    if model is None:
        return set()
    rows = visible(model._default_manager.filter(pk__in=keys), request)
    return {str(pk) for pk in rows.values_list("pk", flat=True)}
