"""How our forms behave and are drawn, everywhere."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Model, QuerySet
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString

from facturamos import drawing
from facturamos.text import clean, whole_number

# All that ends a line somewhere (str.splitlines), and every other control character but the tab. Django
# itself refuses the first, NUL.
_LINE_BREAKS = re.compile("[\x01-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_ONE_LINE = ("text", "email", "tel", "search", "url")


def refuse_line_breaks(value: str) -> None:
    """A validator: what may end up in a mail's header or an SMTP command is one line."""
    if _LINE_BREAKS.search(value):
        sentence = "Escriba esto en una sola línea, sin caracteres especiales de control."
        raise ValidationError(sentence, code="line_breaks")


if TYPE_CHECKING:
    _CharField = forms.CharField
else:
    _CharField = object


class CleansText(_CharField):
    """Mix in before a field of text: its value is without what nobody sees (facturamos/text.py).

    Silently: who pasted it cannot find it. Passwords are no such fields, each of their bytes counts.
    """

    def to_python(self, value: object) -> str | None:
        return super().to_python(clean(value) if isinstance(value, str) else value)

    def run_validators(self, value: object) -> None:
        """Text of several lines is told as that alone: what else it is follows from it."""
        try:
            super().run_validators(value)
        except ValidationError as error:
            breaks = [each for each in error.error_list if each.code == "line_breaks"]
            raise ValidationError(breaks or error.error_list) from None


class CleanCharField(CleansText, forms.CharField):
    """Text as people write or paste it."""


class CleanEmailField(CleansText, forms.EmailField):
    """A mail address as people write or paste it."""


class CleanIntegerField(forms.IntegerField):
    """A whole number as people write or paste it (text.whole_number)."""

    def to_python(self, value: object) -> int | None:
        number: int | None = super().to_python(whole_number(value) if isinstance(value, str) else value)
        return number


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
    def drawn_errors(self) -> SafeString:
        """What is wrong with it, for a page that draws the rest itself."""
        return drawing.errors_of(self)

    @property
    def aria_describedby(self) -> str | None:
        """Django's own ids (help, error), after that of the mark."""
        described_by = super().aria_describedby
        if not self.optional or described_by is None:
            return described_by
        return f"{self.auto_id}_optional {described_by}".strip()


class Renderer(TemplatesSetting):
    """Fields come out of `drawing`: label, help, error, control, in that order; so do most controls."""

    field_template_name = drawing.FIELD

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        draw = drawing.DRAWN.get(template_name)
        return draw(context) if draw else super().render(template_name, context, request)


@dataclass(frozen=True)
class Faults:
    """What was found wrong after a page was sent, by a worker say; shown as if the sending had said so.

    `by_field`: the sentences beside each field to correct; under "" those that no field corrects.
    `title` takes the place of the page's `h1`, `heading` that of the summary's; each may be empty.
    """

    by_field: Mapping[str, Sequence[str]]
    title: str = ""
    heading: str = ""

    def tell(self, form: forms.BaseForm) -> None:
        """Puts them into a form that is shown anew."""
        for name, sentences in self.by_field.items():
            form.errors[name or NON_FIELD_ERRORS] = form.error_class(sentences)

    def told(self) -> "FaultsForm":
        """For a page that has no form of its own."""
        form = FaultsForm()
        self.tell(form)
        return form


def _is_file(field: forms.Field | None) -> bool:
    return field is not None and isinstance(field.widget, forms.FileInput)


def _input_type(field: forms.Field) -> str:
    return getattr(field.widget, "input_type", "")


def limit_choices[M: Model](form: forms.BaseForm, name: str, rows: QuerySet[M]) -> None:
    """The rows that a form lets choose from, where who asks decides it."""
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"«{name}» chooses no row.")
    field.queryset = rows


class PageForm(forms.BaseForm):
    """Mix in before Form or ModelForm: labels as the guide has them, errors from the server only.

    A field's missing value is named with the guide's label, so that the error summary makes sense alone.
    """

    bound_field_class = Field
    # The fields that its page shows in another order than the form has them: these come first.
    page_order: tuple[str, ...] = ()
    # False where fields may stay empty only sometimes, and the form itself tells when.
    marks_optional = True

    # The class's own fields, of which a form's are copies; and whether their errors name them.
    base_fields: ClassVar[dict[str, forms.Field]]
    _names_itself = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "_names_itself" not in vars(type(self)):
            name_in_errors(self.base_fields.values())
            type(self)._names_itself = True
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    @property
    def in_page_order(self) -> list[BoundField]:
        """The fields as the page shows them, so that the error summary follows it."""
        first = [name for name in self.page_order if name in self.fields]
        return [self[name] for name in (*first, *(name for name in self.fields if name not in first))]

    @property
    def needs_help(self) -> bool:
        """Whether something was refused that not everybody can put right alone.

        What no field corrects, or a file: nobody sees what is inside it. A missing one is only to be chosen.
        """
        return any(
            name == NON_FIELD_ERRORS or (_is_file(self.fields.get(name)) and error.code != "required")
            for name, errors in self.errors.as_data().items()
            for error in errors
        )


class FaultsForm(PageForm, forms.Form):
    """Nothing to fill in, only something to say: what `forms/errors.html` shows where no form is at fault."""


def name_in_errors(fields: Iterable[forms.Field]) -> None:
    """Makes every error name its field: those that a form declares are; what it adds itself, it has to."""
    for field in fields:
        # A browser sends one line; a program may send anything.
        one_line = isinstance(field, forms.CharField) and _input_type(field) in _ONE_LINE
        if one_line and refuse_line_breaks not in field.validators:
            field.validators.append(refuse_line_breaks)
        _name_in_errors(field)


# What stands in the place of Django's own sentences, which do not say which field they speak of: by code, and
# then what differs for a kind of field.
_SENTENCES = {
    "required": "Falta «{label}».",
    "invalid": "Revise «{label}»: no se entiende lo que dice.",
    "invalid_choice": "Elija «{label}» de la lista.",
    "invalid_list": "Elija «{label}» de la lista.",
    "min_length": "«{label}» lleva al menos %(limit_value)d caracteres, y escribió %(show_value)d.",
    "max_length": "«{label}» lleva como máximo %(limit_value)d caracteres, y escribió %(show_value)d.",
    "min_value": "«{label}» no puede ser menor que %(limit_value)s.",
    "max_value": "«{label}» no puede ser mayor que %(limit_value)s.",
    "step_size": "Revise «{label}»: no se entiende lo que dice.",
    "null_characters_not_allowed": "«{label}» lleva un carácter que no se ve. Bórrelo y escriba sin copiar.",
    "line_breaks": "Escriba «{label}» en una sola línea, sin caracteres especiales de control.",
}
_SENTENCES_BY_KIND: tuple[tuple[type[forms.Field], dict[str, str]], ...] = (
    (
        forms.FileField,
        {
            "invalid": "No recibimos el archivo de «{label}». Elija el archivo otra vez.",
            "missing": "No recibimos el archivo de «{label}». Elija el archivo otra vez.",
            "empty": "El archivo de «{label}» está vacío. Elija otro.",
            "max_length": "El nombre del archivo de «{label}» es muy largo. Cámbielo por uno más corto.",
            "contradiction": "En «{label}», elija un archivo o quite el que hay, no las dos cosas.",
        },
    ),
    (forms.IntegerField, {"invalid": "«{label}» lleva solo números."}),
    (forms.DateField, {"invalid": "«{label}» lleva día, mes y año."}),
    (
        forms.EmailField,
        {
            "invalid": "Revise «{label}». La dirección de correo no está bien escrita; se parece a "
            "ana@empresa.mx."
        },
    ),
)


def _name_in_errors(field: forms.Field) -> None:
    """Says the field's name where Django's sentence would not; what a form has to say itself stays."""
    sentences, from_validators = dict(_SENTENCES), set(_OF_VALIDATORS)
    for kind, its_own in _SENTENCES_BY_KIND:
        if isinstance(field, kind):
            sentences |= its_own
            from_validators |= set(its_own)
    usual, former = _usual_messages(type(field)), getattr(field, "named_as", None)
    for code, sentence in sentences.items():
        said = field.error_messages.get(code)
        ours = (usual.get(code), sentence.format(label=former))
        if (said is None and code in from_validators) or (said is not None and said in ours):
            field.error_messages[code] = sentence.format(label=field.label)
    # A copy of it may be called otherwise.
    vars(field)["named_as"] = field.label
    if isinstance(field, forms.ModelChoiceField):
        # It asks a validator of its own making, which no error message reaches.
        unseen = sentences["null_characters_not_allowed"].format(label=field.label)
        vars(field)["validate_no_null_characters"] = ProhibitNullCharactersValidator(unseen)


# Codes that Django's validators bring, whose sentence a field's own takes the place of.
_OF_VALIDATORS = {
    "min_length",
    "max_length",
    "min_value",
    "max_value",
    "step_size",
    "null_characters_not_allowed",
    "line_breaks",
}


def _usual_messages(kind: type[forms.Field]) -> dict[str, object]:
    """What Django says for this kind of field."""
    messages: dict[str, object] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("django."):
            messages |= getattr(base, "default_error_messages", {})
    return messages
