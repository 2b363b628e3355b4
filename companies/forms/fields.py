"""What the forms share: fields that read a value as people write it, and saving only what changed.

All but passwords are cleaned of what nobody sees (facturamos/text.py).
"""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import TypedDict, Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.db import models

from companies import phones
from companies.sat import postal_codes, rfc
from companies.sat.rfc import InvalidRFC
from facturamos.forms import CleanCharField as CleanCharField  # with the others, for whoever imports these
from mailing.fields import EmailField as EmailField

MEGABYTE = 1024 * 1024


class FieldOptions(TypedDict, total=False):
    """What a form says of a field of its own, beside its kind."""

    label: str
    help_text: str
    required: bool


class RFCField(CleanCharField):
    """An RFC; spaces, hyphens and lower case are welcome. Its value is the normalised text."""

    def __init__(self, **options: Unpack[FieldOptions]) -> None:
        # Longer than an RFC: people write the groups apart.
        super().__init__(max_length=30, **options)

    def to_python(self, value: object) -> str:
        return rfc.normalize(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            parse(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        shown = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        return super().widget_attrs(widget) | shown


def parse(text: str) -> rfc.RFC:
    """The RFC in `text`. Raises ValidationError with a sentence that says what to do."""
    try:
        return rfc.parse(text)
    except InvalidRFC as error:
        raise ValidationError(rfc.MESSAGES[error.code], code=error.code) from None


class PostalCodeField(CleanCharField):
    """A Mexican postal code: five digits, also as «C.P. 37 000»."""

    default_validators = [RegexValidator(r"\A[0-9]{5}\Z", "El código postal tiene cinco dígitos. Revíselo.")]

    def __init__(self, **options: Unpack[FieldOptions]) -> None:
        # Longer than a postal code: a browser would cut a pasted « 37000».
        super().__init__(max_length=30, **options)

    def to_python(self, value: object) -> str:
        return postal_codes.normalize(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        shown = {"inputmode": "numeric", "spellcheck": "false", "size": "5"}
        return super().widget_attrs(widget) | shown


class PhoneField(CleanCharField):
    """A telephone number as people write it (companies/phones.py)."""

    widget = forms.TelInput

    def __init__(self, **options: Unpack[FieldOptions]) -> None:
        super().__init__(max_length=phones.MAX_LENGTH, **options)

    def to_python(self, value: object) -> str:
        text: str = super().to_python(value) or ""
        try:
            return phones.tidy(text)
        except phones.InvalidPhone:
            return text  # as it was typed; `validate` says what is wrong

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value:
            return
        try:
            phones.tidy(value)
        except phones.InvalidPhone as error:
            raise ValidationError(phones.MESSAGES[error.code], code=error.code) from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        return super().widget_attrs(widget) | {"autocomplete": "tel", "inputmode": "tel"}


class PasswordField(forms.CharField):
    """A password: never trimmed, never put back into the page."""

    def __init__(self, *, autocomplete: str, **options: Unpack[FieldOptions]) -> None:
        # Longer ones only cost the server time.
        super().__init__(max_length=128, strip=False, widget=forms.PasswordInput, **options)
        self.widget.attrs |= {
            "autocomplete": autocomplete,
            "autocapitalize": "none",
            "spellcheck": "false",
        }


def sha256_of(upload: "UploadedFile[bytes]") -> str:
    """The digest of an upload, which stays readable from its start."""
    upload.seek(0)
    digest = hashlib.sha256(upload.read()).hexdigest()
    upload.seek(0)
    return digest


class SavesChanges[M: models.Model](forms.ModelForm[M]):
    """A ModelForm that writes only the fields that changed, and nothing when none did.

    `proposed` are values that are known from elsewhere: with them begins what is not stored yet.

    Its fields check themselves all that the database's constraints would, so that those, a query each,
    are left to the database.
    """

    def __init__(self, *args: object, proposed: Mapping[str, object] | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever a ModelForm takes
        self.proposed = {
            name: value for name, value in (proposed or {}).items() if value and not self._is_stored(name)
        }
        self.initial.update(self.proposed)

    def _is_stored(self, name: str) -> bool:
        """A new row has nothing stored: what it shows are the columns' defaults."""
        return not self.instance._state.adding and bool(self.initial.get(name))

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that differ from what is stored; a proposal is not stored before it is saved."""
        changed: list[str] = super().changed_data
        taken = [name for name in self.proposed if name in self.fields and name not in changed]
        return [*changed, *taken]

    def validate_constraints(self) -> None:
        """Nothing here: the database holds the constraints, and a save tells of them."""

    def columns(self) -> list[str]:
        """The columns that a save of an existing row writes."""
        return self.changed_data

    def save(self, commit: bool = True) -> M:
        """Saves the row, if anything changed: a new one whole, another one's changed fields."""
        if not commit:
            return super().save(commit=False)
        if not self.has_changed():
            return self.instance
        if self.instance._state.adding:
            return super().save()
        self.instance.save(update_fields=self.columns())
        return self.instance
