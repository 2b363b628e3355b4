"""What the measures are kept in: a time for each company and step, what went wrong, and releases.

A task counts them from rows that are there anyway (counting.py); docs/adr/0037-measures.md tells how and why.
"""

from typing import Self

import pgtrigger
from django.db import models

from companies.models import Company, Distributor
from facturamos.company_scope import CompanyScopedQuerySet, Viewer


class WhoseTime(models.TextChoices):
    """What a time was: at work, or waiting, and then for whom."""

    ACTIVE = "active", "Activo"
    ISSUER = "issuer", "Espera de la empresa"
    SAT = "sat", "Espera del SAT"
    PAC = "pac", "Espera del PAC"
    US = "us", "Espera de nosotros"


class OfCompanyQuerySet[M: models.Model](CompanyScopedQuerySet[M]):
    """Rows that have the company's distributor beside it, so that counting joins no other table."""

    def measured_for(self, user: Viewer) -> Self:
        """As `visible_to` says, by what is copied here; nothing of a deleted company is left."""
        return self if user.is_support else self.filter(distributor=user.distributor_id)


class MeasuredRow(models.Model):
    """What every row about one company says beside it: whose it is, when it was, and where."""

    # The company's own, copied; triggers keep it.
    distributor = models.ForeignKey(
        Distributor,
        models.CASCADE,
        related_name="+",
        db_index=False,
        editable=False,
        verbose_name="distribuidor",
    )
    # The Monday of the week in which the step was done, the waiting ended, or something stood in the way.
    week = models.DateField("semana", editable=False)
    # Which release was in use then; empty for what is older than all that we know of.
    release = models.CharField("versión del sitio", max_length=40, blank=True, editable=False)
    step = models.SlugField("paso", max_length=40, db_index=False, editable=False)

    class Meta:
        abstract = True


class StepTime(MeasuredRow):
    """How long one company took over a step, or waited there for somebody, in all."""

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="step_times", editable=False, verbose_name="empresa"
    )
    party = models.CharField("de quién", max_length=6, choices=WhoseTime, editable=False)
    # Rounded, within 5 %.
    seconds = models.PositiveIntegerField("segundos", editable=False)

    objects = OfCompanyQuerySet["StepTime"].as_manager()

    class Meta:
        verbose_name = "tiempo de un paso"
        verbose_name_plural = "tiempos de los pasos"
        constraints = [models.UniqueConstraint(fields=["company", "step", "party"], name="step_time_once")]
        indexes = [
            models.Index(fields=["step", "party", "week"], name="step_time_behind"),
            # Holds all that is counted of a distributor's.
            models.Index(
                fields=["distributor", "week"],
                include=["step", "party", "release", "seconds"],
                name="step_time_of_distributor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}: {self.step}, {self.get_party_display()}"


class TimeCount(models.Model):
    """How many companies of all took so long: what `StepTime` says, without saying whose."""

    week = models.DateField("semana", editable=False)
    release = models.CharField("versión del sitio", max_length=40, blank=True, editable=False)
    step = models.SlugField("paso", max_length=40, db_index=False, editable=False)
    party = models.CharField("de quién", max_length=6, choices=WhoseTime, editable=False)
    seconds = models.PositiveIntegerField("segundos", editable=False)
    companies = models.PositiveIntegerField("empresas", editable=False)

    class Meta:
        verbose_name = "cuenta de tiempos"
        verbose_name_plural = "cuentas de tiempos"
        indexes = [
            models.Index(
                fields=["week"],
                include=["step", "party", "release", "seconds", "companies"],
                name="time_count_by_week",
            )
        ]

    def __str__(self) -> str:
        return f"{self.week}: {self.step}, {self.get_party_display()}"


class Stumble(MeasuredRow):
    """What stood in one company's way in a week, and how often."""

    class Sort(models.TextChoices):
        """Where something was said to be wrong."""

        # All tries that failed at a step, whatever was wrong: what the others say again in detail.
        TRY = "try", "Intentos fallidos"
        FIELD = "field", "Campo de la página"
        CSD = "csd", "Diagnóstico de los sellos"
        MAILBOX = "mailbox", "Prueba del correo"
        INVOICE = "invoice", "Factura de prueba"
        PAC = "pac", "Respuesta del PAC"

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="stumbles", editable=False, verbose_name="empresa"
    )
    sort = models.CharField("dónde", max_length=7, choices=Sort, editable=False)
    # A field's or a check's name; empty for the page as a whole.
    name = models.CharField("campo", max_length=60, blank=True, editable=False)
    code = models.CharField("código", max_length=60, blank=True, editable=False)
    times = models.PositiveIntegerField("veces", editable=False)

    objects = OfCompanyQuerySet["Stumble"].as_manager()

    class Meta:
        verbose_name = "tropiezo"
        verbose_name_plural = "tropiezos"
        indexes = [
            models.Index(
                fields=["week", "sort"],
                include=["step", "name", "code", "release", "times", "company"],
                name="stumble_by_week",
            ),
            models.Index(
                fields=["distributor", "week"],
                include=["sort", "step", "name", "code", "release", "times", "company"],
                name="stumble_of_distributor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}: {self.step}, {self.get_sort_display()}"


class SeenRelease(models.Model):
    """A release of the site, since when it is in use, and when it last counted the measures."""

    version = models.CharField("versión", max_length=40, unique=True, editable=False)
    since = models.DateTimeField("desde", editable=False)
    counted_at = models.DateTimeField("contada hasta", editable=False)

    class Meta:
        verbose_name = "versión del sitio"
        verbose_name_plural = "versiones del sitio"
        ordering = ["-since"]

    def __str__(self) -> str:
        return self.version


HANDED_OVER = """
    IF NEW.deleted_at IS NOT NULL THEN
        DELETE FROM backoffice_steptime WHERE company_id = NEW.id;
        DELETE FROM backoffice_stumble WHERE company_id = NEW.id;
    ELSE
        UPDATE backoffice_steptime SET distributor_id = NEW.distributor_id WHERE company_id = NEW.id;
        UPDATE backoffice_stumble SET distributor_id = NEW.distributor_id WHERE company_id = NEW.id;
    END IF;
    RETURN NULL;
"""


class MeasuredCompany(Company):
    """A company, for the trigger of its measures: as in board/models.py, no app below knows of it."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="measures_handed_over",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                func=HANDED_OVER,
                condition=pgtrigger.Condition(
                    "OLD.distributor_id IS DISTINCT FROM NEW.distributor_id"
                    " OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at"
                ),
            )
        ]
