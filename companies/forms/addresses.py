"""Steps 5 and 6: the company's addresses, postal code first."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django import forms
from django.urls import reverse_lazy
from django.utils.functional import cached_property

from companies import postal_codes
from companies.forms.fields import PostalCodeField, SavesChanges
from companies.models import Address
from companies.postal_codes import Place
from facturamos.forms import PageForm

UNKNOWN = (
    "El código postal {} no está en el catálogo del SAT. Revíselo; si es correcto, escriba los demás datos "
    "usted mismo: Asistencia lo revisará."
)


class AddressForm(PageForm, SavesChanges[Address]):
    """One of the company's addresses, as registered at the SAT."""

    street = forms.CharField(label="Calle", max_length=200)
    exterior_number = forms.CharField(label="No. Ext.", max_length=50, help_text="Si no tiene, escriba S/N.")
    interior_number = forms.CharField(label="No. Int.", max_length=50, required=False)
    neighborhood = forms.CharField(label="Colonia", max_length=150)
    postal_code = PostalCodeField(
        label="Código postal", help_text="Cinco dígitos. Con él llenamos estado, municipio y localidad."
    )
    reference = forms.CharField(
        label="Referencia", max_length=250, required=False, help_text="Entre qué calles está, por ejemplo."
    )
    locality = forms.CharField(label="Localidad", max_length=120, required=False)
    municipality = forms.CharField(
        label="Municipio", max_length=120, help_text="O alcaldía, en la Ciudad de México."
    )
    state = forms.CharField(label="Estado", max_length=60)
    country = forms.CharField(label="País", max_length=60)

    class Meta:
        model = Address
        fields = Address.CONTENT

    # https://html.spec.whatwg.org/#autofill: what a browser knows of the parts of a Mexican address.
    AUTOCOMPLETE = {
        "street": "address-line1",
        "neighborhood": "address-level3",
        "postal_code": "postal-code",
        "municipality": "address-level2",
        "state": "address-level1",
        "country": "country-name",
    }
    LOOK_UP = reverse_lazy("codigo_postal", args=["00000"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs |= {"autocomplete": self.AUTOCOMPLETE.get(name, "off"), "spellcheck": "false"}
        if "postal_code" in self.fields:
            self.fields["postal_code"].widget.attrs["data-place"] = self.LOOK_UP
            # Offers the colonias of the postal code; anything else may still be typed.
            self.fields["neighborhood"].widget.attrs["list"] = self.neighborhoods_id
        self.looked_up = ""

    @property
    def neighborhoods_id(self) -> str:
        """The id of the list that the page offers beside Colonia."""
        return self.add_prefix("colonias")

    @cached_property
    def place(self) -> Place | None:
        """Where the postal code is that was typed or asked for; None where the catalogue does not know."""
        return postal_codes.find(self._code) if self._code else None

    @property
    def _code(self) -> str:
        return self.looked_up or (str(self.data.get(self.add_prefix("postal_code"), "")).strip())

    @property
    def place_doubt(self) -> str:
        """A sentence when the catalogue does not have the postal code."""
        asked = postal_codes.SHAPE.fullmatch(self._code)
        return UNKNOWN.format(self._code) if asked and self.place is None else ""

    def look_up(self, typed: Mapping[str, str]) -> None:
        """«Buscar código postal»: shows what was typed, completed from the catalogue; saves nothing.

        Replaced is what was empty, stored, or came from the former look-up: nothing that was typed. What
        came from there and has no counterpart here goes.
        """
        values = {name: str(typed.get(self.add_prefix(name), "")) for name in self.fields}
        stored = {name: str(self.initial.get(name) or "") for name in Place.DECIDES}
        former = postal_codes.find(str(typed.get(self.add_prefix("looked_up"), "")))
        self.looked_up = "".join(values["postal_code"].split())
        for name in Place.DECIDES if self.place else ():
            value, came = getattr(self.place, name), getattr(former, name, "")
            if (value and values[name] in ("", stored[name])) or values[name] == came:
                values[name] = value
        if self.place and len(self.place.neighborhoods) == 1 and not values["neighborhood"]:
            values["neighborhood"] = self.place.neighborhoods[0]
        self.initial = {**self.initial, **values}

    def save(self, commit: bool = True) -> Address:
        """Marks a postal code that the catalogue does not have, and notes what came from it."""
        address, changed = self.instance, set(self.changed_data)
        if changed & {"postal_code", "neighborhood", *Place.DECIDES}:
            address.in_catalogue = self.place is not None
            found = self.place.agrees(self.cleaned_data) if self.place else []
            pghistory.context(**{f"catalogue_{address.kind}": found})
        if changed and "follows_fiscal" not in self.fields:
            address.follows_fiscal = False  # corrected by itself, it is no longer the other
        saved = super().save(commit)
        if commit and changed and saved.kind == Address.Kind.FISCAL:
            saved.lead()
        return saved

    def columns(self) -> list[str]:
        """With what follows from the rest: the mark for support, and that it is no longer the other one."""
        return [*super().columns(), "in_catalogue", "follows_fiscal"]


class IssuingAddressForm(AddressForm):
    """The place that issues the invoices, which may stay equal to the fiscal address."""

    follows_fiscal = forms.BooleanField(
        label="Igual a la fiscal",
        required=False,
        help_text="Si más adelante corrige la dirección fiscal, esta cambia con ella.",
    )

    class Meta(AddressForm.Meta):
        fields = (*Address.CONTENT, "follows_fiscal")  # type: ignore[assignment]  # one more

    def __init__(self, *args: Any, fiscal: Address, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fiscal = fiscal

    @property
    def parted(self) -> bool:
        """Whether it was to stay equal, and what was typed is something else."""
        ticked = self.data.get(self.add_prefix("follows_fiscal")) is not None
        return ticked and not self.cleaned_data["follows_fiscal"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        # What was typed counts; an address that differs cannot follow.
        if data.get("follows_fiscal") and self.fiscal.content != {
            name: data.get(name) for name in Address.CONTENT
        }:
            data["follows_fiscal"] = False
        return data
