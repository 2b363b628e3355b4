"""Whom to ask: name, address, and a few words."""

import re

from django import forms
from django.core.exceptions import ValidationError

from companies.forms.fields import CleanCharField, EmailField
from facturamos.forms import CleansText, PageForm

# Our mails carry one link, ours.
_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)


def refuse_addresses(value: str) -> None:
    """A validator: nobody sends strangers to pages of others by our mail."""
    if _ADDRESS.search(value):
        raise ValidationError("Escríbalo sin direcciones de páginas: el correo ya lleva su enlace.")


class MessageField(CleansText, forms.CharField):
    """A few lines of text."""

    widget = forms.Textarea(attrs={"rows": 3})


class DelegationForm(PageForm, forms.Form):
    """Who is asked, and what the issuer writes to that person."""

    name = CleanCharField(
        label="Nombre",
        max_length=120,
        help_text="De la persona que lo va a hacer.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        validators=[refuse_addresses],
    )
    email = EmailField(
        label="Correo electrónico",
        help_text="Ahí le llega el enlace; es solo para esa persona.",
    )
    message = MessageField(label="Mensaje", max_length=500, required=False, validators=[refuse_addresses])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "off"
