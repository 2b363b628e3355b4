"""How far a company has come: only what cannot be derived from its data."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from companies.models import (
    Address,
    Company,
    Distributor,
    DocumentType,
    NoticeAcceptance,
    PrivacyNotice,
)
from facturamos.history import tracked
from facturamos.querysets import CompanyScopedQuerySet
from onboarding.backoffice.importing.models import AccountImport, ImportRow

# Those that have a room of their own.
__all__ = [
    "AccountImport",
    "Download",
    "ImportRow",
    "Onboarding",
    "OnboardingQuerySet",
    "Reminder",
    "ReminderStop",
    "StepState",
]


class OnboardingQuerySet(CompanyScopedQuerySet["Onboarding"]):
    """Questions about companies' ways through the steps."""

    def with_progress(self) -> "OnboardingQuerySet":
        """All that the states of the steps are derived from, but the CSD, in one query."""
        states = StepState.objects.filter(onboarding=OuterRef("pk")).values(
            row=JSONObject(slug="slug", saved_at="saved_at", omitted="omitted", note="note")
        )
        in_force = PrivacyNotice.objects.published().values("pk")[:1]
        return self.select_related(
            "company", "company__logo", "company__manifest_letter", "company__mailbox"
        ).annotate(
            states=ArraySubquery(states),
            notice_id=Subquery(in_force),
            notice_accepted=Exists(
                NoticeAcceptance.objects.filter(company=OuterRef("company"), notice_id=OuterRef("notice_id"))
            ),
            has_fiscal_address=Exists(_addresses(Address.Kind.FISCAL)),
            has_issuing_address=Exists(_addresses(Address.Kind.ISSUING)),
            has_documents=Exists(DocumentType.objects.filter(company=OuterRef("company"))),
        )


def _addresses(kind: Address.Kind) -> models.QuerySet[Address]:
    return Address.objects.filter(company=OuterRef("company"), kind=kind)


@tracked()
class Onboarding(models.Model):
    """A company's way through the steps. Its row is what a step's save locks."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="onboarding", verbose_name="empresa")
    created_at = models.DateTimeField("iniciada", default=timezone.now, editable=False)
    finished_at = models.DateTimeField("terminada", null=True, blank=True, editable=False)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name="terminada por",
    )
    # The issuer's switch «Permitir que soporte vea mi configuración»: off when empty or over.
    support_may_look_until = models.DateTimeField(
        "soporte puede ver hasta", null=True, blank=True, editable=False
    )

    objects = OnboardingQuerySet.as_manager()

    class Meta:
        verbose_name = "configuración"
        verbose_name_plural = "configuraciones"
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None, finished_by=None)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
                name="onboarding_finished_by_someone",
            )
        ]

    def __str__(self) -> str:
        return f"Configuración de {self.company}"


@tracked()
class StepState(models.Model):
    """What the issuer did with a step: saved it, or left it out for now."""

    onboarding = models.ForeignKey(
        Onboarding, models.CASCADE, related_name="step_states", verbose_name="configuración"
    )
    slug = models.SlugField("paso", max_length=40)
    saved_at = models.DateTimeField("guardado", null=True, blank=True)
    omitted = models.BooleanField("omitido", default=False)
    # What support asks the issuer to look at again; shown on the hub and on the page.
    note = models.CharField("nota para el emisor", max_length=300, blank=True)

    class Meta:
        verbose_name = "estado de un paso"
        verbose_name_plural = "estados de los pasos"
        constraints = [models.UniqueConstraint(fields=["onboarding", "slug"], name="step_state_once")]

    def __str__(self) -> str:
        return f"{self.onboarding} · {self.slug}"


def download_path(download: "Download", filename: str) -> str:
    """A random folder; the name itself is support's and is shown."""
    return f"descargas/{uuid.uuid4().hex}/{filename}"


class Download(models.Model):
    """A file that «Descargue manuales, firmware software, etc.» offers; support uploads it."""

    title = models.CharField("título", max_length=120)
    description = models.CharField("descripción", max_length=300, blank=True)
    file = models.FileField("archivo", upload_to=download_path)
    created_at = models.DateTimeField("subido", default=timezone.now, editable=False)
    visible = models.BooleanField("visible", default=True)

    class Meta:
        verbose_name = "descarga"
        verbose_name_plural = "descargas"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Reminder(models.Model):
    """A mail that somebody was sent without asking for it: its row is what makes it go out only once.

    `about` tells one occasion from the next (a certificate's number, a week); see onboarding/reminders.py.
    """

    kind = models.CharField("tipo", max_length=60, editable=False)
    company = models.ForeignKey(
        Company,
        models.CASCADE,
        related_name="reminders",
        null=True,
        editable=False,
        verbose_name="empresa",
    )
    distributor = models.ForeignKey(
        Distributor,
        models.CASCADE,
        related_name="reminders",
        null=True,
        editable=False,
        verbose_name="distribuidor",
    )
    about = models.CharField("motivo", max_length=60, editable=False)
    to = models.EmailField("para", editable=False)
    created_at = models.DateTimeField("creado", default=timezone.now, editable=False)

    objects = CompanyScopedQuerySet["Reminder"].as_manager()

    class Meta:
        verbose_name = "recordatorio"
        verbose_name_plural = "recordatorios"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "company", "distributor", "about"],
                nulls_distinct=False,
                name="reminder_once",
            ),
            models.CheckConstraint(
                condition=Q(company__isnull=True) ^ Q(distributor__isnull=True), name="reminder_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"


@tracked()
class ReminderStop(models.Model):
    """A company or a distributor wants no more reminders of one kind."""

    kind = models.CharField("tipo", max_length=60, editable=False)
    company = models.ForeignKey(
        Company,
        models.CASCADE,
        related_name="reminder_stops",
        null=True,
        editable=False,
        verbose_name="empresa",
    )
    distributor = models.ForeignKey(
        Distributor,
        models.CASCADE,
        related_name="reminder_stops",
        null=True,
        editable=False,
        verbose_name="distribuidor",
    )
    created_at = models.DateTimeField("desde", default=timezone.now, editable=False)

    objects = CompanyScopedQuerySet["ReminderStop"].as_manager()

    class Meta:
        verbose_name = "recordatorio detenido"
        verbose_name_plural = "recordatorios detenidos"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "company", "distributor"], nulls_distinct=False, name="reminder_stop_once"
            ),
            models.CheckConstraint(
                condition=Q(company__isnull=True) ^ Q(distributor__isnull=True), name="reminder_stop_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company or self.distributor}: {self.kind}"


@tracked()
class SupportView(models.Model):
    """One look of support at the pages of an issuer: who, which page, and why. Never changes.

    A row without a page is the opening; one with a reason opens the pages for a while without the
    issuer's consent (onboarding/consent.py).
    """

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="support_views", editable=False, verbose_name="empresa"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="quién"
    )
    page = models.CharField("página", max_length=200, blank=True, editable=False)
    # Empty: the issuer's consent was on.
    reason = models.CharField("motivo sin permiso", max_length=300, blank=True, editable=False)
    at = models.DateTimeField("cuándo", default=timezone.now, editable=False)

    objects = CompanyScopedQuerySet["SupportView"].as_manager()

    class Meta:
        verbose_name = "vista de soporte"
        verbose_name_plural = "vistas de soporte"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["company", "-at"], name="support_view_latest")]
        triggers = [
            pgtrigger.Protect(name="view_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.company} · {self.page}"
