"""What the forms share: fields that read a value as people write it, and saving only what changed."""

import hashlib
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.db import models

from companies import rfc
from companies.rfc import InvalidRFC
from mailing.addresses import validate_address

MEGABYTE = 1024 * 1024
PHONE_DIGITS = range(10, 16)  # ten with the area code; fifteen is the longest of ITU-T E.164

RFC_MESSAGES = {
    "length": "El RFC tiene 12 caracteres (persona moral) o 13 (persona física). Cópielo de su Constancia de "
    "Situación Fiscal.",
    "format": "El RFC no tiene la forma correcta: tres o cuatro letras, seis números y tres caracteres más. "
    "Cópielo de su Constancia de Situación Fiscal.",
    "date": "Los seis números del RFC no forman una fecha (año, mes y día). Cópielo de su Constancia de "
    "Situación Fiscal.",
    "generic": "Este es un RFC genérico y con él no se puede facturar. Escriba el RFC de su empresa.",
}


class RFCField(forms.CharField):
    """An RFC; spaces, hyphens and lower case are welcome. Its value is the normalised text."""

    def __init__(self, **kwargs: Any) -> None:
        # Longer than an RFC: people write the groups apart.
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> str:
        return rfc.normalize(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            parse(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        shown = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        return super().widget_attrs(widget) | shown


def parse(text: str) -> rfc.RFC:
    """The RFC in `text`. Raises ValidationError with a sentence that says what to do."""
    try:
        return rfc.parse(text)
    except InvalidRFC as error:
        raise ValidationError(RFC_MESSAGES[error.code], code=error.code) from None


class PostalCodeField(forms.CharField):
    """A Mexican postal code: five digits."""

    default_validators = [RegexValidator(r"\A[0-9]{5}\Z", "El código postal tiene cinco dígitos. Revíselo.")]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=10, **kwargs)

    def to_python(self, value: Any) -> str:
        return re.sub(r"\s", "", super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        shown = {"inputmode": "numeric", "spellcheck": "false", "maxlength": "5"}
        return super().widget_attrs(widget) | shown


class PhoneField(forms.CharField):
    """A telephone number as people write it; what counts is how many digits it has."""

    widget = forms.TelInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not (
            re.fullmatch(r"[0-9+(). -]+", value) and sum(map(str.isdigit, value)) in PHONE_DIGITS
        ):
            raise ValidationError("Escriba el teléfono con sus 10 dígitos, por ejemplo 55 1234 5678.")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"autocomplete": "tel", "inputmode": "tel"}


class EmailField(forms.EmailField):
    """An e-mail address."""

    default_validators = [validate_address]
    default_error_messages = {
        "invalid": "La dirección de correo no está bien escrita. Revísela; se parece a ana@empresa.mx."
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        shown = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
        return super().widget_attrs(widget) | shown


class PasswordField(forms.CharField):
    """A password: never trimmed, never put back into the page."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        # Longer ones only cost the server time.
        super().__init__(max_length=128, strip=False, widget=forms.PasswordInput, **kwargs)
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


class SavesChanges[M: models.Model](forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """A ModelForm that writes only the fields that changed, and nothing when none did.

    Its fields check themselves all that the database's constraints would, so that those, a query each,
    are left to the database.
    """

    instance: M

    def validate_constraints(self) -> None:
        """Left to the database."""

    def columns(self) -> list[str]:
        """The columns that a save of an existing row writes."""
        return self.changed_data

    def save(self, commit: bool = True) -> M:
        """Saves the row, if anything changed: a new one whole, another one's changed fields."""
        if not commit:
            return super().save(commit=False)  # type: ignore[no-any-return]
        if not self.has_changed():
            return self.instance
        if self.instance._state.adding:
            return super().save()  # type: ignore[no-any-return]
        self.instance.save(update_fields=self.columns())
        return self.instance
