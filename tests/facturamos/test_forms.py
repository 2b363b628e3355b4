"""What every form of ours says, whatever is sent: never Django's sentence, always which field it is."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django import forms
from django.core import validators
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver

from facturamos.forms import PageForm
from facturamos.text import plain_letters
from tests.our_forms import all_forms

GARBAGE = ["", " ", "x", "\0", "x" * 5000, "-1", "9" * 40, "a@b@c", "a\u2028b", "2026-02-30", "zz"]

# Of a field that holds a postal code, whatever it is called.
SAY_ENOUGH = ("El código postal tiene cinco dígitos. Revíselo.",)


def fields() -> Iterator[tuple[str, str, forms.Field]]:
    """The fields of all forms: whose, which, and the field itself."""
    assert get_resolver().url_patterns  # all forms are imported with the pages that show them
    for form in all_forms(PageForm):
        for name, field in getattr(form, "base_fields", {}).items():
            if not field.widget.is_hidden:
                yield form.__name__, name, field


def sentences_of(name: str, field: forms.Field) -> set[str]:
    """All that a form with this field alone says to garbage."""
    alone: Any = type("Alone", (PageForm, forms.Form), {name: deepcopy(field), "__module__": __name__})
    said: set[str] = set()
    for garbage in GARBAGE:
        file = SimpleUploadedFile("x" * 300 + ".exe", garbage.encode())
        form = alone({name: garbage}, {name: file} if isinstance(field, forms.FileField) else {})
        said |= {str(sentence) for found in form.errors.values() for sentence in found}
    return said


def djangos() -> list[re.Pattern[str]]:
    """Django's own sentences, with whatever stands in their blanks."""
    kinds = [
        each for each in vars(forms).values() if isinstance(each, type) and issubclass(each, forms.Field)
    ]
    messages = [message for kind in kinds for message in getattr(kind, "default_error_messages", {}).values()]
    checks = [each for each in vars(validators).values() if hasattr(each, "message")]
    texts = {str(text) for text in (*messages, *(check.message for check in checks))}
    return [re.compile(re.sub(r"%\\\(\w+\\\)[sd]", ".*", re.escape(text))) for text in texts if text]


def names_it(sentence: str, field: forms.Field) -> bool:
    said, label = plain_letters(sentence).casefold(), plain_letters(str(field.label)).casefold()
    return label in said or any(word in said for word in re.findall(r"\w{4,}", label))


@pytest.mark.django_db
def test_no_form_answers_with_djangos_own_sentence() -> None:
    patterns = djangos()
    seen = 0
    wrong = set()
    for form, name, field in fields():
        for sentence in sentences_of(name, field):
            seen += 1
            if any(pattern.fullmatch(sentence) for pattern in patterns):
                wrong.add(f"{form}.{name}: {sentence}")

    assert seen > 200
    assert wrong == set()


@pytest.mark.django_db
def test_every_sentence_names_its_field() -> None:
    wrong = {
        f"{form}.{name}: {sentence}"
        for form, name, field in fields()
        for sentence in sentences_of(name, field)
        if not names_it(sentence, field) and sentence not in SAY_ENOUGH
    }

    assert wrong == set()


def test_a_copy_of_a_field_that_is_called_otherwise_is_named_so_in_its_errors() -> None:
    class First(PageForm, forms.Form):
        name = forms.CharField(label="Nombre")

    First()

    class Second(PageForm, forms.Form):
        name = deepcopy(First.base_fields["name"])
        name.label = "Persona de contacto"

    assert Second({}).errors["name"] == ["Falta «Persona de contacto»."]
    assert First({}).errors["name"] == ["Falta «Nombre»."]
