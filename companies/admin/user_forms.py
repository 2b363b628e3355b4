"""Users in admin: the wizard's own fields, without any password."""

from copy import deepcopy
from typing import Any

from django import forms

from companies.forms import UserForm
from companies.forms.fields import EmailField, PhoneField, SavesChanges
from companies.models import User
from facturamos.forms import PageForm


def username_field(**changes: Any) -> forms.Field:
    """Step 7's field for the user name."""
    field = deepcopy(UserForm.base_fields["username"])
    for name, value in changes.items():
        setattr(field, name, value)
    return field


def free_username(username: str, but: User | None = None) -> str:
    """The name, when nobody else has it in whatever case. Raises ValidationError."""
    if any(user != but for user in User.objects.filter(username__iexact=username)):
        raise forms.ValidationError("Ese nombre de usuario ya está ocupado. Elija otro.")
    return username


class NewStaffForm(PageForm, SavesChanges[User]):
    """A new user of a distributor or of support; issuers' users are made with their accounts."""

    username = username_field()
    email = EmailField(label="Correo electrónico", help_text="Ahí llega la contraseña temporal.")
    phone = PhoneField(label="Teléfono", required=False)

    class Meta:
        model = User
        fields = ("role", "distributor", "username", "full_name", "email", "phone")

    def clean_username(self) -> str:
        return free_username(self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        """Exactly one role: who works for a distributor names it, who does not has none."""
        data = super().clean() or self.cleaned_data
        is_distributor = data.get("role") == User.Role.DISTRIBUTOR
        if is_distributor and not data.get("distributor"):
            self.add_error("distributor", "Elija el distribuidor al que pertenece el usuario.")
        # The owner's flag goes with the role, by constraint.
        self.instance.is_superuser = data.get("role") == User.Role.OWNER
        return data if is_distributor else {**data, "distributor": None}


class UserDataForm(PageForm, SavesChanges[User]):
    """Corrections by support to a user; role, company and password are not theirs to change."""

    username = username_field()
    email = EmailField(label="Correo electrónico")
    alternate_email = EmailField(label="Correo electrónico alterno", required=False)
    phone = PhoneField(label="Teléfono", required=False)

    class Meta:
        model = User
        fields = ("username", "full_name", "initials", "email", "alternate_email", "phone", "is_active")

    def clean_username(self) -> str:
        return free_username(self.cleaned_data["username"], but=self.instance)
