"""«Nueva cuenta»: one form, with the wizard's rules, that opens an account.

Asked for is little; what the issuer would write on steps 4 and 5 may be written here already.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, cast

import pghistory
from django import forms
from django.forms.boundfield import BoundField

from companies.csf.prefill import ORIGIN
from companies.forms import AddressForm, FiscalDataForm
from companies.forms.company import NO_REGIME, TaxRegimeField
from companies.forms.fields import CleanCharField, EmailField, PhoneField
from companies.forms.staff import unused_username, username_field
from companies.models import Address, Company, Distributor, User
from companies.sat import postal_codes, tax_regimes
from companies.sat.filling import filled
from companies.sat.postal_codes import folded
from facturamos.forms import limit_choices
from facturamos.text import clean
from onboarding.account_opening import open_account
from onboarding.backoffice.new_account.csf_prefill import AccountPrefill

ALREADY = "Ya hay una empresa con este RFC. Búsquela en la lista de empresas."
FASTER = "Alguien acaba de crear esta cuenta o de tomar ese usuario. Búsquela en la lista de empresas."
COUNTRY = Address._meta.get_field("country").default
# As the page has them: postal code first.
ADDRESS = (
    "postal_code",
    "neighborhood",
    "street",
    "exterior_number",
    "interior_number",
    "reference",
    "locality",
    "municipality",
    "state",
    "country",
)


def _optional(name: str, form: type[forms.ModelForm[Any]] = AddressForm) -> Any:
    """The wizard's own field, whatever its class, where it may stay empty."""
    field = deepcopy(form.base_fields[name])
    field.required = False
    return field


class NewAccountForm(FiscalDataForm):
    """Company and person in one form. A distributor opens accounts for itself, support for any.

    `csf_prefill` is what a constancia said before: its régimenes come first, and where the account is opened
    with its values, it is remembered.
    """

    distributor = forms.ModelChoiceField(Distributor.objects.none(), label="Distribuidor")
    full_name = CleanCharField(label="Nombre completo del contacto", max_length=200)
    email = EmailField(
        label="Correo electrónico", help_text="Ahí llegan el usuario y la contraseña temporal."
    )
    phone = PhoneField(label="Teléfono", required=False, help_text="Opcional.")
    username = username_field(required=False, help_text="Opcional. Si queda vacío, se asigna uno.")
    expedition_place = _optional("expedition_place", FiscalDataForm)
    tax_regime = _optional("tax_regime", FiscalDataForm)
    postal_code = _optional("postal_code")
    neighborhood = _optional("neighborhood")
    street = _optional("street")
    exterior_number = _optional("exterior_number")
    interior_number = _optional("interior_number")
    reference = _optional("reference")
    locality = _optional("locality")
    municipality = _optional("municipality")
    state = _optional("state")
    country = _optional("country")

    class Meta:
        model = Company
        fields = ("name", "rfc", "phone", "expedition_place", "tax_regime")

    MAIN = ("distributor", "name", "rfc", "full_name", "email", "phone", "username")
    OPTIONAL = ("expedition_place", "tax_regime", *ADDRESS)
    field_order = (*MAIN, *OPTIONAL)

    def __init__(
        self, *args: object, opened_by: User, csf_prefill: AccountPrefill | None = None, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.csf_prefill = csf_prefill
        self.address = AddressForm(self.data if self.is_bound else None)
        self._draw_optional_fields()
        self.own_distributor = opened_by.distributor
        if self.own_distributor:
            del self.fields["distributor"]
        else:
            limit_choices(self, "distributor", Distributor.objects.visible_to(opened_by))

    def _draw_optional_fields(self) -> None:
        """The address as on step 5; the constancia's own régimenes first."""
        for name in ADDRESS:
            self.fields[name].widget = self.address.fields[name].widget
        self.initial = {"country": COUNTRY, **self.initial}
        if self.csf_prefill and len(self.csf_prefill.regimes) > 1:
            field = self.fields["tax_regime"]
            if isinstance(field, TaxRegimeField):
                groups = tax_regimes.grouped_choices(self.persona)
                field.choices = [NO_REGIME, *_own_regimes_first(groups, self.csf_prefill.regimes)]

    # --- what the page shows

    @property
    def main_fields(self) -> list[BoundField]:
        """What an account cannot do without, and what it may."""
        return [self[name] for name in self.MAIN if name in self.fields]

    @property
    def optional_fields(self) -> list[BoundField]:
        """What the issuer would else write itself."""
        return [self[name] for name in self.OPTIONAL]

    @property
    def optional_is_open(self) -> bool:
        """Whether to unfold these: one has a value, or an error."""
        told = any(self[name].value() for name in self.OPTIONAL if name != "country")
        return told or any(name in self.errors for name in self.OPTIONAL)

    def look_up(self, typed: Mapping[str, str]) -> None:
        """«Buscar código postal», as on step 5: shows what was typed, completed; saves nothing."""
        self.address.look_up(typed)
        found = {name: self.address.initial[name] for name in ADDRESS}
        self.initial = {**self.initial, **{name: typed.get(name, "") for name in self.fields}, **found}

    # --- clean

    def clean_rfc(self) -> str:
        """One company for each RFC and distributor; another distributor's are nobody's business."""
        rfc: str = self.cleaned_data["rfc"]
        distributor = self.own_distributor or self.cleaned_data.get("distributor")
        if distributor and Company.objects.alive().filter(distributor=distributor, rfc=rfc).exists():
            raise forms.ValidationError(ALREADY)
        return rfc

    def clean_username(self) -> str:
        return unused_username(self.cleaned_data["username"])

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if self._address_written:
            self._clean_address(data)
        return data

    @property
    def _address_written(self) -> bool:
        """Whether something of an address was written; the country stands there from the start."""
        written = {name: clean(str(self[name].value() or "")) for name in ADDRESS if name in self.fields}
        country = written.pop("country", "")
        return any(written.values()) or (country != "" and folded(country) != folded(COUNTRY))

    def _clean_address(self, data: dict[str, object]) -> None:
        """A begun address must be a whole one, by the rules of step 5.

        Empty fields take what the postal code decides, as the button beside it would fill them in.
        """
        written = {name: str(data.get(name) or "") for name in ADDRESS}
        written["country"] = written["country"] or COUNTRY
        place = postal_codes.find(written["postal_code"])
        self.address = AddressForm(filled(written, place), instance=Address(kind=Address.Kind.FISCAL))
        self.address.instance.in_catalogue = place is not None
        for name, sentences in self.address.errors.items():
            if name not in self.errors:
                self.add_error(name, sentences)

    # --- open

    @property
    def fiscal_address(self) -> Address | None:
        """The address of a valid form, for its company yet to be; None where none was written."""
        return self.address.instance if self._address_written else None

    def open(self) -> Company:
        """Opens the account; returns its company. Raises IntegrityError when another was faster."""
        data = {name: self.cleaned_data[name] for name in self.fields if name not in ADDRESS}
        if self.own_distributor:
            data["distributor"] = self.own_distributor
        if self._address_written:
            data["address"] = self.address
        if self.csf_prefill and (
            taken := self.csf_prefill.taken({**self.cleaned_data, **self.address_values})
        ):
            pghistory.context(origin=ORIGIN, **{ORIGIN: taken})
            data |= self.csf_prefill.remembered
        return cast("Company", open_account(**data).company)

    @property
    def address_values(self) -> dict[str, str]:
        """The address as it will be saved; empty when there is none."""
        return dict(self.address.cleaned_data) if self._address_written else {}


def _own_regimes_first(groups: tax_regimes.Choices, codes: tuple[str, ...]) -> tax_regimes.Choices:
    """The régimenes of the constancia before the others, each of them once."""
    rest = [(title, [each for each in group if each[0] not in codes]) for title, group in groups]
    own = ("En la constancia", [(code, tax_regimes.label(code)) for code in codes])
    return [own, *((title, group) for title, group in rest if group)]
