"""Notes and tasks that staff leave on a company: who looks after it, whom to call when."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from companies.models import Company, Distributor, User
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet, Viewer


class CompanyNoteQuerySet(CompanyScopedQuerySet["CompanyNote"]):
    """Whose notes are whose, and what is open."""

    def visible_to(self, user: Viewer) -> Self:
        """Support reads all; a distributor those that were written for it, while the company is its own."""
        return super().visible_to(user).written_for(user)

    def written_for(self, user: Viewer) -> Self:
        """Support's are all; without a look at whose the company is by now."""
        return self if user.is_support else self.filter(distributor=user.distributor_id or 0)

    def open_tasks(self) -> Self:
        """What somebody is to do and has not done, the earliest first."""
        return self.filter(due_on__isnull=False, done_at=None).order_by("due_on", "pk")


@audited()
class CompanyNote(models.Model):
    """A note; with a day it is a task; with a person it says who looks after the company."""

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="notes", editable=False, verbose_name="empresa"
    )
    # Which distributor reads it; nobody but support where there is none.
    distributor = models.ForeignKey(
        Distributor,
        models.CASCADE,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="la ve el distribuidor",
    )
    text = models.CharField("nota", max_length=600)
    due_on = models.DateField("para el", null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="atiende",
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="la escribió",
    )
    written_at = models.DateTimeField("escrita", default=timezone.now, editable=False)
    done_at = models.DateTimeField("hecha", null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="la hizo",
    )

    objects: ClassVar = CompanyNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "nota"
        verbose_name_plural = "notas"
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["company", "-written_at"], name="company_note_latest"),
            models.Index(
                fields=["company", "due_on"],
                condition=Q(done_at=None, due_on__isnull=False),
                name="company_note_open",
            ),
            # What the board counts on each page, for a distributor.
            models.Index(
                fields=["distributor", "company"],
                condition=Q(done_at=None, due_on__isnull=False),
                name="company_note_open_for",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open_task(self) -> bool:
        """Whether somebody is still to do it."""
        return self.due_on is not None and self.done_at is None

    def is_overdue(self, today: date) -> bool:
        """Whether its day is over."""
        return self.is_open_task and self.due_on is not None and self.due_on < today

    def finish(self, by: User) -> None:
        """Notes who did it; a second time changes nothing."""
        rows = CompanyNote.objects.filter(pk=self.pk, done_at=None)
        rows.update(done_at=timezone.now(), done_by=by)

    def reopen(self) -> None:
        """It is to be done after all."""
        CompanyNote.objects.filter(pk=self.pk).update(done_at=None, done_by=None)
