"""All that ever changed about a company: who, what, before and after; newest first.

Read from the audit's own tables, which have no column for a secret. Models are found by looking, so that
one that is tracked later is not forgotten.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from companies.models import Company, User
from onboarding.steps import STEPS

# Of each kind of row; a company changes a few dozen times in its life.
LATEST = 200
DEEDS = {"insert": "se creó", "update": "cambió", "delete": "se borró"}
# Where a change came from, by the first part of the page's address.
PLACES = {
    "/admin": "Administración",
    "/configuracion": "Página del emisor",
    "/panel": "Página del emisor",
    "/entrar": "Al entrar",
    "/recuperar": "Recuperación de la contraseña",
}
# Says nothing to a reader: keys, and what the line says already.
SILENT = {"id", "company", "onboarding", "approved_digest"}
TITLES = {step.slug: step.title for step in STEPS}

Event = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One event: when, who or what did it, to which row, and the values that differ."""

    at: datetime
    who: str
    source: str
    what: str
    deed: str
    values: tuple[tuple[str, str, str], ...]

    @property
    def is_new(self) -> bool:
        """Whether the row began here: all its values are new then."""
        return self.deed == DEEDS["insert"]


def timeline(company: Company) -> list[Change]:
    """Every change of the rows that reach `company`: one query a kind, and three for names."""
    found = [(model, event) for model in tracked_models() for event in _events(model, company)]
    names = _names(found)
    changes = [_change(model, event, names) for model, event in found]
    # Events of one transaction have one time; turned round last, the later ones stand first.
    return sorted(changes, key=lambda change: change.at)[::-1]


def tracked_models() -> list[Any]:
    """The audit's tables that lead to a company."""
    return [
        model
        for model in apps.get_models()
        if hasattr(model, "pgh_tracked_model") and _way(model) is not None
    ]


def _way(model: Any) -> str | None:
    """The column of an audit table that leads to a company, as a lookup; None when there is none."""
    if model.pgh_tracked_model is Company:
        return "pgh_obj_id"
    fields = {field.name for field in model._meta.fields}
    if "company" in fields:
        return "company_id"
    return "onboarding__company_id" if "onboarding" in fields else None


def _events(model: Any, company: Company) -> Iterator[Event]:
    """A model's events with what each row was before, under «before»; the latest ones, oldest first."""
    rows = model.objects.filter(**{str(_way(model)): company.pk}).order_by("-pgh_id")
    columns = [field.attname for field in model._meta.fields]
    before: dict[Any, Event] = {}
    for event in reversed(list(rows.values(*columns, "pgh_context__metadata")[:LATEST])):
        yield event | {"before": before.get(event["pgh_obj_id"])}
        before[event["pgh_obj_id"]] = event


def _fields(model: Any) -> list[Any]:
    return [
        field
        for field in model._meta.fields
        if not field.name.startswith("pgh_") and field.name not in SILENT and not field.primary_key
    ]


def _change(model: Any, event: Event, names: dict[Any, str]) -> Change:
    metadata = event["pgh_context__metadata"] or {}
    return Change(
        at=event["pgh_created_at"],
        who=names.get((User, metadata.get("user")), ""),
        source=source(metadata),
        what=_what(model, event),
        deed=DEEDS[event["pgh_label"]],
        values=tuple(_values(model, event, names)),
    )


def _what(model: Any, event: Event) -> str:
    name = capfirst(model.pgh_tracked_model._meta.verbose_name)
    if slug := event.get("slug"):
        return f"{name}: {TITLES.get(slug, slug)}"
    return str(name)


def source(metadata: dict[str, Any]) -> str:
    """Where a change came from, in words: a page, a task, or straight from the database."""
    told = str(metadata.get("source", ""))
    if told.startswith("/"):
        return PLACES.get("/" + told.split("/")[1], told)
    try:
        return f"Tarea: {apps.get_model(told)._meta.verbose_name}"
    except (LookupError, ValueError):
        return f"Tarea: {told}" if told else "Directo en la base de datos"


def _values(model: Any, event: Event, names: dict[Any, str]) -> Iterator[tuple[str, str, str]]:
    """Name, before and after of each value that differs; of a deleted row nothing does."""
    before = event["before"] or {}
    if event["pgh_label"] == "delete":
        return
    for field in _fields(model):
        old, new = before.get(field.attname), event[field.attname]
        if (old or None) != (new or None):
            yield _label(model, field), _shown(field, old, names), _shown(field, new, names)


def _label(model: Any, field: Any) -> str:
    """The row's own name for it: the audit's columns have the same."""
    return str(capfirst(model.pgh_tracked_model._meta.get_field(field.name).verbose_name))


def _shown(field: Any, value: Any, names: dict[Any, str]) -> str:
    if isinstance(value, bool):
        return "sí" if value else "no"
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j M Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if field.is_relation:
        return names.get((field.related_model, value), str(value))
    return str(dict(field.flatchoices).get(value, value))


def _names(found: Iterable[tuple[Any, Event]]) -> dict[Any, str]:
    """How the users and other rows that the events point to are called, by model and key."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for model, event in found:
        wanted[User].add((event["pgh_context__metadata"] or {}).get("user"))
        for field in _fields(model):
            if field.is_relation:
                wanted[field.related_model].add(event[field.attname])
    return {
        (model, pk): str(row)
        for model, keys in wanted.items()
        for pk, row in model._default_manager.in_bulk(keys - {None}).items()
    }
