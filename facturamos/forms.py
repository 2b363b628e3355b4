"""How our forms behave and are drawn, everywhere."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields come out of `templates/forms/field.html`: label, help, error, control, in that order."""

    field_template_name = "forms/field.html"


class PageForm(forms.BaseForm):
    """Mix in before Form or ModelForm: labels as the guide has them, errors from the server only.

    A field's missing value is named with the guide's label, so that the error summary makes sense alone.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            if field.required and field.error_messages.get("required", "").startswith("Este campo"):
                field.error_messages["required"] = f"Falta «{field.label}». Escríbalo para continuar."
