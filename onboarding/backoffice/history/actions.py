"""What staff did by its own words: the action, and the reason that was given."""

from collections.abc import Iterable
from dataclasses import replace

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.urls import reverse
from django.utils.text import capfirst

from onboarding.backoffice.history.changes import Change
from onboarding.backoffice.history.models import StaffActionQuerySet

ADMIN = "Administración"


def actions_of(rows: StaffActionQuerySet) -> list[Change]:
    """Each as a line of its own, in the rows' order."""
    found = []
    for row in rows.select_related("log__content_type", "user"):
        model = row.log.content_type.model_class() if row.log.content_type else None
        kind = capfirst(model._meta.verbose_name) if model else ""
        found.append(
            Change(
                at=row.at,
                who=str(row.user),
                source=ADMIN,
                what=f"{kind}: {row.log.object_repr}",
                verb="",
                reason=_words(row.log),
                url=_page(model, row),
                author=row.user,
                model=model,
                key=row.object_id,
                context=str(row.context or ""),
                data={"by_form": row.log.change_message.startswith("[") or not row.log.change_message},
            )
        )
    return found


def joined(changes: list[Change], actions: Iterable[Change]) -> list[Change]:
    """Changes with the reason of the action that made them; actions that changed nothing stand alone."""
    places = _places(changes)
    found = [*changes]
    alone: list[Change] = []
    for action in actions:
        # Where the row itself did not change, what else did has the reason.
        own = places.get((action.context, action.model, action.key))
        place = places.get((action.context, None, "")) if own is None else own
        if place is None:
            alone.append(action)
            continue
        reason = "" if action.data.get("by_form") else action.reason
        url = action.url if own is not None else found[place].url
        found[place] = replace(found[place], reason=reason or found[place].reason, url=url)
    return [*found, *alone]


def _places(changes: list[Change]) -> dict[tuple[str, type[Model] | None, str], int]:
    """Where the first change of each context stands, and the first of each row in it."""
    places: dict[tuple[str, type[Model] | None, str], int] = {}
    for place, each in enumerate(changes):
        if each.context:
            places.setdefault((each.context, None, ""), place)
            places.setdefault((each.context, each.model, each.key), place)
    return places


def _words(log: LogEntry) -> str:
    return str(log.get_change_message())


def _page(model: type[Model] | None, row: object) -> str:
    if model is None or not admin.site.is_registered(model):
        return ""
    key = getattr(row, "object_id", "")
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])
