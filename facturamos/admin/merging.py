"""What a sent page and what was saved meanwhile come to: field by field.

What the other changed and this page did not stays the other's, silently; what both changed is a clash, which
is asked about. Rows that were deleted meanwhile, or added, are told apart the same way. Nothing typed is
lost: where there is a clash nothing is saved, and the page comes back with all of it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst

from facturamos.admin.authorship import Authorship, last_change
from facturamos.admin.shown import (
    NOT_SHOWN,
    NOTHING,
    Sent,
    as_sent,
    compared,
    digest,
    is_secret,
    parts_of,
    stored_text,
)

# Ticked beside a clash: what is stored stays. By the field's name, or by that of a row's form.
KEEP = "_keep"


@dataclass
class Clash:
    """Two versions of a field, or of a row, and who saved the other one."""

    label: str
    mine: str
    theirs: str
    by: Authorship
    # What ticking «Dejar lo guardado» sends.
    name: str


class FormMerge:
    """One form of the page: what was sent for it, beside what is stored now.

    `prefix` is how its fields' names begin in what was sent.
    """

    def __init__(self, form: forms.ModelForm[Any], sent: Sent, shown: dict[str, str], prefix: str) -> None:
        self.form, self.sent, self.shown, self.prefix = form, sent, shown, prefix

    def html_name(self, name: str) -> str:
        """By which name the field was sent."""
        return f"{self.prefix}-{name}" if self.prefix else name

    def is_touched(self, name: str) -> bool:
        """Whether this page changed the field: what is there is not what it showed."""
        bound, typed = self.form.fields[name], self._typed(name)
        if is_secret(bound) or isinstance(bound.widget, forms.FileInput):
            return bool(typed)
        return digest(typed) != self.shown.get(name)

    def is_stale(self, name: str) -> bool:
        """Whether somebody else has changed it since the page was shown."""
        return digest(stored_text(self.form, name)) != self.shown.get(name)

    def touched(self) -> list[str]:
        """The fields that this page changed."""
        return [name for name in compared(self.form) if self.is_touched(name)]

    def stale(self) -> list[str]:
        """The fields that somebody else changed."""
        return [name for name in compared(self.form) if self.is_stale(name)]

    def apart(self, keep: Collection[str]) -> tuple[list[str], list[str]]:
        """The fields that clash, and those that stay the other's; `keep` names what is to stay."""
        clashing: list[str] = []
        theirs: list[str] = []
        for name in compared(self.form):
            chosen = self.html_name(name) in keep
            if self._same(name) or not (self.is_stale(name) or chosen):
                continue
            stays = chosen or not self.is_touched(name)
            (theirs if stays else clashing).append(name)
        return clashing, theirs

    def _same(self, name: str) -> bool:
        bound = self.form.fields[name]
        return not is_secret(bound) and self._typed(name) == stored_text(self.form, name)

    def _typed(self, name: str) -> str:
        return self.sent.text(self.form, name, self.html_name(name))

    def clash(self, name: str, goes_on_as: str) -> Clash:
        """Both versions of a field."""
        row, bound = self.form.instance, self.form.fields[name]
        mine, theirs = self._typed(name), stored_text(self.form, name)
        if is_secret(bound):
            mine = theirs = NOT_SHOWN
        return Clash(
            label=label_of(self.form, name),
            mine=readable(bound, mine),
            theirs=readable(bound, theirs),
            by=last_change(type(row), row.pk, [name]),
            name=goes_on_as,
        )


@dataclass
class Merged:
    """What to go on with, what must be asked, and what was kept of the other's without asking."""

    data: QueryDict
    clashes: list[Clash] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    # Whether nothing may be saved, whatever its forms say.
    held: bool = False

    def take(self, form: FormMerge, name_of: Callable[[str], str], keep: Collection[str]) -> None:
        """Merges a form's fields; `name_of` says by which name each of them goes on."""
        clashing, theirs = form.apart(keep)
        self.clashes += [form.clash(name, name_of(name)) for name in clashing]
        for name in theirs:
            put_stored(self.data, form.form, name, name_of(name))
            self.kept.append(label_of(form.form, name))


def put_stored(data: QueryDict, form: forms.BaseForm, name: str, html_name: str) -> None:
    """Takes what is stored for what was sent."""
    bound = form.fields[name]
    put(data, bound.widget, bound.prepare_value(form.get_initial_for_field(bound, name)), html_name)


def put(data: QueryDict, widget: forms.Widget, value: object, html_name: str) -> None:
    """Writes a value as a browser would send it."""
    for beside in ("", *getattr(widget, "beside", ())):
        data.pop(f"{html_name}{beside}", None)
    if isinstance(widget, forms.CheckboxInput):
        if widget.check_test(value):
            data[html_name] = "on"
    elif isinstance(widget, forms.MultiWidget):
        names = (f"{html_name}{end}" for end in getattr(widget, "widgets_names", ()))
        for part, name, each in zip(widget.widgets, names, parts_of(widget, value), strict=True):
            put(data, part, each, name)
    elif not isinstance(widget, forms.PasswordInput | forms.FileInput):
        text = as_sent(widget, value)
        many = getattr(widget, "allow_multiple_selected", False)
        data.setlist(html_name, text.split("\n") if many else [text])


def readable(bound: forms.Field, text: str) -> str:
    """A sent value in words: by its choice's label, not its code."""
    if isinstance(bound.widget, forms.CheckboxInput):
        return "Sí" if text else "No"
    labels = _labels(bound)
    return ", ".join(labels.get(each, each) for each in text.split("\n")) if labels else text or NOTHING


def _labels(bound: forms.Field) -> dict[str, str]:
    flat: dict[str, str] = {}
    for value, label in getattr(bound, "choices", ()):
        group = label if isinstance(label, list | tuple) else [(value, label)]
        flat.update({str(key): str(text) or NOTHING for key, text in group})
    return flat


def label_of(form: forms.BaseForm, name: str) -> str:
    label = str(form.fields[name].label or name.replace("_", " "))
    row = getattr(form, "instance", None)
    return f"{capfirst(row._meta.verbose_name)} · {label}" if form.prefix and row else label
