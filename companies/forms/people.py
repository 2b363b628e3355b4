"""Step 7: the person who signs in, and the password that replaces the temporary one."""

from collections.abc import Mapping
from functools import cached_property

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from companies.accounts import credentials, email_confirmation, password_reset
from companies.forms.fields import CleanCharField, EmailField, PasswordField, PhoneField, SavesChanges
from companies.initials import initials as initials_of
from companies.limits import PASSWORD_TRIES
from companies.models import User
from facturamos.forms import PageForm
from facturamos.text import clean
from mailing.addresses import likely_meant

PASSWORD_HELP = "Al menos 10 caracteres; le sirven tres o cuatro palabras seguidas."  # noqa: S105
# Django's validators, in our words.
PASSWORD_MESSAGES = {
    "password_too_short": "La contraseña es muy corta. Escriba al menos 10 caracteres.",
    "password_too_similar": "La contraseña se parece a su nombre, su usuario o su correo. Elija otra.",
    "password_too_common": "Esa contraseña la usa mucha gente y se adivina pronto. Elija otra.",
    "password_entirely_numeric": "La contraseña no puede llevar solo números. Agregue letras.",
}
TEMPORARY_AGAIN = "Esa es la contraseña temporal. Elija una que solo usted conozca."
EMAIL_DOUBT = "¿Su correo es {}? Si lo escribió bien, no tiene que hacer nada."
SECRETS = ("password", "password_confirmation", "current_password")


def check_new_password(password: str, confirmation: str, user: User) -> dict[str, str]:
    """What is wrong with a new password, by field; empty when it is good."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        code = error.error_list[0].code or ""
        return {"password": PASSWORD_MESSAGES.get(code, error.messages[0])}
    if password != confirmation:
        return {"password_confirmation": "Las dos contraseñas no son iguales. Escríbalas otra vez."}
    return {}


class UserForm(PageForm, SavesChanges[User]):
    """Who signs in. Changing the e-mail address or the password later asks for the present password."""

    full_name = CleanCharField(
        label="Nombre completo", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = EmailField(
        label="Correo electrónico", help_text="Aquí le llegan los avisos y el enlace si olvida su contraseña."
    )
    alternate_email = EmailField(label="Correo electrónico alterno", required=False)
    phone = PhoneField(label="Teléfono", help_text="Con clave lada: 10 dígitos.")
    initials = CleanCharField(
        label="Iniciales",
        max_length=6,
        help_text="Para reconocerle en sus documentos.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    username = CleanCharField(
        label="Usuario",
        max_length=150,
        help_text="El nombre con el que entra al sitio.",
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        validators=[
            RegexValidator(r"\A[\w.@+-]+\Z", "El usuario lleva letras, números y . @ + - _, sin espacios.")
        ],
    )
    password = PasswordField(label="Contraseña", autocomplete="new-password", required=False)
    password_confirmation = PasswordField(
        label="Confirme su contraseña", autocomplete="new-password", required=False
    )
    current_password = PasswordField(
        label="Contraseña actual",
        autocomplete="current-password",
        required=False,
        help_text="Solo si cambia su correo electrónico o su contraseña.",
    )

    class Meta:
        model = User
        fields = ("full_name", "email", "alternate_email", "phone", "initials", "username")

    def __init__(
        self,
        *args: object,
        proposed: Mapping[str, object] | None = None,
        asked_about: str = "",
        **kwargs: object,
    ) -> None:
        """`asked_about` is the stored address, while the page asks whether it is a slip of the finger."""
        self._tried: dict[str, bool] = {}
        instance = kwargs.get("instance")
        initials = initials_of(instance.full_name) if isinstance(instance, User) else ""
        super().__init__(*args, proposed={"initials": initials, **(proposed or {})}, **kwargs)
        if self.is_bound:
            self._follow_the_name()
        self.stored = {name: getattr(self.instance, name) for name in self.Meta.fields}
        self.slip_of = likely_meant(asked_about)
        # A browser would fill in the first address a second time.
        self.fields["alternate_email"].widget.attrs["autocomplete"] = "off"
        password = self.fields["password"]
        if self.instance.password_is_temporary:
            del self.fields["current_password"]
            for name in ("password", "password_confirmation"):
                self.fields[name].required = True
            password.error_messages["required"] = "Elija su contraseña: sustituye a la temporal que le llegó."
            self.fields["password_confirmation"].error_messages["required"] = (
                "Escriba otra vez su contraseña para confirmarla."
            )
            password.help_text = f"Sustituye a la temporal que le llegó por correo. {PASSWORD_HELP}"
        else:
            password.help_text = f"Deje el campo vacío para conservar la actual. {PASSWORD_HELP}"

    @property
    def proposed_name(self) -> str:
        """By what name the page carries along which initials it proposed."""
        return self.add_prefix("proposed_initials")

    @property
    def proposed_initials(self) -> str:
        """The initials that the page shows because the name has them; empty where others are stored."""
        known = self.proposed.get("initials", "")
        return str(self.data.get(self.proposed_name) or known) if known else ""

    def _follow_the_name(self) -> None:
        """Proposed initials that nobody touched become those of the name as it was typed."""
        name, field = clean(str(self.data.get(self.add_prefix("full_name"), ""))), self.add_prefix("initials")
        if self.proposed_initials and self.data.get(field) == self.proposed_initials:
            found = initials_of(name) or self.proposed_initials
            sent = {key: self.data[key] for key in self.data}
            self.data = {**sent, field: found, self.proposed_name: found}

    @property
    def email_doubt(self) -> str:
        """A question when the address looks like a slip of the finger: «gmail.con»."""
        meant = likely_meant(clean(str(self["email"].value() or "")))
        return EMAIL_DOUBT.format(meant) if meant else ""

    # --- what changed

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that differ from what is stored; the password by trying it."""
        changed = [name for name in super().changed_data if name not in SECRETS]
        return [*changed, "password"] if self.password_changed else changed

    @cached_property
    def password_changed(self) -> bool:
        """Whether a password was typed that is not the present one."""
        typed = self.data.get(self.add_prefix("password"), "")
        if self.instance.password_is_temporary:
            return bool(typed) and not credentials.is_the_temporary_password(self.instance, typed)
        if present := self.data.get(self.add_prefix("current_password"), ""):
            self._is_present(present)
        return bool(typed) and not self._is_present(typed)

    def _is_present(self, typed: str) -> bool:
        """Whether it is the present password. Wrong ones are limited, unless the right one was typed as such.

        The page's lock makes those that are sent at one moment follow each other.
        """
        if typed not in self._tried:
            self._tried[typed] = not self.too_many_tries and self.instance.check_password(typed)
            known = self._tried.get(self.data.get(self.add_prefix("current_password"), ""), False)
            if not (self._tried[typed] or known or self.too_many_tries):
                PASSWORD_TRIES.take(self.instance.pk)
        return self._tried[typed]

    @cached_property
    def too_many_tries(self) -> bool:
        """Whether nothing is tried any more for a while."""
        return PASSWORD_TRIES.is_spent(self.instance.pk)

    # --- clean

    def clean_username(self) -> str:
        """A name that nobody else has, in whatever case."""
        username: str = User.normalize_username(self.cleaned_data["username"])
        if username != self.stored["username"] and self._is_taken(username):
            raise ValidationError("Ese nombre de usuario ya está ocupado. Elija otro.")
        return username

    def _is_taken(self, username: str) -> bool:
        return User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk).exists()

    def clean_alternate_email(self) -> str:
        """Another address than the first."""
        alternate: str = self.cleaned_data["alternate_email"]
        if alternate and alternate.casefold() == self.cleaned_data.get("email", "").casefold():
            raise ValidationError("El correo alterno es igual al primero. Escriba otro o déjelo vacío.")
        return alternate

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if "current_password" in self.fields:
            self._ask_for_present_password()
        return data

    def _ask_for_present_password(self) -> None:
        if not (self.password_changed or self._changes_email()):
            return
        present = self.cleaned_data.get("current_password", "")
        if not present:
            message = "Escriba su contraseña actual para cambiar su correo o su contraseña."
        elif self._is_present(present):
            return
        elif self.too_many_tries:
            message = "Hubo demasiados intentos con esta contraseña. Espere una hora, o pida otra por correo."
        else:
            message = "La contraseña actual no es correcta. Revise si Bloq Mayús está activado."
        self.add_error("current_password", message)

    def _changes_email(self) -> bool:
        """Whether the address becomes another; taking our own correction of a slip is no change of mind."""
        return "email" in self.changed_data and self.cleaned_data.get("email") != (self.slip_of or None)

    def full_clean(self) -> None:
        """The new password is compared with the data as they will be, so after they are set."""
        super().full_clean()
        if self.is_bound:
            self._check_new_password()

    def _check_new_password(self) -> None:
        password = self.cleaned_data.get("password", "")
        confirmation = self.cleaned_data.get("password_confirmation", "")
        if password and self.instance.password_is_temporary and not self.password_changed:
            self.add_error("password", TEMPORARY_AGAIN)
        elif password and self.password_changed:
            for name, message in check_new_password(password, confirmation, self.instance).items():
                self.add_error(name, message)
        elif confirmation and not password and "password" not in self.errors:
            self.add_error("password", "Escriba la contraseña nueva también aquí, o deje los dos vacíos.")

    # --- save

    def columns(self) -> list[str]:
        """The password's own columns are written by the service."""
        return [name for name in self.changed_data if name != "password"]

    def save(self, commit: bool = True) -> User:
        """Saves what changed, in one UPDATE; a new address is asked to confirm itself, the old one told."""
        if not commit:
            return super().save(commit=False)
        columns = self.columns()
        if self.password_changed:
            columns += password_reset.set_own_password(self.instance, self.cleaned_data["password"])
        if columns:
            self.instance.save(update_fields=columns)
        if "email" in self.changed_data:
            email_confirmation.email_changed(self.instance)
        return self.instance
