"""How far a company has come: only what cannot be derived from its data."""

from collections.abc import Iterable

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from companies.models import Company, Distributor, PrivacyNotice
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet
from onboarding.delegation.models import Delegation, DelegationAcceptance
from onboarding.downloads.models import Download
from onboarding.refused_submits.models import RefusedSubmit

__all__ = [
    "Delegation",
    "DelegationAcceptance",
    "Download",
    "Onboarding",
    "OnboardingFacts",
    "RefusedSubmit",
    "Reminder",
    "ReminderStop",
    "StepState",
    "SupportView",
]

# That the issuer saved some steps, or left them out.
NOTE_SAVED = """
    INSERT INTO onboarding_stepstate (onboarding_id, slug, saved_at, omitted, note)
    SELECT %s, step.slug, %s, %s, '' FROM unnest(%s) AS step (slug)
    ON CONFLICT (onboarding_id, slug) DO UPDATE
    SET saved_at = excluded.saved_at, omitted = excluded.omitted, note = excluded.note
"""


@audited()
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
    # The issuer's switch «Permitir que soporte vea mi configuración»: off when empty or past.
    support_access_until = models.DateTimeField(
        "soporte puede ver hasta", null=True, blank=True, editable=False
    )
    # Which doubtful values the issuer was asked about, and kept (onboarding/wizard/doubts.py).
    doubts = models.JSONField("dudas", default=dict, editable=False, db_default={})

    objects = CompanyScopedQuerySet["Onboarding"].as_manager()

    class Meta:
        verbose_name = "avance"
        verbose_name_plural = "avance"
        indexes = [models.Index(fields=["finished_at"], name="onboarding_finished")]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None, finished_by=None)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
                name="onboarding_finished_by_someone",
            )
        ]

    def __str__(self) -> str:
        return f"Avance de {self.company}"


@audited()
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
        indexes = [models.Index(fields=["saved_at"], name="step_state_saved")]
        constraints = [models.UniqueConstraint(fields=["onboarding", "slug"], name="step_state_once")]

    def __str__(self) -> str:
        return f"Un paso de {self.onboarding.company}"

    @staticmethod
    def note_saved(onboarding: Onboarding, slugs: Iterable[str], *, omitted: bool = False) -> None:
        """Notes that the issuer saved these steps, or left them out; a note of support's is answered."""
        saved_at = None if omitted else timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(NOTE_SAVED, [onboarding.pk, saved_at, omitted, list(slugs)])


class OnboardingFacts(models.Model):
    """What the states of the steps are derived from: a view of the database, read with each page.

    Its SQL is in migrations/0002_onboarding_facts.py, its reason in docs/adr/0021-facts-of-a-page.md.
    """

    onboarding = models.OneToOneField(
        Onboarding, models.DO_NOTHING, primary_key=True, related_name="facts", verbose_name="configuración"
    )
    # Of each StepState: slug, saved_at, omitted («true» or «false») and note. Arrays of text cost PostgreSQL
    # a third of what JSON does, and us nothing.
    step_states = ArrayField(ArrayField(models.TextField()), verbose_name="estados de los pasos")
    # The notice in force; none before the first is published.
    notice = models.ForeignKey(
        PrivacyNotice, models.DO_NOTHING, related_name="+", null=True, verbose_name="aviso"
    )
    notice_accepted = models.BooleanField("aviso aceptado")
    has_fiscal_address = models.BooleanField("tiene dirección fiscal")
    has_issuing_address = models.BooleanField("tiene dirección de emisión")
    # Of each DocumentType its kind.
    document_kinds = ArrayField(models.TextField(), verbose_name="documentos que emite")
    # Those that the SAT's catalogue does not have: «place», or the kind of the address, and the code.
    unknown_postal_codes = ArrayField(
        ArrayField(models.TextField()), verbose_name="códigos postales desconocidos"
    )
    # Of the settings in use: «ok» or a code of `mailing.doctor`; empty where no test came to a result.
    mailbox_test = models.TextField("resultado de la última prueba del correo")
    # A `certificates.test_invoice.services.StoredTest`; None before the first.
    invoice_test = models.JSONField("última factura de prueba", null=True)
    # The first thing that the latest report refuses, for a line of a list; empty after a good one.
    csd_refusal = models.TextField("por qué no se aceptaron los sellos")

    class Meta:
        managed = False
        db_table = "onboarding_facts"
        verbose_name = "hechos de una configuración"
        verbose_name_plural = "hechos de las configuraciones"

    def __str__(self) -> str:
        return f"Hechos de {self.onboarding}"


class Reminder(models.Model):
    """A mail that somebody was sent without asking for it: its row is what makes it go out only once.

    `about` tells one occasion from the next (a certificate's number, a week); see onboarding/reminders/.
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


@audited()
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


@audited()
class SupportView(models.Model):
    """Support saw a page of an issuer: who, which page, and why. Never changes.

    A row without a page is the opening; one with a reason opens the pages for a while without the
    issuer's consent (onboarding/support_access/consent.py).
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
