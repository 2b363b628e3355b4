"""The issuers' ways through the steps, and the files to download, in admin."""

from django import forms
from django.contrib import admin

from companies.forms.fields import CleanCharField, SavesChanges
from facturamos.admin.scoping import ADD, CHANGE, DELETE, VIEW, ScopedAdmin, ScopedTabularInline
from facturamos.forms import PageForm
from onboarding.models import Download, Onboarding, StepState
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
    search_fields = ("company__code", "company__name", "company__rfc")
    search_help_text = "Código, nombre o RFC de la empresa."
    fields = ("company", "created_at", "finished_at", "finished_by")
    readonly_fields = fields
    inlines = (StepStateInline,)


@admin.register(Download)
class DownloadAdmin(ScopedAdmin[Download]):
    """The files of «Descargue manuales, firmware software, etc.»."""

    support_may = (VIEW, ADD, CHANGE, DELETE)
    list_display = ("title", "description", "visible", "created_at")
    list_filter = ("visible",)
    search_fields = ("title", "description")
