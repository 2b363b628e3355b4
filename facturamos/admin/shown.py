"""What a form's page showed, field by field, as digests that travel in the page.

As in the wizard (docs/adr/0002) a version is derived from the values themselves: a change by a colleague, by
a task or by SQL makes another one without anybody counting. By field, so that two people who correct
different fields of a row need not be asked anything (facturamos/admin/merging.py).
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

# The name of the hidden field that carries them.
SHOWN = "_shown"
# What is never shown as a value; a row with secrets says when one was changed.
SECRETS_CHANGED = "secret_changed_at"
NOT_SHOWN, NOTHING = "(no se muestra)", "(vacío)"

# By form («» is the row's own, «addresses:5» that of a row in its page), by field: the digest.
type Shown = dict[str, dict[str, str]]
type Formset = BaseInlineFormSet[Any, Any, Any]


def compared(form: forms.BaseForm) -> dict[str, forms.Field]:
    """The fields of a form that somebody may change on its page."""
    return {
        name: field
        for name, field in form.fields.items()
        if not field.disabled
        and not isinstance(field, InlineForeignKeyField)
        and name not in (key_name(form), DELETION_FIELD_NAME, ORDERING_FIELD_NAME)
    }


def key_name(form: forms.BaseForm) -> str:
    """The field that says which row a form of several is about."""
    row = getattr(form, "instance", None)
    return str(row._meta.pk.name) if row else ""


def is_secret(field: forms.Field) -> bool:
    """Whether its page never shows its value."""
    return isinstance(field.widget, forms.PasswordInput)


def stored_text(form: forms.BaseForm, name: str) -> str:
    """What the page of a form shows in a field before anybody types."""
    field = form.fields[name]
    if is_secret(field):
        return str(getattr(getattr(form, "instance", None), SECRETS_CHANGED, ""))
    return as_sent(field.widget, field.prepare_value(form.get_initial_for_field(field, name)))


@dataclass(frozen=True)
class Sent:
    """What a browser sent: values and files."""

    data: QueryDict
    files: "MultiValueDict[str, UploadedFile[bytes]]"

    def text(self, form: forms.BaseForm, name: str, html_name: str) -> str:
        """What was sent for a field, as `stored_text` would have it."""
        widget = form.fields[name].widget
        return as_sent(widget, widget.value_from_datadict(self.data, self.files, html_name))


def as_sent(widget: forms.Widget, value: object) -> str:
    """A value as a browser sends it back when nobody touches it."""
    if isinstance(widget, forms.CheckboxInput):
        return "1" if widget.check_test(value) else ""
    if isinstance(widget, forms.MultiWidget):
        pairs = zip(widget.widgets, parts_of(widget, value), strict=False)
        return "\n".join(as_sent(*pair) for pair in pairs)
    if isinstance(widget, forms.FileInput):
        return "(quitar)" if value is False else str(value or "")
    shown = widget.format_value(value)
    if isinstance(shown, list | tuple | set):
        return "\n".join(sorted(map(str, shown)))
    return str(shown or "").replace("\r\n", "\n")


def parts_of(widget: forms.MultiWidget, value: object) -> list[object]:
    """What each of a widget's own widgets shows."""
    return [*value] if isinstance(value, list | tuple) else [*(widget.decompress(value) or ())]


def digest(text: str) -> str:
    """Short: it need only differ when the text does."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def digests(form: forms.BaseForm) -> dict[str, str]:
    """Of each field of a form that may be changed."""
    return {name: digest(stored_text(form, name)) for name in compared(form)}


def row_key(prefix: str | None, pk: object) -> str:
    """Names a row in the page of another."""
    return f"{prefix}:{pk}"


def shown_json(form: forms.BaseForm, formsets: Iterable[Formset]) -> str:
    """What a page shows, for its hidden field."""
    found: Shown = {"": digests(form)}
    for formset in formsets:
        rows = (each for each in formset.initial_forms if each.instance.pk is not None)
        found |= {row_key(formset.prefix, each.instance.pk): digests(each) for each in rows}
    return json.dumps(found, separators=(",", ":"))


def read(data: QueryDict) -> Shown:
    """What a sent page says that it showed; nothing where it says none, or was tampered with."""
    try:
        found = json.loads(data.get(SHOWN, ""))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): value for key, value in found.items() if isinstance(value, dict)}
