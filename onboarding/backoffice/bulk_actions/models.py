"""One action for many companies, done by a worker."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from facturamos.company_scope import Viewer
from facturamos.jobs.models import Job, JobQuerySet


class BulkRunQuerySet(JobQuerySet["BulkRun"]):
    def visible_to(self, user: Viewer) -> Self:
        """Support: all. A distributor: its own users'. Everybody else: none."""
        if user.is_support:
            return self
        if user.distributor_id:
            return self.filter(created_by__distributor=user.distributor_id)
        return self.none()


class BulkRun(Job):
    """One action of admin for as many companies as somebody chose. What it did stands in their histories."""

    KEPT: ClassVar[timedelta] = timedelta(days=30)
    # A hundred thousand companies on a slow machine.
    TIME_LIMIT = timedelta(hours=2)
    TURN = "created_by"

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="pedida por"
    )
    # The slug of a `ConfirmedAction` of companies, and what it was called then.
    action = models.CharField(max_length=60, editable=False)
    label = models.CharField("acción", max_length=100, editable=False)
    # What its form was sent with, as a query string.
    answers = models.TextField(blank=True, editable=False)
    companies = ArrayField(models.IntegerField(), editable=False)
    total = models.PositiveIntegerField("elegidas", editable=False)
    # How many of them have had their turn, and to how many it was done.
    position = models.PositiveIntegerField("avance", default=0, editable=False)
    done = models.PositiveIntegerField("hechas", default=0, editable=False)
    # To the others it was not, by sentence.
    refused = models.JSONField(default=dict, editable=False)

    objects: ClassVar = BulkRunQuerySet.as_manager()

    class Meta(Job.Meta):
        verbose_name = "acción en varias empresas"
        verbose_name_plural = "acciones en varias empresas"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def lease(cls) -> timedelta:
        """Every few companies give a sign of life."""
        return timedelta(minutes=3)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why nothing was done to some, the commonest first."""
        return sorted(self.refused.items(), key=lambda each: (-each[1], each[0]))
