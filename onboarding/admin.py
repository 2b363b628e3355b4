"""The issuers' ways through the steps, and the files to download, in admin."""

from typing import ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.widgets import AdminFileWidget
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from companies.admin.company import OF_COMPANY, OF_COMPANY_HELP
from companies.forms.fields import CleanCharField, SavesChanges
from facturamos.admin.concurrent_saves import LOCKS
from facturamos.admin.scoping import ADD, CHANGE, DELETE, VIEW, ScopedAdmin, ScopedTabularInline
from facturamos.company_scope import path_to_company
from facturamos.forms import PageForm
from onboarding.models import Delegation, DelegationAcceptance, Download, Onboarding, StepState
from onboarding.steps import STEPS

TITLES = {step.slug: step.title for step in STEPS}


def lock_as_the_wizard_does(row: Model) -> None:
    """The issuer's pages lock their Onboarding before they read; whoever saves in admin waits for them."""
    path = path_to_company(type(row))
    if path is None:
        return
    companies = type(row)._default_manager.filter(pk=row.pk).values(path or "pk")
    list(Onboarding.objects.filter(company__in=companies).select_for_update(no_key=True).only("pk"))


LOCKS.append(lock_as_the_wizard_does)


class StepStateForm(PageForm, SavesChanges[StepState]):
    """A step by its title, and support's note to the issuer."""

    slug = forms.ChoiceField(label="Paso", choices=[("", "—"), *((step.slug, step.title) for step in STEPS)])

    class Meta:
        model = StepState
        fields = ("slug", "note")
        field_classes = {"note": CleanCharField}
        # As «Reabrir un paso» takes it: in as many lines as one likes.
        widgets = {"note": forms.Textarea({"rows": 2})}


class StepStateInline(ScopedTabularInline[StepState, Onboarding]):
    """What is stored about the steps. Support leaves a note; what the issuer did stays as it is."""

    model = StepState
    form = StepStateForm
    distributor_may = (VIEW,)
    fields = ("slug", "saved_at", "omitted", "note")
    readonly_fields = ("step", "saved_at", "omitted")

    def get_fields(self, request: HttpRequest, obj: Onboarding | None = None) -> tuple[str, ...]:
        """A step that cannot be chosen is told by its title."""
        return self.fields if self.has_change_permission(request, obj) else ("step", *self.fields[1:])

    @admin.display(description="paso")
    def step(self, state: StepState) -> str:
        """What the guide calls it, and not its slug."""
        return TITLES.get(state.slug, state.slug)


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


class StepFilter(admin.SimpleListFilter):
    """The steps that somebody else can be asked for, by their titles."""

    title = "paso"
    parameter_name = "slug"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Model]) -> list[tuple[str, str]]:
        return [(step.slug, step.title) for step in STEPS if step.asked_of]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(slug=self.value()) if self.value() else queryset


@admin.register(Delegation)
class DelegationAdmin(ScopedAdmin[Delegation]):
    """Which steps were asked of others, and what became of it. Nobody changes it here."""

    support_may = (VIEW,)
    distributor_may = (VIEW,)
    list_display = ("company", "step", "name", "email", "state", "created_at", "done_at")
    list_filter = (StepFilter, "created_at")
    list_select_related = ("company", "acceptance")
    search_fields = (*OF_COMPANY, "name", "email")
    search_help_text = "Empresa, nombre o correo de quien lo hace."
    fields = (
        *("company", "step", "asked_by", "name", "email", "message", "rfc"),
        *("created_at", "expires_at", "opened_at", "accepted_at", "done_at", "ended_at", "ended_why"),
    )

    @admin.display(description="paso", ordering="slug")
    def step(self, row: Delegation) -> str:
        """What the guide calls it, and not its slug."""
        return TITLES.get(row.slug, row.slug)

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
    search_help_text = "Título o descripción."
    # Django draws it as a group without a name for the field itself.
    formfield_overrides: ClassVar = {
        **ScopedAdmin.formfield_overrides,
        models.FileField: {"widget": AdminFileWidget({"aria-label": "Archivo"})},
    }

    def get_form(
        self, request: HttpRequest, obj: Download | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm[Download]]:
        """With the limit said before a file is chosen."""
        most = f"Hasta {settings.STAFF_UPLOAD_MAX_BYTES // 1024 // 1024} MB."
        kwargs["help_texts"] = {"file": most if obj is None else f"{most} El nuevo reemplaza al que está."}
        return super().get_form(request, obj, change=change, **kwargs)
