"""The rows in another row's page: what was sent for them, beside those that are there now.

Each is found by its key. Forms are numbered anew, since rows may be gone or have come meanwhile.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django import forms
from django.db.models import Model, UniqueConstraint
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict
from django.utils.text import capfirst

from facturamos.admin.authorship import last_change, last_values
from facturamos.admin.merging import Clash, FormMerge, Merged, label_of, put, readable
from facturamos.admin.shown import NOTHING, Formset, Sent, Shown, compared, key_name, stored_text

# So many forms a page at the most, whatever it says that it sends.
MOST = 200


@dataclass
class SentRow:
    """One form as it was sent: its place there, its row's key, and its form as the row is stored now."""

    prefix: str
    key: str
    # The form of the stored row; of a new one the empty form.
    form: forms.ModelForm[Model] | None
    shown: dict[str, str] = field(default_factory=dict)
    deletes: bool = False
    # What becomes of it, told when the rows are numbered.
    is_new: bool = False
    left_out: bool = False


class RowsMerge:
    """The forms of one inline. `formset` is unbound: the rows as they are stored now."""

    def __init__(
        self, formset: Formset, sent: Sent, shown: Shown, *, may_add: bool, keep: Collection[str]
    ) -> None:
        self.formset, self.sent, self.may_add, self.keep = formset, sent, may_add, keep
        self.prefix = formset.prefix or ""
        self.stored = {str(form.instance.pk): form for form in formset.initial_forms}
        self.shown = {
            key.removeprefix(f"{self.prefix}:"): value
            for key, value in shown.items()
            if key.startswith(f"{self.prefix}:")
        }
        self.rows = [*self._sent_rows()]

    def _sent_rows(self) -> Iterator[SentRow]:
        empty = self.formset.empty_form
        for number in range(min(_count(self.sent.data, f"{self.prefix}-{TOTAL_FORM_COUNT}"), MOST)):
            prefix = f"{self.prefix}-{number}"
            key = self.sent.data.get(f"{prefix}-{key_name(empty)}", "")
            shown = self.shown.get(key, {})
            deletes = self.formset.can_delete and f"{prefix}-{DELETION_FIELD_NAME}" in self.sent.data
            form = self.stored.get(key) if key else empty
            yield SentRow(prefix, key, form, shown, deletes=deletes, is_new=not key)

    # --- what becomes of each

    def merge(self, into: Merged) -> None:
        """Numbers the forms anew in the data to go on with, and tells what clashes."""
        for row in self.rows:
            if row.is_new and row.prefix in self.keep:  # one that was deleted, and stays so
                row.left_out = True
            elif row.is_new:
                self._find_its_twin(row)
            elif row.form is None:
                self._is_gone(row)
        staying = [row for row in self.rows if not row.left_out]
        ordered = [*(r for r in staying if not r.is_new), *(r for r in staying if r.is_new)]
        self._number(into.data, ordered)
        for number, row in enumerate(ordered):
            self._compare(into, row, f"{self.prefix}-{number}")

    def _find_its_twin(self, row: SentRow) -> None:
        """Where a row of this kind was added meanwhile, and only one can be, it is corrected instead."""
        sent_keys = {each.key for each in self.rows}
        for key, form in self.stored.items():
            if key not in self.shown and key not in sent_keys and self._is_twin(row, form):
                row.key, row.form, row.is_new = key, form, False
                return

    def _is_twin(self, row: SentRow, form: forms.ModelForm[Model]) -> bool:
        empty = self.formset.empty_form
        return any(
            all(self._typed(row, empty, name) == stored_text(form, name) for name in names)
            for names in telling_apart(self.formset)
            if set(names) <= set(empty.fields)
        )

    def _typed(self, row: SentRow, form: forms.ModelForm[Model], name: str) -> str:
        return self.sent.text(form, name, f"{row.prefix}-{name}")

    def _is_gone(self, row: SentRow) -> None:
        """Deleted meanwhile: it stays gone, but for what somebody typed into it, which is a new row then."""
        row.left_out = row.deletes or not self._was_typed_into(row) or not self.may_add
        row.is_new = not row.left_out
        row.form = self.formset.empty_form

    def _was_typed_into(self, row: SentRow) -> bool:
        form = FormMerge(self.formset.empty_form, self.sent, row.shown, row.prefix)
        touched = set(form.touched())
        # What its page did not show as a field was not to be typed into.
        return bool(touched & set(row.shown) if row.shown else touched)

    # --- the data to go on with

    def _number(self, data: QueryDict, rows: list[SentRow]) -> None:
        sent = {name: data.getlist(name) for name in data if name.startswith(f"{self.prefix}-")}
        for name in sent:
            if name.removeprefix(f"{self.prefix}-").split("-")[0].isdigit():
                del data[name]
        for number, row in enumerate(rows):
            for name in sent:
                if name.startswith(f"{row.prefix}-"):
                    data.setlist(f"{self.prefix}-{number}{name.removeprefix(row.prefix)}", sent[name])
            key = f"{self.prefix}-{number}-{key_name(self.formset.empty_form)}"
            data[key] = "" if row.is_new else row.key
        data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = str(len(rows))
        data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = str(sum(not row.is_new for row in rows))

    def _compare(self, into: Merged, row: SentRow, prefix: str) -> None:
        if row.is_new:
            if row.key:  # it was there when the page was shown
                into.clashes.append(self._gone_clash(row, prefix))
                self._put_what_it_was(into.data, row, prefix)
            return
        if row.form is None:
            return
        form = FormMerge(row.form, self.sent, row.shown, row.prefix)
        if row.deletes and row.shown and form.stale():
            self._compare_deletion(into, form, row, prefix)
        elif not row.deletes:
            into.take(form, lambda name: f"{prefix}-{name}", self.keep)

    def _compare_deletion(self, into: Merged, form: FormMerge, row: SentRow, prefix: str) -> None:
        stored = row.form
        if stored is None:
            return
        if row.prefix in self.keep:
            into.data.pop(f"{prefix}-{DELETION_FIELD_NAME}", None)
            return
        labels = ", ".join(label_of(stored, name) for name in form.stale())
        by = last_change(type(stored.instance), stored.instance.pk, form.stale())
        into.clashes.append(Clash(_named(stored.instance), "Eliminar", f"Cambió: {labels}", by, prefix))

    def _put_what_it_was(self, data: QueryDict, row: SentRow, prefix: str) -> None:
        """The page does not send what kind of row it was."""
        empty = self.formset.empty_form
        former = last_values(type(empty.instance), row.key)
        for name in {each for names in telling_apart(self.formset) for each in names} & set(empty.fields):
            if f"{prefix}-{name}" not in data and name in former:
                put(data, empty.fields[name].widget, former[name], f"{prefix}-{name}")

    def _gone_clash(self, row: SentRow, prefix: str) -> Clash:
        empty = self.formset.empty_form
        typed = {name: self._typed(row, empty, name) for name in compared(empty)}
        mine = ", ".join(readable(empty.fields[name], text) for name, text in typed.items() if text)
        by = last_change(type(empty.instance), row.key)
        name = str(capfirst(empty.instance._meta.verbose_name))
        return Clash(name, mine or NOTHING, "Se eliminó", by, prefix)


def show_added(formset: Formset, data: QueryDict) -> None:
    """Puts the rows that came meanwhile into what is shown again."""
    prefix, key = formset.prefix, key_name(formset.empty_form)
    initial = _count(data, f"{prefix}-{INITIAL_FORM_COUNT}")
    there = {data.get(f"{prefix}-{number}-{key}", "") for number in range(initial)}
    new = [f for f in formset.initial_forms if str(f.instance.pk) not in there]
    if not new:
        return
    total = _count(data, f"{prefix}-{TOTAL_FORM_COUNT}")
    for number in reversed(range(initial, total)):  # new ones of this page come last
        _move(data, f"{prefix}-{number}", f"{prefix}-{number + len(new)}")
    for number, form in enumerate(new, initial):
        data[f"{prefix}-{number}-{key}"] = str(form.instance.pk)
        for name, each in compared(form).items():
            value = each.prepare_value(form.get_initial_for_field(each, name))
            put(data, each.widget, value, f"{prefix}-{number}-{name}")
    data[f"{prefix}-{INITIAL_FORM_COUNT}"] = str(initial + len(new))
    data[f"{prefix}-{TOTAL_FORM_COUNT}"] = str(total + len(new))


def _move(data: QueryDict, start: str, to: str) -> None:
    for name in [each for each in data if each.startswith(f"{start}-")]:
        data.setlist(f"{to}{name.removeprefix(start)}", data.getlist(name))
        del data[name]


def telling_apart(formset: Formset) -> list[tuple[str, ...]]:
    """The fields that, with the row that has them, may be there only once: a kind, a slug."""
    parent = formset.fk.name
    model = type(formset.empty_form.instance)
    constraints = [c.fields for c in model._meta.constraints if isinstance(c, UniqueConstraint) and c.fields]
    together = [*constraints, *(tuple(names) for names in model._meta.unique_together)]
    return [tuple(name for name in names if name != parent) for names in together if parent in names]


def _named(row: Model) -> str:
    return f"{capfirst(row._meta.verbose_name)}: {row}"


def _count(data: QueryDict, name: str) -> int:
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
