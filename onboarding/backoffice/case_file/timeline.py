"""All that ever changed about a company: who, what, before and after; newest first.

Read by pghistory from the audit's own tables, which have no column for a secret. It finds every table that
refers to a company or its onboarding, so that a model that is tracked later is not forgotten.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from pghistory.core import event_models
from pghistory.models import Events

from companies.http import DELEGATE
from companies.models import Company, User
from onboarding.backoffice.case_file.provenance import source
from onboarding.models import Onboarding
from onboarding.steps import STEPS

# A company changes a few dozen times in its life.
LATEST = 500
VERBS = {"insert": "se creó", "update": "cambió", "delete": "se borró"}
# Says nothing to a reader: keys, and what the line says already.
SILENT = {"id", "company", "onboarding", "approved_digest", "doubts"}
TITLES = {step.slug: step.title for step in STEPS}

# Rows by their model and key, as they are called.
type Names = dict[tuple[type[Model], object], str]
type AnyField = Field[object, object]
# A row, or a context, as JSON.
type Data = dict[str, object]


@dataclass(frozen=True)
class Change:
    """One event: when, who or what did it, to which row, and the values that differ."""

    at: datetime
    who: str
    source: str
    what: str
    verb: str
    values: tuple[tuple[str, str, str], ...]

    @property
    def is_new(self) -> bool:
        """Whether the row began here: all its values are new then."""
        return self.verb == VERBS["insert"]


@dataclass(frozen=True)
class AuditEvent:
    """One event, with what its row was before: nothing where it began here, None where that is not read."""

    event: Events
    before: Data | None

    @property
    def metadata(self) -> Data:
        """Who or what made it; empty for raw SQL."""
        return self.event.pgh_context or {}

    def differences(self) -> Iterator[tuple[AnyField, object, object]]:
        """Each field with its value before and after; of a deleted row nothing differs."""
        if self.before is None or self.event.pgh_label == "delete":
            return
        for field in apps.get_model(self.event.pgh_obj_model)._meta.fields:
            if field.attname in self.event.pgh_data and field.name not in SILENT:
                before, after = self.before.get(field.attname), self.event.pgh_data[field.attname]
                if (before or None) != (after or None):
                    yield field, _python(field, before), _python(field, after)


def _python(field: AnyField, value: object) -> object:
    """A value out of JSON."""
    return None if value is None else field.to_python(value)


def timeline(company: Company) -> list[Change]:
    """The latest changes of all rows that refer to `company`: a fixed number of queries."""
    events = _with_before(_events(company))
    names = _names(events)
    return [_change(event, names) for event in events]


def tracked_models() -> list[type[Model]]:
    """The audit's tables that lead to a company."""
    return [*{*event_models(references_model=Company), *event_models(references_model=Onboarding)}]


def _events(company: Company) -> list[Events]:
    """The latest events, newest first."""
    roots = [*Onboarding.objects.filter(company=company), company]
    # An onboarding's own refer to both.
    found = {event.pgh_slug: event for root in roots for event in _events_of(root)}
    # Events of one transaction have one time; their order stays.
    return sorted(found.values(), key=attrgetter("pgh_created_at"), reverse=True)


def _events_of(root: Model) -> Iterable[Events]:
    # Its own difference reads the whole past of a row for each event: 3.5 s for 600 changes.
    rows: QuerySet[Events] = Events.objects.references(root).defer("pgh_diff")
    return rows.order_by("-pgh_created_at", "-pgh_model", "-pgh_id")[:LATEST]


def _with_before(events: list[Events]) -> list[AuditEvent]:
    former: dict[tuple[str, str | None], Data] = {}
    told = []
    for event in reversed(events):
        row = (event.pgh_obj_model, event.pgh_obj_id)
        told.append(AuditEvent(event, {} if event.pgh_label == "insert" else former.get(row)))
        former[row] = event.pgh_data
    return told[::-1]


def _change(told: AuditEvent, names: Names) -> Change:
    return Change(
        at=told.event.pgh_created_at,
        who=names.get((User, told.metadata.get("user"))) or str(told.metadata.get(DELEGATE, "")),
        source=source(told.metadata),
        what=_what(told.event),
        verb=VERBS[told.event.pgh_label],
        values=tuple(
            (str(capfirst(field.verbose_name)), _shown(field, before, names), _shown(field, after, names))
            for field, before, after in told.differences()
        ),
    )


def _what(event: Events) -> str:
    name = capfirst(apps.get_model(event.pgh_obj_model)._meta.verbose_name)
    if slug := event.pgh_data.get("slug"):
        return f"{name}: {TITLES.get(slug, slug)}"
    return str(name)


def _shown(field: AnyField, value: object, names: Names) -> str:
    if isinstance(value, bool):
        return "sí" if value else "no"
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j M Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if isinstance(field, ForeignKey):
        return names.get((field.related_model, value), str(value))
    return str(dict(field.flatchoices).get(value, value) if field.flatchoices else value)


def _names(events: Iterable[AuditEvent]) -> Names:
    """How the users and other rows that the events point to are called."""
    wanted: dict[type[Model], set[object]] = defaultdict(set)
    for told in events:
        wanted[User].add(told.metadata.get("user"))
        for field, *pair in told.differences():
            if isinstance(field, ForeignKey):
                wanted[field.related_model].update(pair)
    return {
        (model, pk): str(row)
        for model, keys in wanted.items()
        for pk, row in model._default_manager.in_bulk(keys - {None}).items()
    }
