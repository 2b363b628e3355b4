"""The field for a mail address, which every form of ours uses."""

from typing import Any

from django import forms

from facturamos.forms import CleansText
from mailing.addresses import tidy, validate_address


class EmailField(CleansText, forms.EmailField):
    """A mail address that can be put on the wire."""

    # In the place of Django's own, which would say the same sentence once more.
    default_validators = [validate_address]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})

    def to_python(self, value: object) -> str | None:
        text: str | None = super().to_python(value)
        return tidy(text) if text else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        shown = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
        return super().widget_attrs(widget) | shown
