"""The form of step 10, which the admin uses too."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from facturamos import vault
from facturamos.forms import PageForm, refuse_line_breaks
from facturamos.vault import Secret
from mailing import guard, mx
from mailing.addresses import validate_address
from mailing.models import Mailbox
from mailing.providers import domain_of, propose, provider_of

_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")

NO_ADDRESS = "Escriba primero su dirección de correo electrónico completa; con ella proponemos el servidor."
PROPOSED = "Su correo es de {}: estos son sus datos."
TRY_THEM = "Escriba su contraseña y pruébelos."
GUESSED = (
    "No reconocimos al proveedor de {0}. Lo habitual en un dominio propio es {1}, puerto 465 con SSL: "
    "pruébelo, o pregunte a quien le da su correo."
)


class MailboxForm(PageForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """An issuer's mailbox. The password is sealed when saved, and never comes back into the page."""

    password = forms.CharField(
        label="Contraseña",
        strip=False,
        max_length=200,
        help_text="La de su correo. Gmail, Yahoo e iCloud piden una «contraseña de aplicación».",
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[refuse_line_breaks],
    )
    port = forms.IntegerField(
        label="Puerto SMTP",
        min_value=1,
        max_value=65535,
        help_text="Casi siempre 465 o 587.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "5"}),
        error_messages={"invalid": "El puerto es un número, por ejemplo 587."},
    )

    # Only a server that wants no sign-in does without user and password.
    marks_optional = False
    # The guide's order.
    field_order = ["from_email", "from_name", "username", "password", "host", "port", "use_ssl"]

    class Meta:
        model = Mailbox
        fields = ["from_email", "from_name", "username", "host", "port", "use_ssl"]
        labels = {
            "from_email": "Dirección de correo electrónico",
            "from_name": "Nombre",
            "username": "Usuario",
            "host": "Servidor SMTP",
            "use_ssl": "SSL",
        }
        help_texts = {
            "from_email": "La dirección de la que saldrán sus facturas.",
            "from_name": "Como lo verán sus clientes, por ejemplo el nombre de su negocio.",
            "username": "Suele ser la dirección completa.",
            "host": "El servidor de salida de su proveedor, por ejemplo smtp.gmail.com.",
            "use_ssl": "Márquelo si el servidor pide una conexión segura. Casi todos la piden.",
        }
        widgets = {
            "from_email": forms.EmailInput(
                attrs={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
            ),
            "from_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "username": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "host": forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In the place of Django's own, which would say the same sentence once more.
        validators = self.fields["from_email"].validators
        validators[validators.index(validate_email)] = validate_address
        # A server that wants no secure connection wants no password either; then both may stay empty.
        secure = not self.is_bound or self._box("use_ssl")
        username = self.fields["username"]
        username.required = secure
        username.error_messages["required"] = "Falta «Usuario». Escríbalo para continuar."
        self.fields["password"].required = secure and self.instance.password is None
        if self.instance.password is not None:
            self.fields["password"].help_text = "Déjela vacía para conservar la actual."

    def propose(self, typed: Mapping[str, str]) -> None:
        """«Proponer los datos del servidor»: what was typed, with server, port and security filled in.

        Asks who takes the domain's mail when the provider does not show from the address. Saves nothing.
        """
        known = str(self.initial.get("username") or "")
        self.initial.update({name: typed.get(self.add_prefix(name), "") for name in self.Meta.fields})
        address = self.initial["from_email"].strip()
        try:
            validate_email(address)
        except ValidationError:
            self.advice = NO_ADDRESS
            return
        exchangers = [] if provider_of(address) else mx.look_up(domain_of(address))
        found = propose(address, exchangers)
        self.initial.update({"host": found.host, "port": found.port, "use_ssl": found.use_ssl})
        # An address that nobody typed is of the former mailbox.
        if self.initial["username"] in ("", known if "@" in known else ""):
            self.initial["username"] = address
        provider = provider_of(address, exchangers=exchangers)
        if provider:
            self.advice = f"{PROPOSED.format(provider.name)} {provider.password_hint or TRY_THEM}"
        else:
            self.advice = GUESSED.format(domain_of(address), found.host)

    @cached_property
    def advice(self) -> str:
        """What the issuer's provider is known for, to be said before anything fails; may be empty."""
        provider = provider_of(str(self.initial.get("from_email") or ""), str(self.initial.get("host") or ""))
        return provider.password_hint if provider else ""

    def _box(self, name: str) -> bool:
        field = self.fields[name]
        return bool(field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))

    def clean_host(self) -> str:
        """A server's name, as DNS compares it. Its addresses are checked when it is connected to."""
        host: str = self.cleaned_data["host"].lower().rstrip(".")
        if not _HOST.fullmatch(host):
            raise ValidationError(
                "Escriba solo el nombre del servidor, por ejemplo smtp.gmail.com, sin «https://»."
            )
        return host

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._check_port(data)
        if data.get("use_ssl"):
            self._check_password_for_host(data)
        elif data.get("password") or (self.instance.password is not None and data.get("username")):
            self.add_error(
                "use_ssl",
                "Sin SSL su contraseña viajaría a la vista de todos y no la enviamos así. Marque SSL.",
            )
        return data

    def _check_port(self, data: dict[str, Any]) -> None:
        host, port = data.get("host"), data.get("port")
        if port is None or port in guard.PORTS or f"{host}:{port}" in settings.SMTP_ALLOWED_INTERNAL:
            return
        self.add_error("port", "Ese no es un puerto de envío de correo. Use el 465 o el 587.")

    def _check_password_for_host(self, data: dict[str, Any]) -> None:
        """The stored password must not be sent to a server that it was not typed for."""
        moved = "host" in data and data["host"] != self.initial.get("host")
        if moved and self.instance.password is not None and not data.get("password"):
            self.add_error("password", "Cambió el servidor: escriba otra vez la contraseña.")

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields whose content differs from what is stored; the password by opening the stored one."""
        changed = [name for name in super().changed_data if name != "password"]
        if self._new_password() is not None or self._drops_password():
            changed.append("password")
        return changed

    def _typed_password(self) -> str:
        return str(self.data.get(self.add_prefix("password")) or "")

    def _new_password(self) -> Secret | None:
        typed = self._typed_password()
        stored = vault.take(self.instance, "password")
        if not typed or (stored is not None and stored.reveal() == typed.encode()):
            return None
        return Secret(typed)

    def _drops_password(self) -> bool:
        return self.is_bound and self.instance.password is not None and not self._box("use_ssl")

    def has_changed(self) -> bool:
        """Whether saving would change anything."""
        return self.instance._state.adding or bool(self.changed_data)

    def save(self, commit: bool = True) -> Mailbox:
        """Saves what changed, in one statement; nothing when nothing did."""
        mailbox: Mailbox = self.instance
        changed = list(self.changed_data)
        if "password" in changed:
            vault.put(mailbox, "password", self._new_password())
            mailbox.secret_changed_at = timezone.now()
            changed.append("secret_changed_at")
        if mailbox._state.adding:
            mailbox.save()
        elif changed:
            mailbox.save(update_fields=changed)
        return mailbox
