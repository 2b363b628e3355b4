"""Fields and their controls, drawn in Python: a page has dozens, and a template costs ten times as much.

Controls come out as Django's own templates draw them, to the letter; those that are not here, Django draws.
"""

import html
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

FIELD = "forms/field.html"
_NOTHING = SafeString()

type Context = Mapping[str, Any]


# --- HTML


def escaped(value: object) -> str:
    """As Django's `conditional_escape`, which looks at each value for what is translated later on first."""
    if type(value) is SafeString:
        return value
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return html.escape(str(value))


def drawn(template: str, *values: object) -> SafeString:
    """As Django's `format_html`: the template as it is, the values escaped unless they are HTML."""
    return SafeString(template.format(*map(escaped, values)))


def joined(pieces: Iterable[SafeString]) -> SafeString:
    """One piece of HTML after another."""
    return SafeString("".join(pieces))


# --- controls


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    return joined(
        drawn(" {}", name) if value is True else drawn(' {}="{}"', name, value)
        for name, value in attrs.items()
        if value is not False
    )


def _input(context: Context) -> SafeString:
    widget = context["widget"]
    value = _NOTHING if widget["value"] is None else drawn(' value="{}"', widget["value"])
    attributes = _attributes(widget["attrs"])
    return drawn('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attributes)


def _choice(context: Context) -> SafeString:
    """One of several, in its label or beside it."""
    widget, control = context["widget"], _input(context)
    if not widget["wrap_label"]:
        return control
    return drawn('<label for="{}">{}\n {}</label>', widget["attrs"]["id"], control, widget["label"])


def _select(context: Context) -> SafeString:
    widget = context["widget"]
    groups = joined(_group(*group) for group in widget["optgroups"])
    return drawn('<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget["attrs"]), groups)


def _group(name: str | None, options: list[dict[str, Any]], index: int) -> SafeString:
    inside = joined(map(_option, options))
    return drawn('\n  <optgroup label="{}">{}\n  </optgroup>', name, inside) if name else inside


def _option(option: dict[str, Any]) -> SafeString:
    attributes = _attributes(option["attrs"])
    return drawn('\n  <option value="{}"{}>{}</option>\n', option["value"], attributes, option["label"])


# --- fields


def help_of(field: BoundField) -> SafeString:
    """The hint, tied to the control."""
    if not field.help_text:
        return _NOTHING
    return drawn('<p class="hint" id="{}_helptext">{}</p>', field.auto_id, field.help_text)


def errors_of(field: BoundField) -> SafeString:
    """What is wrong with it, tied to the control."""
    if not field.errors:
        return _NOTHING
    sentences = SafeString(" ".join(map(escaped, field.errors)))
    return drawn('<p class="error" id="{}_error">{}</p>', field.auto_id, sentences)


def _field(context: Context) -> SafeString:
    field: BoundField = context["field"]
    if field.widget_type == "checkbox":
        return _tick(field)
    return _set(field) if field.use_fieldset else _usual(field)


def _tick(field: BoundField) -> SafeString:
    return drawn(
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
    options = joined(
        drawn(
            '<div class="tick">{}<label for="{}">{}</label></div>',
            option.tag(),
            option.id_for_label,
            option.choice_label,
        )
        for option in field.subwidgets
    )
    return drawn(
        '<fieldset class="field{}"{}><legend>{}</legend>{}{}{}</fieldset>',
        _bad(field),
        drawn(' aria-describedby="{}"', described) if described else "",
        field.label,
        help_of(field),
        errors_of(field),
        options,
    )


def _usual(field: BoundField) -> SafeString:
    return drawn(
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
    return drawn(
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
    return drawn(' <span class="optional" id="{}_optional">(opcional)</span>', field.auto_id)


def _bad(field: BoundField) -> str:
    return " bad" if field.errors else ""


_INPUTS = ("text", "email", "tel", "password", "number", "hidden", "checkbox", "file", "date")
_CHOICES = ("radio_option", "checkbox_option")
DRAWN: dict[str, Callable[[Context], SafeString]] = {
    FIELD: _field,
    "django/forms/widgets/select.html": _select,
    **{f"django/forms/widgets/{name}.html": _input for name in ("input", *_INPUTS)},
    **{f"django/forms/widgets/{name}.html": _choice for name in _CHOICES},
}
