"""Who changed a row last, and when, as the audit has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Model
from pghistory.core import event_models

if TYPE_CHECKING:  # the apps are not ready when admin's groups are read
    from pghistory.models import Event

# A row's latest changes; what was changed before them is nobody's conflict.
LATEST = 50
# Under which name the context says who did a step for an issuer, without an account (companies.signed_in).
DELEGATE = "delegate"
NOBODY = "Facturamos.com.mx"


@dataclass(frozen=True)
class Authorship:
    """Who, in words, and when."""

    who: str = NOBODY
    when: datetime | None = None


def last_change(model: type[Model], pk: object, columns: Iterable[str] = ()) -> Authorship:
    """The latest change of a row, or of one of these columns of it; also of a row that is gone."""
    events = _events(model, pk)
    if not events:
        return Authorship()
    event = _that_changed(events, [*columns]) or events[0]
    context = getattr(event, "pgh_context", None)
    return Authorship(_who(context.metadata if context else {}), event.pgh_created_at)


def last_values(model: type[Model], pk: object) -> dict[str, object]:
    """What a row's columns were at its latest change; of a row that is gone, too."""
    columns = ((event, field) for event in _events(model, pk)[:1] for field in event._meta.concrete_fields)
    return {field.name: field.value_from_object(event) for event, field in columns}


def _events(model: type[Model], pk: object) -> "list[Event]":
    """A row's own, the latest first; none where it is not audited."""
    tables = event_models(tracks_model=model)
    try:
        key = model._meta.pk.to_python(pk)
    except ValidationError:  # a page may send anything
        return []
    if not tables:
        return []
    rows = tables[0]._default_manager.filter(pgh_obj_id=key).select_related("pgh_context")
    return cast("list[Event]", list(rows.order_by("-pgh_id")[:LATEST]))


def _that_changed(events: "list[Event]", columns: list[str]) -> "Event | None":
    for event, before in zip(events, [*events[1:], None], strict=True):
        if any(getattr(event, each, None) != getattr(before, each, None) for each in columns):
            return event
    return None


def _who(metadata: dict[str, object]) -> str:
    if asked := metadata.get(DELEGATE):
        return str(asked)
    user = get_user_model()._default_manager.filter(pk__in=[metadata.get("user")]).first()
    return user.get_full_name() if user else NOBODY
