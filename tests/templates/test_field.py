"""How a field is drawn: facturamos/drawing.py."""

import re

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from facturamos.forms import PageForm


class PrefixedForm(PageForm, forms.Form):
    """One field of each sort that our pages have."""

    prefix = "datos-fiscales"
    name = forms.CharField(label="Nombre", help_text="Razón social.")
    reference = forms.CharField(label="Referencia", required=False, help_text="Entre qué calles.")
    password = forms.CharField(label="Contraseña", widget=forms.PasswordInput)
    use_ssl = forms.BooleanField(label="SSL", required=False, help_text="Casi todos lo piden.")
    position = forms.ChoiceField(label="Posición", choices=[("left", "Izquierda")], widget=forms.RadioSelect)


class UndecidedForm(PageForm, forms.Form):
    """A form that tells itself what may stay empty."""

    marks_optional = False
    key = forms.FileField(label="Archivo llave (.key)", required=False)


def drawn(form: forms.BaseForm) -> str:
    """The whole form, as a page draws it."""
    return "".join(str(field.as_field_group()) for field in form)


def empty() -> PrefixedForm:
    """Submitted with nothing in it."""
    return PrefixedForm(QueryDict())


@pytest.mark.parametrize("label", ["Nombre", "Referencia", "Contraseña"])
def test_the_label_is_the_guides_word_and_nothing_else(label: str) -> None:
    assert re.search(rf"<label [^>]*>{label}</label>", drawn(PrefixedForm()))


def test_optional_stands_outside_the_label_and_is_tied_to_the_control() -> None:
    html = str(PrefixedForm()["reference"].as_field_group())

    assert "</label> <span" in html
    assert (
        'aria-describedby="id_datos-fiscales-reference_optional id_datos-fiscales-reference_helptext"' in html
    )


def test_a_form_may_tell_itself_what_may_stay_empty() -> None:
    assert "(opcional)" not in drawn(UndecidedForm())


@pytest.mark.parametrize("form", [PrefixedForm(), empty()], ids=["new", "refused"])
def test_every_description_exists(form: PrefixedForm) -> None:
    html = drawn(form)
    described_by = set(" ".join(re.findall(r'aria-describedby="([^"]+)"', html)).split())

    assert described_by
    assert described_by <= set(re.findall(r' id="([^"]+)"', html))


def test_a_refused_field_says_so_before_its_control() -> None:
    html = str(empty()["name"].as_field_group())

    assert html.index("Razón social.") < html.index("Falta «Nombre»") < html.index("<input")
    assert 'aria-invalid="true"' in html


def test_a_password_can_be_shown_by_a_button_that_says_which_and_is_no_label() -> None:
    html = str(PrefixedForm()["password"].as_field_group())

    assert 'data-reveal="id_datos-fiscales-password">Mostrar<span' in html
    assert 'aria-controls="id_datos-fiscales-password"' in html
    assert 'aria-pressed="false"' in html
    assert "«Contraseña»</span></button>" in html
    assert "aria-label" not in html


def test_options_are_a_group_with_a_legend() -> None:
    html = str(PrefixedForm()["position"].as_field_group())

    assert "<legend>Posición</legend>" in html
    assert '<label for="id_datos-fiscales-position_0">Izquierda</label>' in html


def test_the_summary_counts_and_leads_to_each_control() -> None:
    html = render_to_string("forms/errors.html", {"form": empty()})

    assert "Falta corregir 3 datos" in html
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert targets <= set(re.findall(r' id="([^"]+)"', drawn(empty())))
    assert len(targets) == 3


def test_the_summary_speaks_of_one() -> None:
    form = UndecidedForm(QueryDict())
    form.add_error(None, "Espere un momento.")

    assert "Falta corregir 1 dato<" in render_to_string("forms/errors.html", {"form": form})
