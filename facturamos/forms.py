"""How our forms are drawn: one template per field, everywhere."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields come out of `templates/forms/field.html`: label, help, error, control, in that order."""

    field_template_name = "forms/field.html"
