"""Fields and their controls, drawn in Python: a page has dozens, and a template costs ten times as much.

Controls come out as Django's own templates draw them, to the letter; those that are not here, Django draws.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

FIELD = "forms/field.html"
_NOTHING = SafeString()

type Context = Mapping[str, Any]


# --- controls


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    said = (
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )
    return _joined(said)


def _joined(escaped: Iterable[str]) -> SafeString:
    """What has been escaped piece by piece."""
    return mark_safe("".join(escaped))  # noqa: S308


def _input(context: Context) -> SafeString:
    widget = context["widget"]
    value = _NOTHING if widget["value"] is None else format_html(' value="{}"', widget["value"])
    head = format_html('<input type="{}" name="{}"', widget["type"], widget["name"])
    return head + value + _attributes(widget["attrs"]) + mark_safe(">")


def _select(context: Context) -> SafeString:
    widget = context["widget"]
    head = format_html('<select name="{}"{}>', widget["name"], _attributes(widget["attrs"]))
    return head + _joined(_group(*group) for group in widget["optgroups"]) + mark_safe("\n</select>")


def _group(name: str | None, options: list[dict[str, Any]], index: int) -> SafeString:
    drawn = _joined(map(_option, options))
    if not name:
        return drawn
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, drawn)


def _option(option: dict[str, Any]) -> SafeString:
    attributes = _attributes(option["attrs"])
    return format_html('\n  <option value="{}"{}>{}</option>\n', option["value"], attributes, option["label"])


# --- fields


def help_of(field: BoundField) -> SafeString:
    """The hint, tied to the control."""
    if not field.help_text:
        return _NOTHING
    return format_html('<p class="hint" id="{}_helptext">{}</p>', field.auto_id, field.help_text)


def errors_of(field: BoundField) -> SafeString:
    """What is wrong with it, tied to the control."""
    if not field.errors:
        return _NOTHING
    sentences = format_html_join(" ", "{}", ((sentence,) for sentence in field.errors))
    return format_html('<p class="error" id="{}_error">{}</p>', field.auto_id, sentences)


def _field(context: Context) -> SafeString:
    field: BoundField = context["field"]
    if field.widget_type == "checkbox":
        return _tick(field)
    return _set(field) if field.use_fieldset else _usual(field)


def _tick(field: BoundField) -> SafeString:
    return format_html(
        '<div class="field tick{}">{}{}\n<label for="{}" id="{}_label">{}</label>{}</div>',
        _bad(field),
        errors_of(field),
        field,
        field.id_for_label,
        field.auto_id,
        field.label,
        help_of(field),
    )


def _set(field: BoundField) -> SafeString:
    described = field.aria_describedby
    options = ((option.tag(), option.id_for_label, option.choice_label) for option in field.subwidgets)
    return format_html(
        '<fieldset class="field{}"{}><legend>{}</legend>{}{}{}</fieldset>',
        _bad(field),
        format_html(' aria-describedby="{}"', described) if described else "",
        field.label,
        help_of(field),
        errors_of(field),
        format_html_join("", '<div class="tick">{}<label for="{}">{}</label></div>', options),
    )


def _usual(field: BoundField) -> SafeString:
    return format_html(
        '<div class="field{}"><p class="name"><label for="{}">{}</label>{}</p>{}{}{}</div>',
        _bad(field),
        field.id_for_label,
        field.label,
        _optional(field),
        help_of(field),
        errors_of(field),
        _secret(field) if field.widget_type == "password" else field,
    )


def _secret(field: BoundField) -> SafeString:
    return format_html(
        '<div class="secret">{}<button type="button" class="quiet with-script" aria-pressed="false" '
        'aria-controls="{}" data-reveal="{}">Mostrar<span class="sr"> «{}»</span></button></div>',
        field,
        field.id_for_label,
        field.id_for_label,
        field.label,
    )


def _optional(field: BoundField) -> SafeString:
    if not getattr(field, "optional", False):
        return _NOTHING
    return format_html(' <span class="optional" id="{}_optional">(opcional)</span>', field.auto_id)


def _bad(field: BoundField) -> str:
    return " bad" if field.errors else ""


_INPUTS = ("text", "email", "password", "number", "hidden", "checkbox", "file", "date")
DRAWN: dict[str, Callable[[Context], SafeString]] = {
    FIELD: _field,
    "django/forms/widgets/select.html": _select,
    **{f"django/forms/widgets/{name}.html": _input for name in ("input", *_INPUTS)},
}
