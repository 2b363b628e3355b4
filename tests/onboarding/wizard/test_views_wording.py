"""No field of any page answers with a sentence of Django's that does not say which field it speaks of."""

import re
from collections.abc import Iterator

import pytest
from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from onboarding.steps import STEPS
from tests.onboarding.browser import Tab

WRONG = (
    "",
    " ",
    "x" * 5000,
    "9" * 40,
    "-1",
    "0",
    "1.5",
    "x",
    "a\x00b",
    "a\nb",
    "@",
    "2026-13-45",
    "no-such-choice",
)
FILES = (None, SimpleUploadedFile("a.jpg", b""), SimpleUploadedFile("a" * 300, b""), "not a file")


def django_sentences() -> Iterator[re.Pattern[str]]:
    """All that Django's fields and validators say, in Spanish; what they fill in may be anything."""
    fields = [kind for kind in vars(forms.fields).values() if isinstance(kind, type)]
    said = [text for kind in fields for text in getattr(kind, "default_error_messages", {}).values()]
    for kind in vars(validators).values():
        message = getattr(kind, "message", None)
        said += [message] if message else []
    for text in said:
        # Those with a number in them are plural, by what they count.
        for number in (1, 2):
            filled = {"limit_value": number, "show_value": 9, "max": number, "length": 9, "value": "¿?"}
            try:
                shown = str(text % filled)
            except (KeyError, TypeError):
                shown = str(text)
            if len(shown) > 8:
                pattern = re.escape(shown)
                for part in (str(number), "9", re.escape("¿?")):
                    pattern = pattern.replace(part, ".+")
                yield re.compile(pattern)


def faults_of(field: forms.Field) -> Iterator[str]:
    """All that a field can be made to say."""
    field.required = True
    for value in FILES if isinstance(field, forms.FileField) else WRONG:
        try:
            field.clean(value, None) if isinstance(field, forms.FileField) else field.clean(value)
        except ValidationError as error:
            yield from error.messages


def check(form: forms.BaseForm) -> int:
    """Holds every field to it; returns how many sentences were heard."""
    heard = 0
    with translation.override("es-mx"):
        patterns = list(django_sentences())
        for field in form.fields.values():
            for sentence in faults_of(field):
                heard += 1
                named = f"«{field.label}»" in sentence
                assert named or not any(pattern.fullmatch(sentence) for pattern in patterns), sentence
                assert "Este campo" not in sentence
                assert "este valor" not in sentence.lower()
    return heard


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_a_step_says_which_field(tab: Tab, step: object) -> None:
    slug = step.slug  # type: ignore[attr-defined]

    form = tab.client.get(f"/configuracion/{slug}/").context["form"]

    assert check(form) > 0 or slug == "terminar"


def test_the_pages_before_signing_in_do_so_too(client: Client, db: None) -> None:
    for address in ("/entrar/", "/recuperar/"):
        assert check(client.get(address).context["form"]) > 0


class PlainForm(forms.Form):
    """A form of Django's, as the pages' forms must not be."""

    name = forms.CharField(max_length=3)


def test_django_s_own_sentences_are_known() -> None:
    with translation.override("es-mx"), pytest.raises(AssertionError):
        check(PlainForm())
