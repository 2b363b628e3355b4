"""An import of accounts: its rows as they were written, what is wrong with each, and what became of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from companies.models import Company, Distributor, User
from facturamos.company_scope import Viewer
from facturamos.jobs.models import Job, JobQuerySet

BECOME = """
UPDATE backoffice_importrow SET company_id = made.company_id, "values" = '{}'
FROM unnest(%s::bigint[], %s::bigint[]) AS made (id, company_id) WHERE backoffice_importrow.id = made.id
"""


class AccountImportQuerySet(JobQuerySet["AccountImport"]):
    def visible_to(self, user: Viewer) -> Self:
        """Support: all. A distributor: its own. Everybody else: none."""
        if user.is_support:
            return self
        return self.filter(distributor=user.distributor_id) if user.distributor_id else self.none()

    @transaction.atomic
    def cancel(self) -> int:
        """Cancels those that wait for somebody, with what their rows and files say; returns how many."""
        waiting = self.filter(stage__in=("asking", "preview"))
        cancelled = [job.pk for job in waiting.select_for_update(of=("self",), no_key=True)]
        ImportRow.objects.filter(account_import__in=cancelled).delete()
        ImportFile.objects.filter(account_import__in=cancelled).delete()
        return self.model.objects.filter(pk__in=cancelled).update(stage=AccountImport.Stage.CANCELLED)


class AccountImport(Job):
    """One sheet of accounts, on its way from upload to created accounts.

    It is work twice: the rows are judged; and, once somebody has confirmed, the accounts are created.
    `stage` says where it is for people, Job's `state` whether a worker has it.
    """

    class Stage(models.TextChoices):
        """How far an import has come, and so which page it shows."""

        ASKING = "asking", "Por aclarar"
        JUDGING = "judging", "En revisión"
        PREVIEW = "preview", "Por confirmar"
        CREATING = "creating", "Creando cuentas"
        CREATED = "created", "Terminada"
        CANCELLED = "cancelled", "Cancelada"

    # Judging 20 000 rows again and writing them, on a slow machine.
    TIME_LIMIT = timedelta(minutes=10)
    TURN = "distributor"
    # Longer ones are work for the worker; shorter ones are done while the page loads.
    AT_ONCE = 200
    # In place of a file's name, which may be somebody's, once the import is of long ago.
    FORGOTTEN_NAME = "Ya no se guarda su nombre"

    distributor = models.ForeignKey(
        Distributor, models.PROTECT, related_name="imports", editable=False, verbose_name="distribuidor"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="subida por"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="confirmada por",
    )
    file_name = models.CharField("archivo", max_length=100, editable=False)
    sha256 = models.CharField("huella del archivo", max_length=64, editable=False)
    stage = models.CharField("etapa", max_length=9, choices=Stage, default=Stage.JUDGING, editable=False)
    # What somebody said about how to read the file (reading.ReadingChoice, questions.py); empty while
    # nobody was asked. The columns come with their headings, for this distributor's next sheet.
    choice = models.JSONField("cómo se lee", default=dict, editable=False)
    # Sentences about how it was read: which sheet, which columns are left out.
    notes = models.JSONField("cómo se leyó", default=list, editable=False)
    total = models.PositiveIntegerField("filas", default=0, editable=False)
    bad = models.PositiveIntegerField("filas por corregir", default=0, editable=False)
    # How many rows the present work has gone through.
    progress = models.PositiveIntegerField("avance", default=0, editable=False)
    # The bad rows are to be left out.
    only_good = models.BooleanField("solo las correctas", default=False, editable=False)
    accounts = models.PositiveIntegerField("cuentas creadas", default=0, editable=False)
    # Something changed between the preview and the creation.
    overtaken = models.BooleanField("cambió antes de crearse", default=False, editable=False)

    objects: ClassVar = AccountImportQuerySet.as_manager()

    class Meta(Job.Meta):
        verbose_name = "importación de cuentas"
        verbose_name_plural = "importaciones de cuentas"
        ordering = ["-created_at"]
        indexes = [
            # Job's own, under names that are short enough.
            models.Index(fields=["run_after"], condition=Q(state="queued"), name="account_import_queued"),
            models.Index(fields=["run_after"], condition=~Q(state="done"), name="account_import_open"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="account_import_running"),
            models.Index(fields=["distributor", "-created_at"], name="import_of_distributor"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def lease(cls) -> timedelta:
        """Judging gives signs of life; writing 20 000 accounts is half a minute without any."""
        return timedelta(minutes=3)

    @property
    def good(self) -> int:
        """How many rows can become accounts."""
        return self.total - self.bad

    @property
    def at_once(self) -> bool:
        """Whether the request itself does the work."""
        return self.total <= self.AT_ONCE

    @property
    def is_working(self) -> bool:
        """Whether something is still going to happen by itself."""
        return self.stage in (self.Stage.JUDGING, self.Stage.CREATING) and not self.is_dead

    def ask_to_create(self, *, only_good: bool, user: User) -> bool:
        """Somebody confirmed the preview; False when it had been confirmed or cancelled already."""
        waiting = type(self).objects.filter(pk=self.pk, stage=self.Stage.PREVIEW, state=self.State.DONE)
        if not only_good:
            waiting = waiting.filter(bad=0)
        return bool(
            waiting.exclude(total=F("bad")).update(
                stage=self.Stage.CREATING,
                state=self.State.QUEUED,
                run_after=timezone.now(),
                only_good=only_good,
                overtaken=False,
                confirmed_by=user,
                progress=0,
                crashes=0,
                last_error="",
                sent_at=None,
                finished_at=None,
            )
        )

    @property
    def can_be_read_again(self) -> bool:
        """Whether its file is there still."""
        return self.stage in (self.Stage.ASKING, self.Stage.PREVIEW) and hasattr(self, "file")

    def cancel(self) -> bool:
        """Nothing is to be created, and what was written is forgotten; False when it is too late."""
        return bool(type(self).objects.filter(pk=self.pk).cancel())


class ImportFile(models.Model):
    """The file of an import, for as long as somebody may want it to be read in another way."""

    account_import = models.OneToOneField(
        AccountImport, models.CASCADE, primary_key=True, related_name="file", editable=False
    )
    content = models.BinaryField(editable=False)

    class Meta:
        verbose_name = "archivo de una importación"
        verbose_name_plural = "archivos de importaciones"

    def __str__(self) -> str:
        return str(self.account_import)


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def bad(self) -> "ImportRowQuerySet":
        """Rows that have something to correct."""
        return self.exclude(errors={})

    def good(self) -> "ImportRowQuerySet":
        """Rows that can become accounts."""
        return self.filter(errors={})

    def doubtful(self) -> "ImportRowQuerySet":
        """Good rows with something that may be wrong."""
        return self.good().exclude(doubts={})

    def become(self, companies: Mapping[int, int]) -> None:
        """Rows are now companies (keys of both), and what was written in them is forgotten.

        In one statement of two arrays: for 10 000 rows `bulk_update` takes seconds to write its CASE down.
        """
        with connection.cursor() as cursor:
            cursor.execute(BECOME, [list(companies), list(companies.values())])


class ImportRow(models.Model):
    """One row of the sheet."""

    account_import = models.ForeignKey(AccountImport, models.CASCADE, related_name="rows", editable=False)
    # As the spreadsheet numbers it.
    number = models.PositiveIntegerField(editable=False)
    # {field of the form: what was written}; emptied when the account exists.
    values = models.JSONField(editable=False)
    # {field of the form: [sentences]}; of the whole row under "__all__".
    errors = models.JSONField(default=dict, editable=False)
    # {field of the form: [sentences]} of a good row: what may be wrong and hinders nothing.
    doubts = models.JSONField(default=dict, editable=False)
    company = models.ForeignKey(Company, models.SET_NULL, null=True, editable=False, related_name="+")

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "fila de una importación"
        verbose_name_plural = "filas de una importación"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["account_import", "number"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"Fila {self.number}"
