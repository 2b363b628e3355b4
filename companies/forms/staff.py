"""In admin: who works here, and an issuer's user, with step 7's fields and without any password."""

from collections.abc import Iterable
from copy import deepcopy

from django import forms
from django.core.exceptions import ValidationError

from companies.accounts import authority
from companies.forms.fields import CleanCharField, EmailField, PhoneField, SavesChanges
from companies.forms.people import UserForm
from companies.models import Distributor, User
from facturamos.forms import PageForm


def username_field(**changes: object) -> forms.Field:
    """Step 7's field for the user name."""
    field = deepcopy(UserForm.base_fields["username"])
    for name, value in changes.items():
        setattr(field, name, value)
    return field


def unused_username(username: str, but: User | None = None) -> str:
    """The name, when nobody else has it in whatever case. Raises ValidationError."""
    if any(user != but for user in User.objects.filter(username__iexact=username)):
        raise ValidationError("Ese nombre de usuario ya está ocupado. Elija otro.")
    return username


class DistributorForm(PageForm, SavesChanges[Distributor]):
    """A distributor, as support keeps it."""

    name = CleanCharField(label="Nombre", max_length=300)
    email = EmailField(label="Correo electrónico", required=False)
    phone = PhoneField(label="Teléfono", required=False)

    class Meta:
        model = Distributor
        fields = ("name", "email", "phone")


class DistributorRoleField(forms.TypedChoiceField):
    """What somebody does for its distributor; a page says which of them may be given."""

    HELP = (
        "El encargado también da de alta y de baja a los demás; el operador crea cuentas, importa, corrige y "
        "reenvía; quien solo consulta no cambia nada."
    )

    def __init__(self, roles: Iterable[User.DistributorRole], *, required: bool = True) -> None:
        super().__init__(
            label="Función en el distribuidor",
            help_text=self.HELP,
            choices=[(role.value, role.label) for role in roles],
            coerce=User.DistributorRole,
            required=required,
        )


class NewPersonForm(PageForm, SavesChanges[User]):
    """Somebody new who works here; issuers' users are made with their accounts."""

    username = username_field()
    email = EmailField(label="Correo electrónico", help_text="Ahí llega la contraseña temporal.")
    phone = PhoneField(label="Teléfono", required=False)

    class Meta:
        model = User
        fields: tuple[str, ...] = ("username", "full_name", "email", "phone")
        field_classes = {"full_name": CleanCharField}

    def clean_username(self) -> str:
        return unused_username(self.cleaned_data["username"])


class NewClerkForm(NewPersonForm):
    """Of a lead's own distributor."""

    distributor_role = DistributorRoleField(authority.BELOW_A_LEAD)

    class Meta(NewPersonForm.Meta):
        fields = ("distributor_role", *NewPersonForm.Meta.fields)


class NewStaffForm(NewPersonForm):
    """Of support, of any distributor, or an owner: made by an owner."""

    distributor_role = DistributorRoleField(User.DistributorRole, required=False)

    class Meta(NewPersonForm.Meta):
        fields = ("role", "distributor", "distributor_role", *NewPersonForm.Meta.fields)

    def clean(self) -> dict[str, object]:
        """Exactly one role: who works for a distributor names it, who does not has none.

        The first of a distributor leads it: else nobody there could add the others.
        """
        data = super().clean() or self.cleaned_data
        is_distributor = data.get("role") == User.Role.DISTRIBUTOR
        distributor = data.get("distributor")
        if is_distributor and not distributor:
            self.add_error("distributor", "Elija el distribuidor al que pertenece el usuario.")
        # The owner's flag goes with the role, by constraint.
        self.instance.is_superuser = data.get("role") == User.Role.OWNER
        if not is_distributor:
            return {**data, "distributor": None, "distributor_role": ""}
        if isinstance(distributor, Distributor) and not distributor.users.exists():
            data["distributor_role"] = User.DistributorRole.LEAD
        if distributor and not data.get("distributor_role"):
            self.add_error("distributor_role", "Elija su función en el distribuidor.")
        return data


class UserDataForm(PageForm, SavesChanges[User]):
    """Corrections to a user in admin; role, company and password are not theirs to change."""

    username = username_field()
    email = EmailField(label="Correo electrónico")
    alternate_email = EmailField(label="Correo electrónico alterno", required=False)
    phone = PhoneField(label="Teléfono", required=False)

    class Meta:
        model = User
        fields: tuple[str, ...] = (
            *("username", "full_name", "initials", "email", "alternate_email", "phone", "is_active"),
        )
        field_classes = {"full_name": CleanCharField, "initials": CleanCharField}

    def clean_username(self) -> str:
        return unused_username(self.cleaned_data["username"], but=self.instance)


class ClerkDataForm(UserDataForm):
    """Of a distributor's people, as its lead corrects them: also what they do there."""

    distributor_role = DistributorRoleField(authority.BELOW_A_LEAD)

    class Meta(UserDataForm.Meta):
        fields = ("distributor_role", *UserDataForm.Meta.fields)


class DistributorPersonForm(ClerkDataForm):
    """The same, as the owner corrects them: it makes leads, too."""

    distributor_role = DistributorRoleField(User.DistributorRole)
