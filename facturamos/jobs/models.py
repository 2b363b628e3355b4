"""Work done by Celery, such that nothing is lost when a process dies.

Every piece of work is a row: a concrete subclass of `Job`, created in the transaction of its cause and
handed to Celery after the commit. A worker claims the row with one conditional UPDATE and a lease; what
it achieved is written in one transaction with the row's own end (`settle`). A worker that is killed
leaves a lease that runs out, and the sweeper queues the row again; so does it with rows that were never
handed over because the broker was down. Celery messages carry ids only. Which jobs wait behind which is told
in lanes.py.

An expected failure ("the mail server says later") raises `RetryLater` and costs nothing but time. A fault
of ours (a key that is not in the ring, a full disk, storage that is away: facturamos/outages.py) is
waited for, with growing pauses and an alarm, for a day. Three crashes (an exception nobody expected, a
killed process) make a row `dead`: visible in admin, to be run again by hand. Pauses are pauses.py's.

How long rows that are done stay: onboarding/backoffice/retention.py, or the kind's own services.

Leases are kept by the database's clock, so that workers whose clocks differ agree on who holds what.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import ClassVar, Self

from django.apps import apps
from django.core import checks
from django.db import models, transaction
from django.db.models import F, Q, Window
from django.db.models.functions import Now, RowNumber
from django.utils import timezone

from facturamos.celery import app
from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.jobs.broker import rest
from facturamos.jobs.handlers import is_handled
from facturamos.jobs.lanes import WORK, Lane
from facturamos.jobs.pauses import after_crash, while_faulty

logger = logging.getLogger(__name__)

ASIDE = timedelta(seconds=2)
# As many as there are.
ALL = 2**31


class RetryLater(Exception):
    """An expected failure: run the job again after `delay`. Not a crash."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(delay)
        self.delay = delay


class LeaseLost(Exception):
    """Another worker took the job over; what this one did must not count."""


# One statement where the ORM would need two: half of what a job costs is its statements.
CLAIM = """
    UPDATE "{table}"
    SET state = 'running', attempt = attempt + 1, started_at = %(now)s,
        lease_until = statement_timestamp() + %(lease)s
    WHERE id = %(pk)s AND state = 'queued' AND run_after <= %(now)s
    RETURNING *
"""
# No worker has been told since the job was due.
UNSENT = Q(sent_at=None) | Q(sent_at__lt=F("run_after"))


class JobQuerySet[J: "Job"](CompanyScopedQuerySet[J]):
    """Questions and verbs about many jobs. Those of a company say where it is; others, only support sees."""

    company_path: ClassVar[str | None] = None

    def claim(self, pk: uuid.UUID | str) -> J | None:
        """Takes a waiting job for this worker, or None when it is taken, done or gone."""
        now = timezone.now()
        values = {"pk": pk, "now": now, "lease": self.model.lease()}
        claimed = self.raw(CLAIM.format(table=self.model._meta.db_table), values)
        return next(iter(claimed), None)

    def step_aside(self, pk: uuid.UUID | str) -> bool:
        """Lets a waiting job wait a little more when enough of its turn are running; says whether it did."""
        turn, most = self.model.TURN, self.model.MOST_AT_ONCE
        job = self.filter(pk=pk, state=Job.State.QUEUED)
        if most is None or not job:
            return False
        running = self.filter(state=Job.State.RUNNING, **{f"{turn}__in": job.values(turn)})
        return running.count() >= most and bool(job.update(run_after=timezone.now() + ASIDE, sent_at=None))

    def abandoned(self) -> "JobQuerySet[J]":
        """Jobs whose worker is gone: the lease ran out."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=Now())

    def overdue(self) -> "JobQuerySet[J]":
        """Jobs that should run and that no worker has been told about."""
        return self.filter(UNSENT, state=Job.State.QUEUED, run_after__lte=timezone.now())

    def handed_over(self) -> "JobQuerySet[J]":
        """Jobs that a worker has been told about, and that none has claimed yet."""
        return self.filter(state=Job.State.QUEUED, sent_at__gte=F("run_after"))

    def in_hand(self) -> "JobQuerySet[J]":
        """Jobs that fill their lane: handed over, or running."""
        return self.handed_over() | self.filter(state=Job.State.RUNNING)

    def in_turns(self) -> "JobQuerySet[J]":
        """What is overdue: of each in turn one, the oldest first; then of each the second, and so on."""
        first: list[Window | str] = []
        if self.model.TURN:
            first = [Window(RowNumber(), partition_by=F(self.model.TURN), order_by="run_after")]
        return self.overdue().order_by(*first, "run_after").only("pk", "state", "attempt")


class Job(models.Model):
    """One piece of work for Celery. What the work is, a handler says (facturamos/jobs/handlers.py)."""

    class State(models.TextChoices):
        """Where a job is in its life."""

        QUEUED = "queued", "En espera"
        RUNNING = "running", "En curso"
        DONE = "done", "Terminado"
        DEAD = "dead", "Detenido"

    # A hard limit: a soft one does not interrupt C code.
    TIME_LIMIT: ClassVar[timedelta] = timedelta(seconds=20)
    # PEOPLE or MAILBOXES for what a person waits for.
    LANE: ClassVar[Lane] = WORK
    # Whose turn a job uses up, as a lookup («company»): nobody's many hold back another's few. "": nobody's.
    TURN: ClassVar[str] = ""
    # How many of one's jobs run at a time; the next ones step aside for ASIDE (None: all there are).
    MOST_AT_ONCE: ClassVar[int | None] = None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField("estado", max_length=8, choices=State, default=State.QUEUED, editable=False)
    run_after = models.DateTimeField("no antes de", default=timezone.now, editable=False)
    attempt = models.PositiveIntegerField("intentos", default=0, editable=False)
    crashes = models.PositiveSmallIntegerField("caídas", default=0, editable=False)
    # Since when it waits for something of ours to be mended.
    faulty_since = models.DateTimeField("espera desde", null=True, editable=False)
    last_error = models.CharField("último error", max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField("creado", default=timezone.now, editable=False)
    sent_at = models.DateTimeField("entregado a un proceso", null=True, editable=False)
    started_at = models.DateTimeField("iniciado", null=True, editable=False)
    lease_until = models.DateTimeField("reservado hasta", null=True, editable=False)
    finished_at = models.DateTimeField("terminado", null=True, editable=False)

    objects = JobQuerySet[Self].as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["run_after"], condition=Q(state="queued"), name="%(app_label)s_%(class)s_queued"
            ),
            # What «Estado» counts, the dead among them.
            models.Index(
                fields=["run_after"], condition=~Q(state="done"), name="%(app_label)s_%(class)s_open"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="running"), name="%(app_label)s_%(class)s_running"
            ),
        ]

    @classmethod
    def lease(cls) -> timedelta:
        """How long a worker may hold the job without a heartbeat: a little beyond its hard limit."""
        return cls.TIME_LIMIT + timedelta(seconds=5)

    @classmethod
    def check(cls, **kwargs: object) -> list[checks.CheckMessage]:
        """Django's own checks of a model, and that somebody does the work."""
        found = super().check(**kwargs)
        if not is_handled(cls):
            message = f"Nobody does the work of {cls._meta.label}."
            hint = f"Write a function with @handles({cls.__name__}) in the tasks.py of its app."
            found.append(checks.Error(message, hint=hint, obj=cls, id="jobs.E001"))
        return found

    @classmethod
    def may_start(cls) -> int:
        """How many more the sweeper may hand over now; a kind that must pause says 0."""
        return ALL

    @property
    def is_working(self) -> bool:
        """Whether something is still going to happen by itself."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def is_dead(self) -> bool:
        """Whether the work was given up after crashes."""
        return self.state == self.State.DEAD

    def on_dead(self) -> None:
        """Called in the transaction that makes the job dead; wipes what must not outlive it."""

    # --- handing over

    def enqueue(self) -> Self:
        """Hands the job to Celery once the present transaction has committed."""
        transaction.on_commit(self.send, robust=True)
        return self

    @property
    def ticket(self) -> str:
        """What its task in the broker is known by: another one for each time that a worker tries."""
        return f"{self.pk}:{self.attempt}"

    def send(self) -> bool:
        """Tells a worker about the job now; False when the broker is down: the sweeper's business.

        The row is marked first, so that of two who hand it over at once one does.
        """
        if rest.lasts():
            return False
        row = type(self).objects.filter(pk=self.pk, state=self.State.QUEUED)
        if not row.filter(UNSENT).update(sent_at=timezone.now()):
            return True
        begun = time.monotonic()
        try:
            app.send_task(
                "facturamos.jobs.run",
                args=[self._meta.label_lower, str(self.pk)],
                queue=self.LANE.queue,
                task_id=self.ticket,
                time_limit=int(self.TIME_LIMIT.total_seconds()),
                retry=False,
                ignore_result=True,
            )
        except Exception as error:  # kombu, redis and socket errors alike: the row is safe
            logger.warning("The broker does not answer (%s); the sweeper will.", type(error).__name__)
            rest.note(time.monotonic() - begun)
            row.update(sent_at=None)
            return False
        return True

    # --- running

    def _held(self) -> models.QuerySet[Self]:
        """The row, if this worker still holds it."""
        rows: models.QuerySet[Self] = models.QuerySet(type(self))
        return rows.filter(pk=self.pk, state=self.State.RUNNING, attempt=self.attempt)

    def heartbeat(self, **columns: object) -> None:
        """Long work calls this in its loop, with the columns that tell how far it is.

        Raises LeaseLost when another worker took over.
        """
        if not self._held().update(lease_until=Now() + self.lease(), **columns):
            raise LeaseLost

    @contextmanager
    def settle(self) -> Iterator[None]:
        """One transaction that ends the job and writes its outcome, or neither. Raises LeaseLost."""
        with transaction.atomic():
            now = timezone.now()
            done = {"state": self.State.DONE, "finished_at": now, "lease_until": None, "faulty_since": None}
            if not self._held().update(**done):
                raise LeaseLost
            self.state, self.finished_at = self.State.DONE, now
            yield

    def postpone(self, delay: timedelta) -> None:
        """Back to the queue, to run again after `delay`."""
        self._held().update(
            state=self.State.QUEUED, run_after=timezone.now() + delay, lease_until=None, faulty_since=None
        )

    def wait_for_us(self, error: str) -> None:
        """Something of ours is at fault: back to the queue, and no crash. After a day of it, dead."""
        now = timezone.now()
        since = self.faulty_since or now
        pause = while_faulty(now - since)
        if pause is None:
            self._end(error)
            return
        self._held().update(
            state=self.State.QUEUED,
            run_after=now + pause,
            lease_until=None,
            faulty_since=since,
            last_error=error[:200],
        )

    def _end(self, error: str) -> None:
        """Makes it dead without a crash."""
        with transaction.atomic():
            dead = {"state": self.State.DEAD, "finished_at": timezone.now(), "last_error": error[:200]}
            if self._held().update(**dead, lease_until=None, faulty_since=None):
                self.on_dead()

    def crash(self, error: str) -> None:
        """Counts a crash: back to the queue, a little later each time, or dead."""
        with transaction.atomic():
            now, pause = timezone.now(), after_crash(self.crashes)
            held = self._held().update(
                state=self.State.DEAD if pause is None else self.State.QUEUED,
                crashes=F("crashes") + 1,
                last_error=error[:200],
                lease_until=None,
                run_after=now + (pause or timedelta(0)),
                finished_at=now if pause is None else None,
            )
            if held and pause is None:
                self.on_dead()

    def retry(self) -> None:
        """Runs a dead job again, with its crashes forgotten."""
        dead = type(self).objects.filter(pk=self.pk, state=self.State.DEAD)
        if dead.update(
            state=self.State.QUEUED,
            crashes=0,
            run_after=timezone.now(),
            sent_at=None,
            finished_at=None,
            faulty_since=None,
        ):
            self.enqueue()


def kinds() -> list[type[Job]]:
    """Every concrete kind of job in the project."""
    return [model for model in apps.get_models() if issubclass(model, Job)]
