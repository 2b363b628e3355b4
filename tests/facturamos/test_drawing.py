"""Controls come out as Django's own templates draw them."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.forms.widgets import ChoiceWidget

from facturamos.drawing import DRAWN, FIELD
from facturamos.forms import Renderer

AWKWARD = """«Ñ» & <b>"dos"</b> 'tres'"""
CONTROLS: tuple[tuple[forms.Widget, object], ...] = (
    (forms.TextInput({"maxlength": 40, "data-x": AWKWARD, "autofocus": True, "hidden": False}), AWKWARD),
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.EmailInput(), "ana@empresa.mx"),
    (forms.TelInput({"autocomplete": "tel"}), "4771234567"),
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


CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@pytest.mark.parametrize("wrap_label", [True, False])
@pytest.mark.parametrize("widget", CHOICES)
def test_each_of_several_is_drawn_as_django_draws_it(widget: type[ChoiceWidget], wrap_label: bool) -> None:
    ours, djangos = (_tags(widget, renderer, wrap_label) for renderer in (Renderer(), TemplatesSetting()))

    assert ours == djangos
    assert [tag.count("checked") for tag in ours] == [0, 1]


def _tags(widget: type[ChoiceWidget], renderer: BaseRenderer, wrap_label: bool) -> list[str]:
    choices = forms.ChoiceField(choices=[("a", AWKWARD), ("b", "B")], widget=widget({"data-x": AWKWARD}))
    form = type("Asked", (forms.Form,), {"one": choices})(initial={"one": "b"}, renderer=renderer)
    return [option.tag(wrap_label) for option in form["one"].subwidgets]


def test_every_control_that_is_drawn_here_is_compared() -> None:
    compared = {str(widget.template_name) for widget, _ in CONTROLS}
    compared |= {str(widget.option_template_name) for widget in CHOICES}
    whole = "django/forms/widgets/input.html"

    assert {*DRAWN} - {FIELD, whole} <= compared
