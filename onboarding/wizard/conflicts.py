"""Two tabs, or the issuer and support: what to show when a page is saved that is no longer current."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self, runtime_checkable

from django import forms
from django.db import models
from pghistory.models import Context

from companies.models import User
from companies.signed_in import DELEGATE, IssuerRequest

NOT_SHOWN = "(no se muestra)"
NOTHING = "(vacío)"


class SavedByAnother(Exception):
    """Somebody else's save came before, of what may stand only once; nothing of `form` is saved."""

    def __init__(self, form: forms.BaseForm) -> None:
        super().__init__(form)
        self.form = form


class RowEvent(Protocol):
    """One change of a row. pghistory makes a model of its own for each tracked one, with these columns."""

    pgh_created_at: datetime
    pgh_context: Context | None


class RowEvents(Protocol):
    """What is asked of a row's changes."""

    def select_related(self, *names: str) -> Self: ...
    def order_by(self, *names: str) -> Self: ...
    def first(self) -> RowEvent | None: ...


@runtime_checkable
class Tracked(Protocol):
    """A row whose changes are kept, under the name that pghistory gives them."""

    @property
    def events(self) -> RowEvents: ...


@dataclass(frozen=True)
class FieldDifference:
    """One field of which two versions exist."""

    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Conflict:
    """Both versions of a page, and who saved the other one."""

    rows: list[FieldDifference]
    who: str
    when: datetime | None


def version_of(form: forms.BaseForm, fingerprint: str = "") -> str:
    """Names what a page shows: equal as long as nobody has changed its rows.

    Derived from the values themselves, so a change by admin, by a task or by SQL makes another version
    without anybody counting.
    """
    shown = {
        name: form.get_initial_for_field(field, name)
        for name, field in form.fields.items()
        if not _is_secret(field)
    }
    text = json.dumps([shown, fingerprint], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def conflict_of(form: forms.BaseForm, rows: Iterable[models.Model], reader: IssuerRequest) -> Conflict:
    """Both values of every field that differs. Raises nothing; a field that cannot be shown is named."""
    event = _last_event(rows)
    return Conflict(
        rows=[_difference(form[name]) for name in form.changed_data],
        who=_author(event, reader),
        when=event.pgh_created_at if event else None,
    )


def _is_secret(field: forms.Field) -> bool:
    return isinstance(field.widget, forms.PasswordInput | forms.FileInput)


def _difference(bound: forms.BoundField) -> FieldDifference:
    if _is_secret(bound.field):
        return FieldDifference(str(bound.label), NOT_SHOWN, NOT_SHOWN)
    mine = bound.field.widget.value_from_datadict(bound.form.data, bound.form.files, bound.html_name)
    return FieldDifference(str(bound.label), _shown(bound, mine), _shown(bound, bound.initial))


def _shown(bound: forms.BoundField, value: object) -> str:
    if isinstance(bound.field, forms.BooleanField):
        return "Sí" if bound.field.to_python(value) else "No"
    text = str(bound.field.prepare_value(value) or "")
    return _choices(bound.field).get(text, text) or NOTHING


def _choices(field: forms.Field) -> dict[str, str]:
    flat: dict[str, str] = {}
    for value, label in getattr(field, "choices", ()):
        group = label if isinstance(label, list | tuple) else [(value, label)]
        flat.update({str(key): str(text) for key, text in group})
    return flat


def _last_event(rows: Iterable[models.Model]) -> RowEvent | None:
    tracked = [row for row in rows if row.pk and isinstance(row, Tracked)]
    events = [event for row in tracked if (event := _latest(row))]
    return max(events, key=lambda event: event.pgh_created_at, default=None)


def _latest(row: Tracked) -> RowEvent | None:
    return row.events.select_related("pgh_context").order_by("-pgh_id").first()


def _author(event: RowEvent | None, reader: IssuerRequest) -> str:
    """Who made a change, in words; names of staff stay inside."""
    metadata = event.pgh_context.metadata if event and event.pgh_context else {}
    asked, at_the_page = metadata.get(DELEGATE, ""), reader.delegate.signature if reader.delegate else ""
    author = User.objects.filter(pk__in=[metadata.get("user")]).first()
    if asked == at_the_page and (asked or (author and author.pk == reader.user.pk)):
        return "usted, en otra ventana o en otro equipo"
    if asked:
        return str(asked)
    if author is None:
        return "Facturamos.com.mx"
    if author.role == User.Role.DISTRIBUTOR:
        return "su distribuidor"
    return "Asistencia" if author.is_support else author.get_full_name()
