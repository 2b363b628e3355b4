"""What staff did, each with the company it was about and with the changes that it made."""

from typing import ClassVar

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import models
from django.utils import timezone

from companies.models import Company
from facturamos.company_scope import CompanyScopedQuerySet


class StaffActionQuerySet(CompanyScopedQuerySet["StaffAction"]):
    """Finds what was done about a company."""


class StaffAction(models.Model):
    """One entry of admin's own log, where it can be found by company, and by the changes it made.

    Admin's log knows neither; its words, with the reason that was given, stay there.
    """

    log = models.OneToOneField(
        LogEntry, models.CASCADE, related_name="+", editable=False, verbose_name="entrada del historial"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False, verbose_name="quién"
    )
    company = models.ForeignKey(
        Company,
        models.CASCADE,
        related_name="staff_actions",
        null=True,
        editable=False,
        verbose_name="empresa",
    )
    # Of the row that it was done to, as the log has them.
    content_type = models.ForeignKey(
        "contenttypes.ContentType", models.CASCADE, related_name="+", editable=False, verbose_name="tipo"
    )
    object_id = models.CharField("clave", max_length=40, editable=False)
    # Of the audit's events that came with it (pghistory.models.Context).
    context = models.UUIDField("contexto", null=True, editable=False)
    at = models.DateTimeField("cuándo", default=timezone.now, editable=False)

    objects: ClassVar = StaffActionQuerySet.as_manager()

    class Meta:
        verbose_name = "acción de administración"
        verbose_name_plural = "acciones de administración"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at"], name="staff_action_by_user"),
            models.Index(fields=["company", "-at"], name="staff_action_by_company"),
            models.Index(fields=["content_type", "object_id", "-at"], name="staff_action_by_row"),
        ]

    def __str__(self) -> str:
        return str(self.log)
