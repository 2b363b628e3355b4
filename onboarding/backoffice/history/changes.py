"""What the audit tells of rows: who, what, before and after; newest first.

Read by pghistory from the audit's own tables, which have no column for a secret.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.apps import apps
from django.db.models import ForeignKey, Model, QuerySet
from pghistory.models import Events

from companies.models import User
from companies.signed_in import DELEGATE
from onboarding.backoffice.case_file.provenance import source
from onboarding.backoffice.history.words import SILENT, VERBS, AnyField, Names, label_of, name_of, value_of

# A row, or a context, as JSON.
type Data = dict[str, object]
type Values = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Change:
    """One line: when, who or what did it, to which row, the values that differ, and why where one said so."""

    at: datetime
    who: str
    source: str
    what: str
    verb: str
    values: Values = ()
    reason: str = ""
    # Of the row, where admin has a page of it.
    url: str = ""
    # Whose doing and what it was about, for what joins lines and keeps some from readers.
    author: User | None = field(default=None, compare=False)
    model: type[Model] | None = field(default=None, compare=False)
    key: str = field(default="", compare=False)
    context: str = field(default="", compare=False)
    data: Data = field(default_factory=dict, compare=False)

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
        for each in apps.get_model(self.event.pgh_obj_model)._meta.fields:
            if each.attname in self.event.pgh_data and each.name not in SILENT:
                before, after = self.before.get(each.attname), self.event.pgh_data[each.attname]
                if (before or None) != (after or None):
                    yield each, _python(each, before), _python(each, after)


def _python(column: AnyField, value: object) -> object:
    """A value out of JSON."""
    return None if value is None else column.to_python(value)


def changes_of(events: Sequence[Events], *, complete: bool = True) -> list[Change]:
    """Events as lines, in their order: newest first.

    `complete`: each row's events are all there, or begin where reading stopped; else what each row was before
    is looked up.
    """
    told = with_before(events) if complete else with_looked_up(events)
    names = _names(told)
    return [_change(each, names) for each in told]


def with_before(events: Sequence[Events]) -> list[AuditEvent]:
    """Each with the one before it among these."""
    former: dict[tuple[str, str | None], Data] = {}
    told = []
    for event in reversed(events):
        row = (event.pgh_obj_model, event.pgh_obj_id)
        told.append(AuditEvent(event, {} if event.pgh_label == "insert" else former.get(row)))
        former[row] = event.pgh_data
    return told[::-1]


def with_looked_up(events: Sequence[Events]) -> list[AuditEvent]:
    """Each with the latest event of its row before it: a query for each kind of row."""
    by_table: dict[str, list[Events]] = defaultdict(list)
    for event in events:
        by_table[event.pgh_model].append(event)
    before: dict[str, Data] = {}
    for label, rows in by_table.items():
        before |= _before_of(label, rows)
    return [
        AuditEvent(event, {} if event.pgh_label == "insert" else before.get(event.pgh_slug))
        for event in events
    ]


def _before_of(label: str, events: list[Events]) -> dict[str, Data]:
    """By slug. The former events of each row are few, and found by its key."""
    table = apps.get_model(label)
    keys = {event.pgh_obj_id for event in events}
    newest = max(event.pgh_id for event in events)
    rows = table._default_manager.filter(pgh_obj_id__in=keys, pgh_id__lt=newest).order_by("-pgh_id")
    columns = [each.attname for each in table._meta.concrete_fields if not each.name.startswith("pgh_")]
    former: dict[str, list[Data]] = defaultdict(list)
    for row in rows.values("pgh_id", "pgh_obj_id", *columns)[: 20 * len(events)]:
        former[str(row["pgh_obj_id"])].append(row)
    found = {}
    for event in events:
        rows_before = former[str(event.pgh_obj_id)]
        if before := next((row for row in rows_before if int(str(row["pgh_id"])) < event.pgh_id), None):
            found[event.pgh_slug] = before
    return found


def _change(told: AuditEvent, names: Names) -> Change:
    event, model = told.event, apps.get_model(told.event.pgh_obj_model)
    return Change(
        at=event.pgh_created_at,
        who=names.get((User, told.metadata.get("user"))) or str(told.metadata.get(DELEGATE, "")),
        source=source(told.metadata),
        what=name_of(model, event.pgh_data),
        verb=VERBS[event.pgh_label],
        values=tuple(
            (label_of(column), value_of(column, before, names), value_of(column, after, names))
            for column, before, after in told.differences()
        ),
        model=model,
        key=str(event.pgh_obj_id),
        context=str(event.pgh_context_id or ""),
        data=event.pgh_data | {"author": told.metadata.get("user")},
    )


def _names(events: Iterable[AuditEvent]) -> Names:
    """How the users and other rows that the events point to are called."""
    wanted: dict[type[Model], set[object]] = defaultdict(set)
    for told in events:
        wanted[User].add(told.metadata.get("user"))
        for column, *pair in told.differences():
            if isinstance(column, ForeignKey):
                wanted[column.related_model].update(pair)
    return {
        (model, pk): str(row)
        for model, keys in wanted.items()
        for pk, row in model._default_manager.in_bulk(keys - {None}).items()
    }


def events_of(rows: "QuerySet[Events]") -> "QuerySet[Events]":
    """The newest first; without pghistory's own difference, which reads the whole past of each row."""
    return rows.defer("pgh_diff").order_by("-pgh_created_at", "-pgh_model", "-pgh_id")
