"""«Nueva cuenta»: one short form, with the wizard's rules, that opens an account."""

from typing import Any, cast

from django import forms

from companies.admin.user_forms import free_username, username_field
from companies.forms import FiscalDataForm
from companies.forms.fields import EmailField, PhoneField
from companies.models import Company, Distributor, User
from onboarding.accounts import open_account


class NewAccountForm(FiscalDataForm):
    """Company and person in one form. A distributor opens accounts for itself, support for any."""

    distributor = forms.ModelChoiceField(Distributor.objects.none(), label="Distribuidor")
    full_name = forms.CharField(label="Nombre completo del contacto", max_length=200)
    email = EmailField(
        label="Correo electrónico", help_text="Ahí llegan el usuario y la contraseña temporal."
    )
    phone = PhoneField(label="Teléfono", required=False, help_text="Opcional.")
    username = username_field(required=False, help_text="Opcional. Si queda vacío, se asigna uno.")
    # The issuer's own, in step 4.
    expedition_place = tax_regime = None  # type: ignore[assignment]

    class Meta:
        model = Company
        fields = ("name", "rfc", "phone")

    field_order = ("distributor", "name", "rfc", "full_name", "email", "phone", "username")

    def __init__(self, *args: Any, opened_by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_distributor = opened_by.distributor
        if self.own_distributor:
            del self.fields["distributor"]
        else:
            choice = cast("forms.ModelChoiceField[Distributor]", self.fields["distributor"])
            choice.queryset = Distributor.objects.visible_to(opened_by)

    def clean_rfc(self) -> str:
        """One company for each RFC and distributor; another distributor's are nobody's business."""
        rfc: str = self.cleaned_data["rfc"]
        distributor = self.own_distributor or self.cleaned_data.get("distributor")
        if distributor and Company.objects.alive().filter(distributor=distributor, rfc=rfc).exists():
            raise forms.ValidationError("Ya hay una empresa con este RFC. Búsquela en la lista de empresas.")
        return rfc

    def clean_username(self) -> str:
        return free_username(self.cleaned_data["username"])

    def open(self) -> Company:
        """Opens the account; returns its company."""
        data = {"distributor": self.own_distributor, **self.cleaned_data}
        return cast("Company", open_account(**data).company)
