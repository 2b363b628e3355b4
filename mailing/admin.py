"""Mailboxes, their tests and the site's mail, in admin. No secret is shown: none has a form field."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime

from facturamos.object_actions import ActingAdmin, ObjectAction
from facturamos.scoping import CHANGE, VIEW, ReadOnlyAdmin
from mailing import outbox
from mailing.forms import MailboxForm
from mailing.models import Mailbox, MailboxTest, Message


class UseDefaultSender(ObjectAction):
    """Takes a mailbox out of use."""

    slug = "usar-predeterminado"
    label = "Volver al remitente predeterminado"
    explanation = (
        "Las facturas de la empresa saldrán del remitente predeterminado. La contraseña guardada se borra; "
        "los demás datos se conservan."
    )
    for_distributor = True

    def possible(self, row: Mailbox) -> bool:
        return row.password is not None or row.is_active

    def act(self, request: HttpRequest, row: Mailbox, data: dict[str, Any]) -> str:
        row.use_default_sender()
        return "Las facturas salen del remitente predeterminado."


@admin.register(Mailbox)
class MailboxAdmin(ActingAdmin):
    """The same form as step 10's; a mailbox is made there, by its issuer."""

    form = MailboxForm
    fields = [
        "company",
        "from_email",
        "from_name",
        "username",
        "password",
        "host",
        "port",
        "use_ssl",
        "in_use",
        "tested_ok_at",
        "secret_changed_at",
    ]
    readonly_fields = ["company", "in_use", "tested_ok_at", "secret_changed_at"]
    list_display = ["from_email", "company", "host", "port", "use_ssl", "in_use", "tested_ok_at"]
    list_select_related = ["company"]
    search_fields = ["from_email", "host", "company__name", "company__rfc"]
    support_may = (VIEW, CHANGE)
    distributor_may = (VIEW,)
    object_actions = (UseDefaultSender,)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The password's field is the form's own: the column itself is not editable."""
        kwargs["fields"] = [name for name in kwargs.get("fields") or self.fields if name != "password"]
        return super().get_form(request, obj, change=change, **kwargs)

    @admin.display(description="en uso", boolean=True)
    def in_use(self, mailbox: Mailbox) -> bool:
        """Whether invoices leave from it."""
        return mailbox.is_active

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Nothing to prepare: `save_model` does it all."""
        return form.instance

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form knows how to seal the password and which columns changed."""
        form.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A mailbox has no rows of its own in its page."""


@admin.register(MailboxTest)
class MailboxTestAdmin(ReadOnlyAdmin):
    """What a mailbox's server answered."""

    list_display = ["mailbox", "created_at", "state", "code", "message"]
    list_filter = ["code", "state", "created_at"]
    list_select_related = ["mailbox"]
    search_fields = ["mailbox__from_email", "mailbox__host"]
    fields = [
        "mailbox",
        "to",
        "created_at",
        "finished_at",
        "state",
        "stage",
        "code",
        "message",
        "action",
        "proposal",
        "transcript",
    ]
    distributor_may = (VIEW,)


class SendAgain(ObjectAction):
    """Posts the same mail anew."""

    slug = "enviar-otra-vez"
    label = "Enviar otra vez"
    explanation = "Se escribe y se envía de nuevo, como un mensaje aparte; este conserva su historia."
    for_distributor = True

    def possible(self, row: Message) -> bool:
        return row.state in (Message.State.DONE, Message.State.DEAD) and outbox.is_known(row.kind)

    def act(self, request: HttpRequest, row: Message, data: dict[str, Any]) -> str:
        outbox.post_again(row)
        return f"El mensaje para {row.to} está en camino."


class KindFilter(admin.SimpleListFilter):
    """The kinds of mail by the names that people know them by."""

    title = "tipo"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every registered kind."""
        return outbox.labels()

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The messages of the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ActingAdmin):
    """The site's mail, each with the history of its tries."""

    list_display = ["to", "kind_label", "company", "created_at", "state", "mailed_at", "outcome"]
    list_filter = [KindFilter, "state", "created_at"]
    list_select_related = ["company"]
    search_fields = ["to", "company__name", "company__rfc"]
    fields = [
        "to",
        "kind_label",
        "company",
        "created_at",
        "state",
        "mailed_at",
        "give_up_at",
        "history",
        "last_error",
    ]
    readonly_fields = ["kind_label", "history"]
    support_may: ClassVar[tuple[str, ...]] = (VIEW,)
    distributor_may: ClassVar[tuple[str, ...]] = (VIEW,)
    object_actions = (SendAgain,)

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
        """Every try, oldest first."""
        lines = ((_when(entry["at"]), entry["outcome"]) for entry in message.tries)
        return format_html_join("", "<p>{}: {}</p>", lines) or "Todavía no se intenta."


def _when(at: str) -> str:
    moment = parse_datetime(at)
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else at
