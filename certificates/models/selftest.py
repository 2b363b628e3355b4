"""The rehearsal of a company's first invoice, as work for Celery, and what came of it."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.models.csd import Csd
from certificates.results import CheckResult, from_json
from companies.models import Company
from facturamos.jobs import Job, JobQuerySet
from facturamos.querysets import CompanyScopedQuerySet


class SelfTestQuerySet(  # type: ignore[override]  # the stubs' as_manager() differs by class
    JobQuerySet["SelfTest"], CompanyScopedQuerySet["SelfTest"]
):
    """Questions about self-tests."""

    def unfinished(self) -> "SelfTestQuerySet":
        """Those that a worker still has to do."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class SelfTest(Job):
    """One sample invoice, sealed with the active CSD. Holds no secret; the XML is worth nothing."""

    # The schema is compiled in a worker's first one.
    TIME_LIMIT = timedelta(seconds=15)

    company = models.ForeignKey(Company, models.PROTECT, related_name="self_tests", verbose_name="empresa")
    csd = models.ForeignKey(Csd, models.PROTECT, related_name="self_tests", verbose_name="CSD")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="usuario",
    )
    ok = models.BooleanField("sin problemas", null=True, editable=False)
    # A list of `certificates.results.CheckResult`.
    report = models.JSONField("pasos", default=list, editable=False)
    # What was tried: another name or another CSD since then makes the outcome old news.
    subject = models.CharField(max_length=64, blank=True, editable=False)
    xml = models.TextField("XML de muestra", blank=True, editable=False)

    objects: ClassVar[SelfTestQuerySet] = SelfTestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Job.Meta):
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["company", "-created_at"], name="selftest_latest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(state__in=["queued", "running"]),
                name="selftest_one_at_a_time",
            )
        ]
        verbose_name = "prueba de factura"
        verbose_name_plural = "pruebas de factura"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Prueba de factura de {self.company}"

    def work(self) -> None:
        """See certificates.selftest.perform."""
        from certificates import selftest

        selftest.perform(self)

    @property
    def results(self) -> tuple[CheckResult, ...]:
        """The steps as the rehearsal gave them."""
        return from_json(self.report)
