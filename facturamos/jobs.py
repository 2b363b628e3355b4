"""Work done by Celery, such that nothing is lost when a process dies.

Every piece of work is a row: a concrete subclass of `Job`, created in the transaction of its cause and
handed to Celery after the commit. A worker claims the row with one conditional UPDATE and a lease; what
it achieved is written in one transaction with the row's own end (`settle`). A worker that is killed
leaves a lease that runs out, and the sweeper queues the row again; so does it with rows that were never
handed over because the broker was down. Celery messages carry ids only.

An expected failure ("the mail server says later") raises `RetryLater` and costs nothing but time. Three
crashes (an exception nobody expected, a killed process) make a row `dead`: visible in admin, to be run
again by hand.
"""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import ClassVar, Self, cast

import pghistory
from celery import shared_task
from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from facturamos.celery import app

logger = logging.getLogger(__name__)

MAX_CRASHES = 3
# How long a handed-over row may wait for a worker before it is handed over again.
PATIENCE = timedelta(seconds=30)
SWEEP_BATCH = 500


class RetryLater(Exception):
    """An expected failure: run the job again after `delay`. Not a crash."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(delay)
        self.delay = delay


class LeaseLost(Exception):
    """Another worker took the job over; what this one did must not count."""


class JobQuerySet[J: "Job"](models.QuerySet[J]):
    """Questions and verbs about many jobs."""

    def claim(self, pk: uuid.UUID | str) -> J | None:
        """Takes a waiting job for this worker, or None when it is taken, done or gone."""
        now = timezone.now()
        claimed = self.filter(pk=pk, state=Job.State.QUEUED, run_after__lte=now).update(
            state=Job.State.RUNNING,
            attempt=F("attempt") + 1,
            started_at=now,
            lease_until=now + self.model.lease(),
        )
        return self.get(pk=pk) if claimed else None

    def abandoned(self) -> "JobQuerySet[J]":
        """Jobs whose worker is gone: the lease ran out."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=timezone.now())

    def overdue(self) -> "JobQuerySet[J]":
        """Jobs that should run and that no worker has been told about lately."""
        now = timezone.now()
        unheard = Q(sent_at=None) | Q(sent_at__lt=now - PATIENCE) | Q(sent_at__lt=F("run_after"))
        return self.filter(unheard, state=Job.State.QUEUED, run_after__lte=now)


class Job(models.Model):
    """One piece of work for Celery. A subclass says what the work is, in `work()`."""

    class State(models.TextChoices):
        """Where a job is in its life."""

        QUEUED = "queued", "En espera"
        RUNNING = "running", "En curso"
        DONE = "done", "Terminado"
        DEAD = "dead", "Detenido"

    # A hard limit: a soft one does not interrupt C code.
    TIME_LIMIT: ClassVar[timedelta] = timedelta(seconds=20)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField("estado", max_length=8, choices=State, default=State.QUEUED, editable=False)
    run_after = models.DateTimeField("no antes de", default=timezone.now, editable=False)
    attempt = models.PositiveIntegerField("intentos", default=0, editable=False)
    crashes = models.PositiveSmallIntegerField("caídas", default=0, editable=False)
    last_error = models.CharField("último error", max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField("creado", default=timezone.now, editable=False)
    sent_at = models.DateTimeField("entregado a un proceso", null=True, editable=False)
    started_at = models.DateTimeField("iniciado", null=True, editable=False)
    lease_until = models.DateTimeField("reservado hasta", null=True, editable=False)
    finished_at = models.DateTimeField("terminado", null=True, editable=False)

    objects: ClassVar[JobQuerySet[Self]] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["run_after"],
                condition=Q(state="queued"),
                name="%(app_label)s_%(class)s_queued",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state="running"),
                name="%(app_label)s_%(class)s_running",
            ),
        ]

    @classmethod
    def lease(cls) -> timedelta:
        """How long a worker may hold the job without a heartbeat: a little beyond its hard limit."""
        return cls.TIME_LIMIT + timedelta(seconds=5)

    def work(self) -> None:
        """Does the work: calls one service, which ends with `settle`. May raise RetryLater."""
        raise NotImplementedError

    def buried(self) -> None:
        """Called in the transaction that makes the job dead; wipes what must not outlive it."""

    # --- handing over

    def enqueue(self) -> Self:
        """Hands the job to Celery once the present transaction has committed."""
        transaction.on_commit(self.send, robust=True)
        return self

    def send(self) -> bool:
        """Tells a worker about the job now; False when the broker is down: the sweeper's business."""
        try:
            app.send_task(
                "facturamos.jobs.run",
                args=[self._meta.label_lower, str(self.pk)],
                time_limit=int(self.TIME_LIMIT.total_seconds()),
                retry=False,
                ignore_result=True,
            )
        except Exception as error:  # kombu, redis and socket errors alike: the row is safe
            logger.warning("The broker does not answer (%s); the sweeper will.", type(error).__name__)
            return False
        type(self).objects.filter(pk=self.pk, state=self.State.QUEUED).update(sent_at=timezone.now())
        return True

    # --- running

    def _held(self) -> models.QuerySet[Self]:
        """The row, if this worker still holds it."""
        return cast(
            "models.QuerySet[Self]",
            type(self).objects.filter(pk=self.pk, state=self.State.RUNNING, attempt=self.attempt),
        )

    def heartbeat(self) -> None:
        """Long work calls this in its loop. Raises LeaseLost when another worker took over."""
        if not self._held().update(lease_until=timezone.now() + self.lease()):
            raise LeaseLost

    @contextmanager
    def settle(self) -> Iterator[None]:
        """One transaction that ends the job and writes its outcome, or neither. Raises LeaseLost."""
        with transaction.atomic():
            now = timezone.now()
            if not self._held().update(state=self.State.DONE, finished_at=now, lease_until=None):
                raise LeaseLost
            self.state, self.finished_at = self.State.DONE, now
            yield

    def postpone(self, delay: timedelta) -> None:
        """Back to the queue, to run again after `delay`."""
        self._held().update(state=self.State.QUEUED, run_after=timezone.now() + delay, lease_until=None)

    def crash(self, error: str) -> None:
        """Counts a crash: back to the queue, a little later each time, or dead."""
        with transaction.atomic():
            dead = self.crashes + 1 >= MAX_CRASHES
            held = self._held().update(
                state=self.State.DEAD if dead else self.State.QUEUED,
                crashes=F("crashes") + 1,
                last_error=error[:200],
                lease_until=None,
                run_after=timezone.now() + timedelta(seconds=5 * self.crashes),
                finished_at=timezone.now() if dead else None,
            )
            if held and dead:
                self.buried()

    def revive(self) -> None:
        """Runs a dead job again, with its crashes forgotten."""
        revived = type(self).objects.filter(pk=self.pk, state=self.State.DEAD)
        if revived.update(
            state=self.State.QUEUED,
            crashes=0,
            run_after=timezone.now(),
            sent_at=None,
            finished_at=None,
        ):
            self.enqueue()


def kinds() -> list[type[Job]]:
    """Every concrete kind of job in the project."""
    return [model for model in apps.get_models() if issubclass(model, Job)]


@shared_task(name="facturamos.jobs.run")
def run(label: str, pk: str) -> None:
    """Claims one job and does its work; a job that is taken, done or deleted is left alone."""
    model = cast("type[Job]", apps.get_model(label))
    job = model.objects.claim(pk)
    if job is None:
        return
    with pghistory.context(source=label, job=pk):
        perform(job)


def perform(job: Job) -> None:
    """Does a claimed job's work, and takes note of how it failed."""
    try:
        job.work()
    except RetryLater as later:
        job.postpone(later.delay)
    except LeaseLost:
        logger.warning("%s %s was taken over by another worker.", job._meta.label_lower, job.pk)
    except Exception as error:
        # The class alone: a message may quote what must not be stored.
        logger.exception("%s %s crashed.", job._meta.label_lower, job.pk)
        job.crash(type(error).__name__)


@shared_task(name="facturamos.jobs.sweep")
def sweep() -> None:
    """Queues again what was abandoned or never handed over. Beat calls it every ten seconds."""
    for kind in kinds():
        for job in kind.objects.abandoned()[:SWEEP_BATCH]:
            with pghistory.context(source="sweeper", job=str(job.pk)):
                job.crash("el proceso se detuvo")
        for job in kind.objects.overdue().order_by("run_after")[:SWEEP_BATCH]:
            job.send()
