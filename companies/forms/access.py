"""Signing in, and getting back in."""

from typing import Any

from django import forms

from companies import services
from companies.forms.fields import PasswordField
from companies.forms.user import PASSWORD_HELP, TEMPORARY_AGAIN, check_new_password
from companies.models import User
from facturamos.forms import PageForm

NAME_ATTRS = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class SignInForm(PageForm, forms.Form):
    """User name and password; whether they are right, the view asks under the limits."""

    username = forms.CharField(label="Usuario", max_length=150, widget=forms.TextInput(attrs=NAME_ATTRS))
    password = PasswordField(label="Contraseña", autocomplete="current-password")


class SecondFactorForm(PageForm, forms.Form):
    """A code of the authenticator's, or a recovery code."""

    code = forms.CharField(
        label="Código",
        max_length=20,
        help_text="Los seis dígitos que muestra ahora su aplicación de autenticación.",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class ResetRequestForm(PageForm, forms.Form):
    """Who wants a new password."""

    asked_for = forms.CharField(
        label="Usuario o correo electrónico",
        max_length=254,
        help_text="El enlace llega al correo que usted confirmó.",
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

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial["username"] = user.username

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if password := data.get("password"):
            confirmation = data.get("password_confirmation", "")
            for name, message in check_new_password(password, confirmation, self.user).items():
                self.add_error(name, message)
            if services.is_the_temporary_password(self.user, password):
                self.add_error("password", TEMPORARY_AGAIN)
        return data
