"""A company's test invoice, as work for Celery, and what came of it."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.checks.results import CheckResult, from_json
from certificates.models.csd import Csd
from companies.models import Company
from facturamos.jobs.lanes import PEOPLE
from facturamos.jobs.models import Job, JobQuerySet


class TestInvoiceQuerySet(JobQuerySet["TestInvoice"]):
    company_path = "company"

    def unfinished(self) -> "TestInvoiceQuerySet":
        """Those that a worker still has to do."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class TestInvoice(Job):
    """One test invoice, sealed with the active CSD. Holds no secret; the XML is worth nothing."""

    # The schema is compiled in a worker's first one.
    TIME_LIMIT = timedelta(seconds=15)
    LANE = PEOPLE
    TURN = "company"

    company = models.ForeignKey(Company, models.PROTECT, related_name="test_invoices", verbose_name="empresa")
    csd = models.ForeignKey(Csd, models.PROTECT, related_name="test_invoices", verbose_name="CSD")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="usuario",
    )
    ok = models.BooleanField("sin problemas", null=True, editable=False)
    # A list of `certificates.checks.results.CheckResult`.
    report = models.JSONField("pasos", default=list, editable=False)
    # What was tried: another name or another CSD since then makes the outcome old news.
    subject = models.CharField("qué se probó", max_length=64, blank=True, editable=False)
    xml = models.TextField("XML de muestra", blank=True, editable=False)

    objects: ClassVar = TestInvoiceQuerySet.as_manager()

    class Meta(Job.Meta):
        # Job's own names for the first two would be too long.
        indexes = [
            models.Index(fields=["run_after"], condition=Q(state="queued"), name="test_invoice_queued"),
            models.Index(fields=["run_after"], condition=~Q(state="done"), name="test_invoice_open"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="test_invoice_running"),
            models.Index(fields=["company", "-created_at"], name="test_invoice_latest"),
            models.Index(fields=["-created_at"], name="test_invoice_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(state__in=["queued", "running"]),
                name="test_invoice_one_at_a_time",
            )
        ]
        verbose_name = "prueba de factura"
        verbose_name_plural = "pruebas de factura"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Prueba de factura de {self.company}"

    @property
    def results(self) -> tuple[CheckResult, ...]:
        """What was found, step by step."""
        return from_json(self.report)
