"""Controls come out as Django's own templates draw them."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from facturamos.drawing import DRAWN, FIELD
from facturamos.forms import Renderer

AWKWARD = """«Ñ» & <b>"dos"</b> 'tres'"""
CONTROLS: tuple[tuple[forms.Widget, object], ...] = (
    (forms.TextInput({"maxlength": 40, "data-x": AWKWARD, "autofocus": True, "hidden": False}), AWKWARD),
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.EmailInput(), "ana@empresa.mx"),
    (forms.NumberInput({"min": 1}), 12345),
    (forms.PasswordInput(), "secreta"),
    (forms.PasswordInput(render_value=True), "secreta"),
    (forms.HiddenInput(), 0),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.FileInput({"accept": ".cer"}), None),
    (forms.DateInput(format="%Y-%m-%d"), date(2026, 11, 29)),
    (forms.Select(choices=[("", "---"), (601, AWKWARD), ("6", "Seis")]), "601"),
    (forms.Select(choices=[("Morales", [("a", "A"), ("b", "B")]), ("c", "C")]), "b"),
    (forms.SelectMultiple(choices=[("a", "A"), ("b", "B")]), ["a", "b"]),
)


@pytest.mark.parametrize(("widget", "value"), CONTROLS)
def test_a_control_is_drawn_as_django_draws_it(widget: forms.Widget, value: object) -> None:
    attrs = {"id": "id_x", "aria-describedby": "a b"}

    ours = widget.render("nombre", value, attrs, renderer=Renderer())

    assert ours == widget.render("nombre", value, attrs, renderer=TemplatesSetting())


def test_every_control_that_is_drawn_here_is_compared() -> None:
    compared = {str(widget.template_name) for widget, _ in CONTROLS}
    whole = "django/forms/widgets/input.html"

    assert {*DRAWN} - {FIELD, whole} <= compared
