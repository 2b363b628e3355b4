"""Mailboxes, their tests and the site's mail, in admin. No secret is shown: none has a form field."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime

from facturamos.admin.actions import ActionAdmin, Confirmation, ConfirmedAction
from facturamos.admin.scoping import CHANGE, VIEW, ReadOnlyAdmin
from mailing import mailbox_stopped, outbox
from mailing.forms import MailboxForm
from mailing.models import Mailbox, MailboxTest, Message, RelayState
from mailing.oauth.overview import permit_overview

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldGroups


# Companies belong to an app above; what one is found by, its model says.
OF_COMPANY = ("company__name", "company__rfc")


class UseDefaultSender(ConfirmedAction[Mailbox]):
    """Takes a mailbox out of use."""

    slug = "usar-predeterminado"
    label = "Volver al remitente predeterminado"
    explanation = (
        "Las facturas de la empresa saldrán del remitente predeterminado. La contraseña guardada se borra; "
        "los demás datos se conservan."
    )
    for_distributor = True

    def possible(self, row: Mailbox) -> bool:
        return row.password is not None or row.is_active or row.is_permitted

    def act(self, request: HttpRequest, row: Mailbox, form: Confirmation) -> str:
        mailbox_stopped.use_default_sender(row)
        return "Las facturas salen del remitente predeterminado."


OF_SMTP = ("username", "password", "host", "port", "use_ssl")


@admin.register(Mailbox)
class MailboxAdmin(ActionAdmin[Mailbox]):
    """The same form as step 10's; a mailbox is made there, by its issuer."""

    form = MailboxForm
    fields = [
        "company",
        "kind",
        "from_email",
        "from_name",
        "username",
        "password",
        "host",
        "port",
        "use_ssl",
        "permit_fault_told",
        "in_use",
        "tested_ok_at",
        "secret_changed_at",
    ]
    readonly_fields = ["company", "kind", "permit_fault_told", "in_use", "tested_ok_at", "secret_changed_at"]
    list_display = ["from_email", "company", "kind", "host", "port", "use_ssl", "in_use", "tested_ok_at"]
    list_filter = ["kind"]
    list_select_related = ["company"]
    search_fields = ["from_email", "host", *OF_COMPANY]
    support_may = (VIEW, CHANGE)
    distributor_may = (VIEW,)
    confirmed_actions = (UseDefaultSender,)

    def get_fields(self, request: HttpRequest, obj: Mailbox | None = None) -> "_FieldGroups":
        """With the announcement of another password, where one is stored."""
        names = [*super().get_fields(request, obj)]
        if obj and obj.is_permitted:
            return [name for name in names if name not in OF_SMTP]
        names.remove("permit_fault_told")
        if obj and obj.password is not None and self.has_change_permission(request, obj):
            names.insert(names.index("password") + 1, "change_password")
        return names

    def get_form(
        self, request: HttpRequest, obj: Mailbox | None = None, change: bool = False, **kwargs: object
    ) -> type[ModelForm[Mailbox]]:
        """The password's field is the form's own: the column itself is not editable."""
        asked = kwargs.get("fields")
        names = asked if isinstance(asked, list) else self.fields
        kwargs["fields"] = [name for name in names if name != "password"]
        return super().get_form(request, obj, change=change, **kwargs)

    @admin.display(description="por qué no envía")
    def permit_fault_told(self, mailbox: Mailbox) -> str:
        """What its provider says, of a mailbox without a password."""
        permit = permit_overview(mailbox)
        return f"{permit.message} {permit.action}".strip() if permit else ""

    @admin.display(description="en uso", boolean=True)
    def in_use(self, mailbox: Mailbox) -> bool | None:
        """Whether invoices leave from it; None where the issuer insisted and no test has passed."""
        return None if mailbox.in_review else mailbox.is_active

    def save_form(self, request: HttpRequest, form: ModelForm[Mailbox], change: bool) -> Mailbox:
        """Nothing to prepare: `save_model` does it all."""
        mailbox: Mailbox = form.instance
        return mailbox

    def save_model(self, request: HttpRequest, obj: Mailbox, form: ModelForm[Mailbox], change: bool) -> None:
        """The form knows how to encrypt the password and which columns changed."""
        form.save()

    def save_related(
        self, request: HttpRequest, form: ModelForm[Mailbox], formsets: object, change: bool
    ) -> None:
        """A mailbox has no rows of its own in its page."""


class PassedFilter(admin.SimpleListFilter):
    """Whether the server took the mail."""

    title = "pasó"
    parameter_name = "code"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Model]) -> list[tuple[str, str]]:
        return [("ok", "Sí"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        if self.value() == "no":
            return queryset.exclude(code__in=["", "ok"])
        return queryset.filter(code="ok") if self.value() else queryset


@admin.register(MailboxTest)
class MailboxTestAdmin(ReadOnlyAdmin[MailboxTest]):
    """What a mailbox's server answered."""

    list_display = ["mailbox", "created_at", "state", "passed", "message"]
    list_filter = [PassedFilter, "state", "created_at"]
    list_select_related = ["mailbox"]
    search_fields = ["mailbox__from_email", "mailbox__host"]
    fields = [
        "mailbox",
        "to",
        "created_at",
        "finished_at",
        "state",
        "passed",
        "message",
        "action",
        "proposal",
        "will_arrive",
        "transcript",
    ]
    readonly_fields: ClassVar[tuple[str, ...]] = ("passed", "will_arrive")
    distributor_may = (VIEW,)

    @admin.display(description="pasó", boolean=True)
    def passed(self, test: MailboxTest) -> bool | None:
        """None while it has come to no result."""
        return test.passed if test.code else None

    @admin.display(description="¿llegarán sus facturas?")
    def will_arrive(self, test: MailboxTest) -> str:
        """What the sender's domain said when the test passed, with the records to copy."""
        if test.arrival is None:
            return "No se comprobó."
        return render_to_string("mailing/arrival.html", {"arrival": test.arrival})


class SendAgain(ConfirmedAction[Message]):
    """Posts the same mail anew."""

    slug = "enviar-otra-vez"
    label = "Enviar otra vez"
    explanation = "Se escribe y se envía de nuevo, como un mensaje aparte; este conserva su historia."
    for_distributor = True

    def possible(self, row: Message) -> bool:
        return row.state in (Message.State.DONE, Message.State.DEAD) and outbox.is_known(row.kind)

    def act(self, request: HttpRequest, row: Message, form: Confirmation) -> str:
        outbox.post_again(row)
        return f"El mensaje para {row.to} está en camino."


class MailKindFilter(admin.SimpleListFilter):
    """The kinds of mail by the names that people know them by."""

    title = "tipo"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Model]) -> list[tuple[str, str]]:
        """Every registered kind, by what admin calls it."""
        return outbox.labels()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        """The messages of the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ActionAdmin[Message]):
    """The site's mail, each with the history of its tries."""

    list_display = ["to", "kind_label", "company", "created_at", "state", "mailed_at", "bounce", "outcome"]
    list_filter = [MailKindFilter, "state", "bounce", "created_at"]
    list_select_related = ["company"]
    search_fields = ["to", *OF_COMPANY]
    fields = [
        "to",
        "kind_label",
        "company",
        "created_at",
        "state",
        "mailed_at",
        "bounce",
        "give_up_at",
        "history",
        "last_error",
    ]
    readonly_fields = ["kind_label", "history"]
    support_may: ClassVar[tuple[str, ...]] = (VIEW,)
    distributor_may: ClassVar[tuple[str, ...]] = (VIEW,)
    confirmed_actions = (SendAgain,)

    @admin.display(description="tipo", ordering="kind")
    def kind_label(self, message: Message) -> str:
        """What the mail is, in words."""
        return outbox.label_of(message.kind)

    @admin.display(description="último resultado")
    def outcome(self, message: Message) -> str:
        """The last try, in words."""
        return message.outcome

    @admin.display(description="historia")
    def history(self, message: Message) -> str:
        """Every try with its outcome, the oldest first."""
        lines = ((_when(entry["at"]), entry["outcome"]) for entry in message.tries)
        return format_html_join("", "<p>{}: {}</p>", lines) or "Todavía no se intenta."


@admin.register(RelayState)
class RelayStateAdmin(ReadOnlyAdmin[RelayState]):
    """Whether the site's own mail flows; for support only."""

    list_display = ["__str__", "failures", "paused_since", "probe_at", "fault", "fault_at"]
    fields = ["failures", "paused_since", "probe_at", "fault", "fault_at", "told_at"]


def _when(at: str) -> str:
    moment = parse_datetime(at)
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else at
