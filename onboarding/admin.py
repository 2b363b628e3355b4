"""The issuers' ways through the steps, and the files to download, in admin."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format

from companies.admin.company import OF_COMPANY, OF_COMPANY_HELP
from companies.forms.fields import CleanCharField, SavesChanges
from facturamos.admin.scoping import ADD, CHANGE, DELETE, VIEW, ScopedAdmin, ScopedTabularInline
from facturamos.forms import PageForm
from onboarding.models import Delegation, DelegationAcceptance, Download, Onboarding, StepState
from onboarding.steps import STEPS


class StepStateForm(PageForm, SavesChanges[StepState]):
    """A step by its title, and support's note to the issuer."""

    slug = forms.ChoiceField(label="Paso", choices=[("", "—"), *((step.slug, step.title) for step in STEPS)])

    class Meta:
        model = StepState
        fields = ("slug", "note")
        field_classes = {"note": CleanCharField}


class StepStateInline(ScopedTabularInline[StepState, Onboarding]):
    """What is stored about the steps. Support leaves a note; what the issuer did stays as it is."""

    model = StepState
    form = StepStateForm
    distributor_may = (VIEW,)
    fields = ("slug", "saved_at", "omitted", "note")
    readonly_fields = ("saved_at", "omitted")


@admin.register(Onboarding)
class OnboardingAdmin(ScopedAdmin[Onboarding]):
    """How far each company has come."""

    support_may = (VIEW, CHANGE)
    distributor_may = (VIEW,)
    list_display = ("company", "created_at", "finished_at")
    list_filter = (("finished_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("company",)
    search_fields = OF_COMPANY
    search_help_text = OF_COMPANY_HELP
    fields = ("company", "created_at", "finished_at", "finished_by")
    readonly_fields = fields
    inlines = (StepStateInline,)


@admin.register(Delegation)
class DelegationAdmin(ScopedAdmin[Delegation]):
    """Which steps were asked of others, and what became of it. Nobody changes it here."""

    support_may = (VIEW,)
    distributor_may = (VIEW,)
    list_display = ("company", "slug", "name", "email", "state", "created_at", "done_at")
    list_filter = ("slug", "created_at")
    list_select_related = ("company", "acceptance")
    search_fields = (*OF_COMPANY, "name", "email")
    search_help_text = "Empresa, nombre o correo de quien lo hace."
    fields = (
        *("company", "slug", "asked_by", "name", "email", "message", "rfc"),
        *("created_at", "expires_at", "opened_at", "accepted_at", "done_at", "ended_at", "ended_why"),
    )

    @admin.display(description="estado")
    def state(self, row: Delegation) -> str:
        """As the issuer reads it."""
        return str(row.state.label)

    @admin.display(description="aviso aceptado")
    def accepted_at(self, row: Delegation) -> str:
        """With the place that it was accepted from: the evidence."""
        if row.accepted_at is None:
            return "—"
        kept = row.acceptance
        return f"{date_format(timezone.localtime(kept.accepted_at), 'j M Y, H:i')} h · {kept.address}"


@admin.register(DelegationAcceptance)
class DelegationAcceptanceAdmin(ScopedAdmin[DelegationAcceptance]):
    """The evidence of the notice that each of them accepted."""

    support_may = (VIEW,)
    distributor_may = (VIEW,)
    list_display = ("name", "email", "delegation", "accepted_at", "address")
    list_select_related = ("delegation",)
    search_fields = ("delegation__email", "delegation__company__code")
    search_help_text = "Nombre o correo, código o RFC de la empresa."
    fields = ("delegation", "name", "email", "accepted_at", "address", "browser", "text", "sha256")


@admin.register(Download)
class DownloadAdmin(ScopedAdmin[Download]):
    """The files of «Descargue manuales, firmware software, etc.»."""

    is_short = True
    support_may = (VIEW, ADD, CHANGE, DELETE)
    list_display = ("title", "description", "visible", "created_at")
    list_filter = ("visible",)
    search_fields = ("title", "description")
