"""What the board goes by: when each company last moved, saved filters, and files that were asked for."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from companies.models import Company, Distributor, User
from facturamos.company_scope import CompanyScopedQuerySet, Viewer
from facturamos.jobs.models import Job, JobQuerySet
from onboarding.models import Onboarding, StepState

# --- since when each company waits


class LastMoveQuerySet(CompanyScopedQuerySet["LastMove"]):
    """Rows that the board counts, which needs to look at no other table for it."""

    def on_board_of(self, user: Viewer) -> Self:
        """As `visible_to` and `alive` say of companies, by what is copied here."""
        seen = self if user.is_support else self.filter(distributor=user.distributor_id)
        return seen.filter(deleted=False)


class LastMove(models.Model):
    """When a company last moved: was opened, entered, or saved a step. The board sorts and counts by it.

    Triggers keep it, whatever way the rows that it is made of are written; see docs/adr/0033-last-moves.md.
    """

    company = models.OneToOneField(
        Company, models.CASCADE, primary_key=True, related_name="last_move", verbose_name="empresa"
    )
    # The company's own, copied.
    distributor = models.ForeignKey(
        Distributor, models.CASCADE, related_name="+", db_index=False, verbose_name="distribuidor"
    )
    deleted = models.BooleanField("eliminada")
    moved_at = models.DateTimeField("último movimiento")
    entered = models.BooleanField("ha entrado")
    finished = models.BooleanField("terminada")

    objects = LastMoveQuerySet.as_manager()

    class Meta:
        verbose_name = "último movimiento"
        verbose_name_plural = "últimos movimientos"
        indexes = [
            models.Index(fields=["finished", "moved_at"], name="last_move_waiting_longest"),
            # Holds all that is counted of a distributor's.
            models.Index(
                fields=["distributor", "finished", "moved_at", "entered"],
                condition=Q(deleted=False),
                name="last_move_of_distributor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}: {self.moved_at}"


# Each trigger writes its own columns: of two transactions at once neither sees what the other does.
OPENED = """
    INSERT INTO backoffice_lastmove (company_id, distributor_id, deleted, moved_at, entered, finished)
    VALUES (NEW.id, NEW.distributor_id, NEW.deleted_at IS NOT NULL, NEW.created_at, FALSE, FALSE);
    RETURN NULL;
"""
HANDED_OVER = """
    UPDATE backoffice_lastmove
    SET distributor_id = NEW.distributor_id, deleted = NEW.deleted_at IS NOT NULL
    WHERE company_id = NEW.id;
    RETURN NULL;
"""
MOVED = """
    UPDATE backoffice_lastmove AS move
    SET {entered} moved_at = GREATEST(
        company.created_at,
        (SELECT max(last_login) FROM companies_user WHERE company_id = company.id),
        (
            SELECT max(state.saved_at) FROM onboarding_stepstate AS state
            JOIN onboarding_onboarding AS onboarding ON onboarding.id = state.onboarding_id
            WHERE onboarding.company_id = company.id
        )
    )
    FROM companies_company AS company
    WHERE company.id = {company} AND move.company_id = company.id;
    RETURN NULL;
"""
ENTERED = """entered = EXISTS (
        SELECT FROM companies_user WHERE company_id = company.id AND last_login IS NOT NULL
    ),"""
FINISHED = """
    UPDATE backoffice_lastmove SET finished = NEW.finished_at IS NOT NULL WHERE company_id = NEW.company_id;
    RETURN NULL;
"""
OF_STEP = "(SELECT company_id FROM onboarding_onboarding WHERE id = {row}.onboarding_id)"


def _after(name: str, operation: pgtrigger.Operation, func: str, condition: str = "") -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        func=func,
        condition=pgtrigger.Condition(condition) if condition else None,
    )


# Triggers on other apps' tables stand on proxies of this app, so that no app below knows of the board.


class MovingCompany(Company):
    """A company, for the triggers of `LastMove`."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _after("move_opened", pgtrigger.Insert, OPENED),
            _after(
                "move_handed_over",
                pgtrigger.Update,
                HANDED_OVER,
                "OLD.distributor_id IS DISTINCT FROM NEW.distributor_id"
                " OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at",
            ),
            _after(
                "move_redated",
                pgtrigger.Update,
                MOVED.format(entered="", company="NEW.id"),
                "OLD.created_at IS DISTINCT FROM NEW.created_at",
            ),
        ]


class MovingUser(User):
    """Who signs in for a company, likewise."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _after(
                "move_came_in",
                pgtrigger.Insert,
                MOVED.format(entered=ENTERED, company="NEW.company_id"),
                "NEW.company_id IS NOT NULL AND NEW.last_login IS NOT NULL",
            ),
            _after(
                "move_entered",
                pgtrigger.Update,
                MOVED.format(entered=ENTERED, company="NEW.company_id"),
                "NEW.company_id IS NOT NULL AND OLD.last_login IS DISTINCT FROM NEW.last_login",
            ),
        ]


class MovingOnboarding(Onboarding):
    """A company's way through the steps, likewise."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _after("move_finished", pgtrigger.Insert, FINISHED, "NEW.finished_at IS NOT NULL"),
            _after(
                "move_finished_now",
                pgtrigger.Update,
                FINISHED,
                "OLD.finished_at IS DISTINCT FROM NEW.finished_at",
            ),
        ]


class MovingStep(StepState):
    """What an issuer did with a step, likewise."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            _after(
                "move_saved",
                pgtrigger.Insert,
                MOVED.format(entered="", company=OF_STEP.format(row="NEW")),
                "NEW.saved_at IS NOT NULL",
            ),
            _after(
                "move_saved_again",
                pgtrigger.Update,
                MOVED.format(entered="", company=OF_STEP.format(row="NEW")),
                "OLD.saved_at IS DISTINCT FROM NEW.saved_at",
            ),
        ]


# --- what somebody keeps


class SavedFilter(models.Model):
    """A filter, a search and an order of the board, under a name; one's own alone."""

    MOST: ClassVar[int] = 20

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters", editable=False)
    name = models.CharField("nombre", max_length=60)
    # As the board's address has it.
    query = models.CharField(max_length=1000, editable=False)

    class Meta:
        verbose_name = "filtro guardado"
        verbose_name_plural = "filtros guardados"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name")]

    def __str__(self) -> str:
        return self.name


# --- files


class BoardExportQuerySet(JobQuerySet["BoardExport"]):
    def visible_to(self, user: Viewer) -> Self:
        """Whose it is, and nobody else: not even support, which can make its own."""
        return self.filter(created_by=user.pk)

    def over(self) -> Self:
        """Those that were asked for more than a day ago."""
        return self.filter(created_at__lt=timezone.now() - BoardExport.KEPT)


class BoardExport(Job):
    """The board's companies as a file, made in the background for one person, and kept for a day."""

    class FileKind(models.TextChoices):
        """How the file is written."""

        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    # A million companies on a slow machine.
    TIME_LIMIT = timedelta(hours=2)
    TURN = "created_by"
    KEPT: ClassVar[timedelta] = timedelta(days=1)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False, verbose_name="pedida por"
    )
    kind = models.CharField("formato", max_length=4, choices=FileKind, editable=False)
    # As the board's address has it.
    query = models.CharField("filtro", max_length=1000, blank=True, editable=False)
    total = models.PositiveIntegerField("empresas", default=0, editable=False)
    progress = models.PositiveIntegerField("avance", default=0, editable=False)

    objects: ClassVar = BoardExportQuerySet.as_manager()

    class Meta(Job.Meta):
        verbose_name = "exportación del tablero"
        verbose_name_plural = "exportaciones del tablero"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def lease(cls) -> timedelta:
        """Every thousand companies give a sign of life."""
        return timedelta(minutes=3)

    @property
    def file_name(self) -> str:
        """What the file is called where it is saved."""
        return f"empresas-{timezone.localdate(self.created_at).isoformat()}.{self.kind}"

    @property
    def expires_at(self) -> datetime:
        """Until when the file can be fetched."""
        return self.created_at + self.KEPT

    @property
    def has_file(self) -> bool:
        """Whether the file is there, and may still be fetched."""
        return self.state == self.State.DONE and timezone.now() < self.expires_at


class ExportPart(models.Model):
    """A piece of a file; the pieces of a worker that was believed dead have another number of its try."""

    export = models.ForeignKey(BoardExport, models.CASCADE, related_name="parts", editable=False)
    attempt = models.PositiveIntegerField(editable=False)
    number = models.PositiveIntegerField(editable=False)
    content = models.BinaryField(editable=False)

    class Meta:
        verbose_name = "parte de una exportación"
        verbose_name_plural = "partes de exportaciones"
        constraints = [
            models.UniqueConstraint(fields=["export", "attempt", "number"], name="export_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.export} · {self.number}"
