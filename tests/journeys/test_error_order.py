"""The error summary names what is wrong in the order in which the page asks for it."""

import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.testing import Pair
from facturamos.forms import PageForm
from onboarding.steps import STEPS
from onboarding.wizard.step import AnyStep
from tests.onboarding.answers import ADDRESS, csd_files
from tests.onboarding.browser import Tab

WITH_FIELDS = [step for step in STEPS if step.slug not in ("aviso-de-privacidad", "terminar")]


def order_on_page(text: str, names: list[str]) -> list[str]:
    """The fields of a form by where their controls stand."""
    places = {name: re.search(rf'\bname="{re.escape(name)}"', text) for name in names}
    found = {name: place.start() for name, place in places.items() if place}
    return sorted(found, key=lambda name: found[name])


@pytest.mark.parametrize("step", WITH_FIELDS, ids=lambda step: step.slug)
def test_a_forms_order_for_errors_is_its_pages(tab: Tab, step: AnyStep) -> None:
    response = tab.client.get(f"/configuracion/{step.slug}/")
    form = response.context["form"]
    named = [field.html_name for field in form.in_page_order if not field.is_hidden]

    assert order_on_page(response.content.decode(), named) == named
    assert len(named) >= len(step.form_class.base_fields) - 1


def test_a_pair_that_waits_for_its_password_has_that_first(tab: Tab, pair: Pair) -> None:
    tab.submit("sellos", csd_files(pair) | {"password": ""})

    for response in (tab.client.get("/configuracion/sellos/"), tab.submit("sellos", {})):
        text, form = response.content.decode(), response.context["form"]
        assert "Archivos recibidos" in text
        named = [field.html_name for field in form.in_page_order if not field.is_hidden]
        assert named[0] == "sellos-password"
        assert order_on_page(text, named) == named

    refused = tab.submit(
        "sellos", {"certificate": SimpleUploadedFile("a.cer", b"nada"), "password": "x" * 300}
    )
    linked = re.findall(r'href="#id_sellos-(\w+)"', refused.content.decode())
    assert linked[0] == "password"
    assert len(linked) > 1


def test_the_summary_of_an_empty_address_begins_with_the_postal_code(tab: Tab) -> None:
    text = tab.submit("direccion-fiscal", dict.fromkeys(ADDRESS, "")).content.decode()

    linked = re.findall(r'href="#id_direccion-fiscal-(\w+)"', text)
    assert linked == [
        "postal_code",
        "neighborhood",
        "street",
        "exterior_number",
        "municipality",
        "state",
        "country",
    ]


def test_what_a_form_does_not_have_is_no_matter() -> None:
    class Small(PageForm, forms.Form):
        page_order = ("gone", "second")
        first = forms.CharField()
        second = forms.CharField()

    assert [field.name for field in Small().in_page_order] == ["second", "first"]
