"""How our forms behave and are drawn, everywhere."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

# All that ends a line somewhere (str.splitlines), and every other control character but the tab. Django
# itself refuses the first, NUL.
_LINE_BREAKS = re.compile("[\x01-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_ONE_LINE = ("text", "email", "tel", "search", "url")


def refuse_line_breaks(value: str) -> None:
    """A validator: what may end up in a mail's header or an SMTP command is one line."""
    if _LINE_BREAKS.search(value):
        raise ValidationError("Escriba esto en una sola línea, sin caracteres especiales de control.")


class Field(BoundField):
    """A field that may be marked "(opcional)", outside its label but tied to its control."""

    @property
    def optional(self) -> bool:
        """Whether to mark the field: a check box or a set of options explains itself."""
        if not getattr(self.form, "marks_optional", True):
            return False
        asked_for = self.field.required or self.is_hidden
        return not (asked_for or self.use_fieldset or self.widget_type == "checkbox")

    @property
    def aria_describedby(self) -> str | None:
        """Django's own ids (help, error), after that of the mark."""
        described_by = super().aria_describedby
        if not self.optional or described_by is None:
            return described_by
        return f"{self.auto_id}_optional {described_by}".strip()


class Renderer(TemplatesSetting):
    """Fields come out of `templates/forms/field.html`: label, help, error, control, in that order."""

    field_template_name = "forms/field.html"


class PageForm(forms.BaseForm):
    """Mix in before Form or ModelForm: labels as the guide has them, errors from the server only.

    A field's missing value is named with the guide's label, so that the error summary makes sense alone.
    """

    bound_field_class = Field
    # False where fields may stay empty only sometimes, and the form itself tells when.
    marks_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            # A browser sends one line; a program may send anything.
            if isinstance(field, forms.CharField) and getattr(field.widget, "input_type", "") in _ONE_LINE:
                field.validators.append(refuse_line_breaks)
            if field.required and field.error_messages.get("required", "").startswith("Este campo"):
                field.error_messages["required"] = f"Falta «{field.label}». Escríbalo para continuar."
