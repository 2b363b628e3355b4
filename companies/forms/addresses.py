"""Steps 5 and 6: the company's addresses, postal code first."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pghistory
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property

from companies.forms.fields import CleanCharField, PostalCodeField, SavesChanges
from companies.models import Address
from companies.sat import postal_codes
from companies.sat.filling import UNKNOWN, filled, let_go
from companies.sat.postal_codes import Place, Places
from facturamos.forms import PageForm
from facturamos.text import clean

NO_FISCAL_ADDRESS = "Todavía no hay una dirección fiscal a la que sea igual. Escríbala primero, en su paso."

LEFT_BEHIND = "«{}» es una colonia del código postal {}. Elija o escriba la del {}."


class NeighborhoodWidget(forms.TextInput):
    """A field of text with the list of a postal code's colonias: one is chosen there, or another is typed.

    Both are sent. What was typed counts, unless it is what the page showed and the list says otherwise.
    """

    template_name = "companies/neighborhood.html"
    OTHER = "otra"
    # The list, and what the page showed: sent under the field's name with these ends.
    beside = ("_choice", "_shown")
    proposed: Callable[[], Sequence[str]] = tuple

    def get_context(self, name: str, value: str | None, attrs: dict[str, object] | None) -> dict[str, object]:
        context = super().get_context(name, value, attrs)
        proposed = self.proposed()
        chosen = value if value in proposed else self.OTHER
        context["widget"] |= {
            "proposed": proposed,
            "is_a_choice": len(proposed) > 1,
            "chosen": chosen if value else "",
            "other": self.OTHER,
        }
        return context

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> str | None:
        typed: str | None = super().value_from_datadict(data, files, name)
        chosen = data.get(f"{name}_choice")
        untouched = clean(typed or "") in ("", data.get(f"{name}_shown", ""))
        return chosen if chosen and chosen != self.OTHER and untouched else typed


class AddressForm(PageForm, SavesChanges[Address]):
    """One of the company's addresses, as registered at the SAT."""

    street = CleanCharField(label="Calle", max_length=200)
    exterior_number = CleanCharField(label="No. Ext.", max_length=50, help_text="Si no tiene, escriba S/N.")
    interior_number = CleanCharField(label="No. Int.", max_length=50, required=False)
    neighborhood = CleanCharField(label="Colonia", max_length=150, widget=NeighborhoodWidget)
    postal_code = PostalCodeField(
        label="Código postal", help_text="Cinco dígitos. Con él llenamos estado, municipio y localidad."
    )
    reference = CleanCharField(
        label="Referencia", max_length=250, required=False, help_text="Entre qué calles está, por ejemplo."
    )
    locality = CleanCharField(label="Localidad", max_length=120, required=False)
    municipality = CleanCharField(
        label="Municipio", max_length=120, help_text="O alcaldía, en la Ciudad de México."
    )
    state = CleanCharField(label="Estado", max_length=60)
    country = CleanCharField(label="País", max_length=60)

    class Meta:
        model = Address
        fields: tuple[str, ...] = Address.CONTENT

    # Postal code first: it decides the rest (templates/onboarding/_address.html).
    page_order: tuple[str, ...] = ("postal_code", "neighborhood")
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

    def __init__(self, *args: object, places: Places | None = None, **kwargs: object) -> None:
        self.places = places or Places()
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs |= {"autocomplete": self.AUTOCOMPLETE.get(name, "off"), "spellcheck": "false"}
        if "postal_code" in self.fields:
            self.fields["postal_code"].widget.attrs["data-place"] = self.LOOK_UP
        neighborhood = self.fields.get("neighborhood")
        if neighborhood and isinstance(neighborhood.widget, NeighborhoodWidget):
            neighborhood.widget.proposed = self.proposed_neighborhoods
        self.looked_up = ""
        # A sentence where the colonia that was sent is of a former postal code.
        self.left_behind = ""
        if self.is_bound:
            self._complete_data()

    def _complete_data(self) -> None:
        """Where a colonia is of a former postal code, and another was typed and not looked up: what that
        filled in goes, and the page shows what is in its place. What else contradicts is a doubt, later.
        """
        former_code = str(self.data.get(self.looked_up_name, ""))
        if not former_code or former_code == self._code or self.place is None:
            return
        if former := self.places.find(former_code):
            names = ("neighborhood", *Place.DECIDES)
            sent = {name: clean(str(self[name].value() or "")) for name in names}
            kept = let_go(sent, former, self.place)
            if sent["neighborhood"] != kept["neighborhood"]:
                self.left_behind = LEFT_BEHIND.format(sent["neighborhood"], former.code, self.place.code)
                self.fields["neighborhood"].error_messages["required"] = self.left_behind
                self._put(filled(kept, self.place))

    def _put(self, values: Mapping[str, str]) -> None:
        """Takes these for what was sent."""
        # Unpacked, a QueryDict would give the lists that it keeps inside.
        sent = self.data.dict() if isinstance(self.data, MultiValueDict) else self.data
        self.data = {**sent, **{self.add_prefix(name): value for name, value in values.items()}}

    def clean_neighborhood(self) -> str:
        """One that was filled in just now, in the place of another postal code's, is to be seen first."""
        if self.left_behind:
            raise ValidationError(self.left_behind, code="left_behind")
        return str(self.cleaned_data["neighborhood"])

    def proposed_neighborhoods(self) -> Sequence[str]:
        """The colonias to choose from."""
        return self.place.neighborhoods if self.place else ()

    @property
    def looked_up_name(self) -> str:
        """By what name the page carries along which postal code was looked up last."""
        return self.add_prefix("looked_up")

    @cached_property
    def place(self) -> Place | None:
        """Where the postal code is that was typed or asked for; None where the catalogue does not know."""
        return self.places.find(self._code) if self._code else None

    @property
    def _code(self) -> str:
        return self.looked_up or postal_codes.normalize(str(self["postal_code"].value() or ""))

    @property
    def filled_from(self) -> str:
        """The postal code that what the page shows came from: looked up now, or with the address."""
        return self._code if self.place else ""

    @property
    def place_doubt(self) -> str:
        """A sentence when the catalogue does not have the postal code."""
        asked = postal_codes.SHAPE.fullmatch(self._code)
        return UNKNOWN.format(self._code) if asked and self.place is None else ""

    def look_up(self, typed: Mapping[str, str]) -> None:
        """«Buscar código postal»: shows what was typed, completed from the catalogue; saves nothing."""
        values = {name: clean(str(typed.get(self.add_prefix(name), ""))) for name in self.fields}
        stored = {name: str(self.initial.get(name) or "") for name in Place.DECIDES}
        former = self.places.find(str(typed.get(self.looked_up_name, "")))
        self.looked_up = postal_codes.normalize(values["postal_code"])
        self.initial = {**self.initial, **filled(values, self.place, stored=stored, former=former)}

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
            saved.sync_issuing_address()
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

    page_order = ("follows_fiscal", *AddressForm.page_order)

    class Meta(AddressForm.Meta):
        fields = (*Address.CONTENT, "follows_fiscal")

    def __init__(
        self, *args: object, fiscal: Address, places: Places | None = None, **kwargs: object
    ) -> None:
        self.fiscal = fiscal
        super().__init__(*args, places=places, **kwargs)

    def _complete_data(self) -> None:
        if self._copies():
            self._put(self.fiscal.content)
        else:
            super()._complete_data()

    def _copies(self) -> bool:
        """Whether the box says to copy: ticked just now, or with nothing typed.

        Where it was ticked already, what was typed since counts.
        """
        typed = [self.data.get(self.add_prefix(name)) for name in Address.CONTENT if name != "country"]
        just_now = not self.initial.get("follows_fiscal") or not any(typed)
        return self.ticked and self.fiscal.pk is not None and just_now

    @property
    def ticked(self) -> bool:
        """Whether it is to stay equal."""
        return self.data.get(self.add_prefix("follows_fiscal")) is not None

    @property
    def parted(self) -> bool:
        """Whether it was to stay equal, and what was typed is something else."""
        return self.ticked and not self.cleaned_data["follows_fiscal"]

    def full_clean(self) -> None:
        """Where there is nothing to be equal to, that alone is said: the rest is not what was asked for."""
        super().full_clean()
        if self.has_error("follows_fiscal"):
            for name in [name for name in self.errors if name != "follows_fiscal"]:
                del self.errors[name]

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if data.get("follows_fiscal") and self.fiscal.pk is None:
            self.add_error("follows_fiscal", NO_FISCAL_ADDRESS)
        # What was typed counts; an address that differs cannot follow.
        if data.get("follows_fiscal") and self.fiscal.content != {
            name: data.get(name) for name in Address.CONTENT
        }:
            data["follows_fiscal"] = False
            if self.initial.get("follows_fiscal"):
                # The box is as it was; what is stored is not.
                self.changed_data.append("follows_fiscal")
        return data
