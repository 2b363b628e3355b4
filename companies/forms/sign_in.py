"""Signing in, and getting back in."""

from django import forms
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.core.exceptions import ValidationError

from companies.accounts import credentials, password_reset, second_factor
from companies.forms.fields import CleanCharField, PasswordField
from companies.forms.people import PASSWORD_HELP, TEMPORARY_AGAIN, check_new_password
from companies.models import User
from facturamos.forms import PageForm

NAME_ATTRS = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class SignInForm(PageForm, forms.Form):
    """User name and password; whether they are right, the view asks under the limits."""

    username = CleanCharField(
        label="Usuario",
        max_length=254,
        help_text="El nombre de usuario que le llegó por correo. También sirve su correo electrónico.",
        widget=forms.TextInput(attrs=NAME_ATTRS),
    )
    password = PasswordField(label="Contraseña", autocomplete="current-password")


class SecondFactorForm(PageForm, forms.Form):
    """A code of the authenticator's, or a recovery code."""

    code = CleanCharField(
        label="Código",
        max_length=20,
        help_text="Los seis dígitos que muestra ahora su aplicación de autenticación, o un código de "
        "recuperación.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """What can be no code at all is no try."""
        code = second_factor.typed(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(
                "Escriba los seis dígitos de su aplicación, o un código de recuperación: diez letras y "
                "números, como «abcde-23456»."
            )
        return code


class ResetRequestForm(PageForm, forms.Form):
    """Who wants a new password."""

    asked_for = CleanCharField(
        label="Usuario o correo electrónico",
        max_length=254,
        help_text="El enlace llega al correo que usted confirmó o, si nunca ha entrado, al de sus datos.",
        widget=forms.TextInput(attrs=NAME_ATTRS),
    )


class NewPasswordForm(PageForm, forms.Form):
    """The password that replaces a forgotten one."""

    # Tells a password manager which account it is; submitted, it counts for nothing.
    username = forms.CharField(
        required=False,
        widget=forms.HiddenInput(attrs={"autocomplete": "username"}),
    )
    password = PasswordField(label="Contraseña nueva", autocomplete="new-password", help_text=PASSWORD_HELP)
    password_confirmation = PasswordField(label="Confirme su contraseña", autocomplete="new-password")

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial["username"] = user.username

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if password := data.get("password"):
            confirmation = data.get("password_confirmation", "")
            for name, message in check_new_password(password, confirmation, self.user).items():
                self.add_error(name, message)
            if credentials.is_the_temporary_password(self.user, password):
                self.add_error("password", TEMPORARY_AGAIN)
        return data


class StaffPasswordForm(AdminPasswordChangeForm):
    """Django's form; the new password is nobody's temporary one, and its change is on record."""

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].help_text = PASSWORD_HELP

    def save(self, commit: bool = True) -> User:
        columns = password_reset.set_own_password(self.user, self.cleaned_data["new_password1"])
        self.user.save(update_fields=columns)
        return self.user
