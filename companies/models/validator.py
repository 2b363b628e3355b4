"""A question to the SAT's validator about a company, as work for Celery, and the answer for a while."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from companies.models.company import Company
from facturamos.jobs.lanes import PEOPLE
from facturamos.jobs.models import Job, JobQuerySet


class ValidatorQuerySet(JobQuerySet["ValidatorQuery"]):
    """Questions about questions to the SAT."""

    company_path = "company"

    def unfinished(self) -> Self:
        """Those that a worker still has to do."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def ahead_of(self, query: "ValidatorQuery") -> Self:
        """Those that a worker is asking about since before `query`."""
        running = self.filter(state=Job.State.RUNNING, lease_until__gt=timezone.now())
        return running.filter(started_at__lt=query.started_at)


class ValidatorQuery(Job):
    """One question. An answer wipes the idCIF, without one it waits to be typed again; both for an hour."""

    # The client's deadline, and what understanding the answer takes (companies/csf/validator.py).
    TIME_LIMIT = timedelta(seconds=30)
    LANE = PEOPLE
    TURN = "company"

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="validator_queries", verbose_name="empresa"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="usuario",
    )
    id_cif = models.CharField("idCIF", max_length=20, blank=True, editable=False)
    # «read», or why there is no answer; empty until finished.
    code = models.CharField("resultado", max_length=20, blank=True, editable=False)
    message = models.CharField("explicación", max_length=300, blank=True, editable=False)
    # A `companies.csf.result.CsfResult`; None when there is none, or no longer.
    answer = models.JSONField("respuesta", null=True, editable=False)

    objects: ClassVar = ValidatorQuerySet.as_manager()

    class Meta(Job.Meta):
        # Job's own names for the first two would be too long.
        indexes = [
            models.Index(fields=["run_after"], condition=Q(state="queued"), name="validator_query_queued"),
            models.Index(fields=["run_after"], condition=~Q(state="done"), name="validator_query_open"),
            models.Index(
                fields=["lease_until"], condition=Q(state="running"), name="validator_query_running"
            ),
            models.Index(fields=["company", "-created_at"], name="validator_query_latest"),
            models.Index(fields=["-created_at"], name="validator_query_newest"),
            # What still holds a question or an answer, for an hour.
            models.Index(
                fields=["created_at"],
                condition=~Q(id_cif="") | Q(answer__isnull=False),
                name="validator_query_kept",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(state__in=["queued", "running"]),
                name="validator_query_one_at_a_time",
            )
        ]
        verbose_name = "consulta al validador del SAT"
        verbose_name_plural = "consultas al validador del SAT"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Consulta de {self.company}"

    def on_dead(self) -> None:
        """A dead question keeps nothing of what was typed."""
        type(self).objects.filter(pk=self.pk).update(id_cif="")
