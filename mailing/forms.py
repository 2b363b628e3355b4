"""The form of step 10, which the admin uses too."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils import timezone

from facturamos import vault
from facturamos.forms import CleanCharField, CleanIntegerField, PageForm, refuse_line_breaks
from facturamos.text import clean
from facturamos.vault import Secret
from mailing import mailbox_stopped
from mailing.doctor import mx
from mailing.doctor.providers import domain_of, filter_of, propose, provider_of
from mailing.doctor.smtp_settings import take_apart
from mailing.fields import EmailField
from mailing.models import Mailbox
from mailing.oauth.client import configured
from mailing.oauth.providers import OAuthProvider, by_catalogue
from mailing.smtp.protocol import PORTS

# A server by its name or its address.
HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")
# Blanks of every kind, what nobody sees, and the quotes that word processors put round it.
NOT_IN_APP_PASSWORDS = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff\"'\u00ab\u00bb\u2018-\u201f]+")

UNANNOUNCED = (
    "Escribió una contraseña distinta de la guardada. Para cambiarla, escríbala otra vez y marque «Cambiar "
    "la contraseña guardada»; para conservar la guardada, deje vacío el campo."
)
NO_ADDRESS = "Escriba primero su dirección de correo electrónico completa; con ella proponemos el servidor."
PROPOSED = "Su correo es de {}: estos son sus datos."
ANNOUNCED = "El dominio {} publica estos datos."
TRY_THEM = "Escriba su contraseña y pruébelos."
GUESSED = (
    "No reconocimos al proveedor de {0}. Lo habitual en un dominio propio es {1}, puerto 465 con SSL: "
    "pruébelo, o pregunte a quien le da su correo."
)

FILTERED = (
    "El correo que llega a {0} pasa antes por {2}, que no envía el suyo. Lo habitual es {1}, puerto 465 "
    "con SSL: pregunte a quien le da su correo cuál es su Servidor SMTP."
)


class MailboxForm(PageForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """An issuer's mailbox. The password is encrypted when saved, and never comes back into the page."""

    password = forms.CharField(
        label="Contraseña",
        strip=False,
        max_length=200,
        help_text="La de su correo. Gmail, Yahoo e iCloud piden una «contraseña de aplicación».",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
        validators=[refuse_line_breaks],
    )
    # Only where one is stored: a browser may have filled in the site's own password.
    change_password = forms.BooleanField(
        label="Cambiar la contraseña guardada",
        required=False,
        help_text="Márquelo solo si escribió otra contraseña.",
    )
    port = CleanIntegerField(
        label="Puerto SMTP",
        min_value=1,
        max_value=65535,
        help_text="Casi siempre 465 o 587.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "5"}),
        error_messages={"invalid": "El puerto es un número, por ejemplo 587."},
    )

    # Only a server that wants no sign-in does without user and password.
    marks_optional = False
    # The guide's order.
    field_order = [
        "from_email",
        "from_name",
        "username",
        "password",
        "change_password",
        "host",
        "port",
        "use_ssl",
    ]

    class Meta:
        model = Mailbox
        fields = ["from_email", "from_name", "username", "host", "port", "use_ssl"]
        field_classes = {
            "from_email": EmailField,
            "from_name": CleanCharField,
            "username": CleanCharField,
            "host": CleanCharField,
        }
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
            "from_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "username": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "host": forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.data = self._taken_apart()
        self.was_active = self.instance.is_active
        if self.instance.is_permitted:
            self._without_password()
            return
        # A server that wants no secure connection wants no password either; then both may stay empty.
        secure = not self.is_bound or self._box("use_ssl")
        self.fields["host"].required = True
        username = self.fields["username"]
        username.required = secure
        username.error_messages["required"] = "Falta «Usuario»."
        self.fields["password"].required = secure and self.instance.password is None
        if self.instance.password is not None:
            self.fields["password"].help_text = "Déjela vacía para conservar la actual."
        else:
            del self.fields["change_password"]

    def _without_password(self) -> None:
        """Who sends by its provider's permission chooses only the name; another address is connected anew."""
        for name in ("username", "password", "change_password", "host", "port", "use_ssl"):
            self.fields.pop(name, None)
        self.fields["from_email"].disabled = True
        self.fields["from_email"].help_text = "La de la cuenta conectada."

    def propose(self, typed: Mapping[str, str]) -> None:
        """«Proponer los datos del servidor»: what was typed, with server, port and security filled in.

        Asks who takes the domain's mail when the provider does not show from the address. Saves nothing.
        """
        known, former = str(self.initial.get("username") or ""), clean(typed.get(self.proposed_name, ""))
        self.proposed_username = former
        self.initial.update({name: typed.get(self.add_prefix(name), "") for name in self.Meta.fields})
        address = clean(self.initial["from_email"])
        try:
            validate_email(address)
        except ValidationError:
            self.advice = NO_ADDRESS
            return
        dns = mx.DomainMail() if provider_of(address) else mx.ask(domain_of(address))
        found = propose(address, dns.exchangers, dns.announced)
        self.initial.update({"host": found.host, "port": found.port, "use_ssl": found.use_ssl})
        # An address that nobody typed is of the former mailbox, or of the former proposal.
        if clean(self.initial["username"]) in ("", known if "@" in known else "", former):
            self.initial["username"] = self.proposed_username = address
        provider = provider_of(address, exchangers=dns.exchangers)
        self.permits = by_catalogue(provider)
        if provider:
            self.advice = f"{PROPOSED.format(provider.name)} {provider.hint or TRY_THEM}"
        elif dns.announced:
            self.advice = f"{ANNOUNCED.format(domain_of(address))} {TRY_THEM}"
        else:
            known_filter = filter_of(dns.exchangers)
            words = FILTERED if known_filter else GUESSED
            self.advice = words.format(domain_of(address), found.host, known_filter)

    @property
    def proposed_name(self) -> str:
        """By what name the page carries along which user was proposed last."""
        return self.add_prefix("proposed_username")

    @cached_property
    def proposed_username(self) -> str:
        """The user that the page shows because it was proposed; empty where none was."""
        return str(self.data.get(self.proposed_name, ""))

    @cached_property
    def advice(self) -> str:
        """What the issuer's provider is known for, to be said before anything fails; may be empty."""
        provider = provider_of(str(self.initial.get("from_email") or ""), str(self.initial.get("host") or ""))
        return provider.hint if provider else ""

    @cached_property
    def permits(self) -> OAuthProvider | None:
        """Who gives permission to send for the address that the page shows, without a password."""
        typed, known = self.data.get(self.add_prefix("from_email")), self.initial.get("from_email")
        shown = typed if self.is_bound else known
        return by_catalogue(provider_of(clean(str(shown or ""))))

    @property
    def connections(self) -> list[OAuthProvider]:
        """The providers to connect with, first the one whose address it is."""
        return sorted(configured(), key=lambda provider: provider != self.permits)

    def _taken_apart(self) -> Any:
        """What was sent; a server pasted with its port, or as a URL, is put into its fields."""
        typed = clean(str(self.data.get(self.add_prefix("host")) or ""))
        server = take_apart(typed)
        if server.host == typed:
            return self.data
        data = {**self.data.dict()} if isinstance(self.data, QueryDict) else {**self.data}
        data[self.add_prefix("host")] = server.host
        if server.port is not None:
            data[self.add_prefix("port")] = str(server.port)
        if server.use_ssl:
            data[self.add_prefix("use_ssl")] = "on"
        return data

    def _box(self, name: str) -> bool:
        field = self.fields[name]
        return bool(field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))

    def clean_host(self) -> str:
        """A server's name, as DNS compares it. Its addresses are checked when it is connected to."""
        host: str = self.cleaned_data["host"].lower().rstrip(".")
        if not HOST.fullmatch(host):
            raise ValidationError(
                "Escriba solo el nombre del servidor, por ejemplo smtp.gmail.com, sin «https://»."
            )
        return host

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.instance.is_permitted:
            return data
        self._check_port(data)
        self._check_announcement(data)
        if data.get("use_ssl"):
            self._check_password_for_host(data)
        elif data.get("password") or (self.instance.password is not None and data.get("username")):
            self.add_error(
                "use_ssl",
                "Sin SSL su contraseña viajaría a la vista de todos y no la enviamos así. Marque SSL.",
            )
        return data

    def _check_port(self, data: Mapping[str, object]) -> None:
        host, port = data.get("host"), data.get("port")
        if port is None or port in PORTS or f"{host}:{port}" in settings.SMTP_ALLOWED_INTERNAL:
            return
        self.add_error("port", "Ese no es un puerto de envío de correo. Use el 465 o el 587.")

    def _check_announcement(self, data: Mapping[str, object]) -> None:
        """A stored password is changed by whoever says so, and by no browser that fills fields in."""
        if "change_password" in self.fields and not data.get("change_password") and self._new_password():
            self.add_error("change_password", UNANNOUNCED)

    def _check_password_for_host(self, data: Mapping[str, object]) -> None:
        """The stored password must not be sent to a server that it was not typed for."""
        moved = "host" in data and data["host"] != self.initial.get("host")
        if moved and self.instance.password is not None and not data.get("password"):
            self.add_error("password", "Cambió el servidor: escriba otra vez la contraseña.")

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields whose content differs from what is stored; the password by opening the stored one."""
        changed = [name for name in super().changed_data if name not in ("password", "change_password")]
        if self.instance.is_permitted:
            return changed
        if self._new_password() is not None or self._drops_password():
            changed.append("password")
        return changed

    def _typed_password(self) -> str:
        """As typed; a provider's app password is shown in groups, whose blanks are not part of it."""
        typed = str(self.data.get(self.add_prefix("password")) or "")
        names = (str(self.data.get(self.add_prefix(name)) or "") for name in ("from_email", "host"))
        provider = provider_of(*map(clean, names))
        return NOT_IN_APP_PASSWORDS.sub("", typed) if provider and provider.app_password else typed

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
            if self.was_active:
                mailbox_stopped.settings_changed(mailbox)
        return mailbox


class ConnectForm(PageForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Whose mailbox is to be connected without a password, and under which name it writes."""

    prefix = "correo"
    marks_optional = False

    class Meta:
        model = Mailbox
        fields = ["from_email", "from_name"]
        field_classes = {"from_email": EmailField, "from_name": CleanCharField}
        labels = {name: MailboxForm.Meta.labels[name] for name in ("from_email", "from_name")}
        help_texts = {name: MailboxForm.Meta.help_texts[name] for name in ("from_email", "from_name")}
