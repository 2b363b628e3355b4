"""Celery's way in: doing one job, and the sweeper that hands over again what nobody holds."""

import logging
import time
from contextlib import suppress

import pghistory
from celery import Task, shared_task
from celery.signals import task_postrun, task_success
from django.apps import apps
from django.db import DatabaseError

from facturamos import orphans
from facturamos.jobs import sweeper
from facturamos.jobs.handlers import handler_of
from facturamos.jobs.lanes import HURRIED
from facturamos.jobs.models import Job, LeaseLost, RetryLater
from facturamos.outages import is_waited_for
from facturamos.schedule import WATCHED
from facturamos.status import ring_values
from facturamos.status.models import SignOfLife

logger = logging.getLogger(__name__)

SIGN_EVERY_SECONDS = 15.0
# Within the time limit of any job.
NOTE_AGAIN_AFTER_SECONDS = (0.5, 1.0, 2.0)


@shared_task(name="facturamos.jobs.run")
def run(label: str, pk: str) -> None:
    """Claims one job and does its work; a job that is taken, done or deleted is left alone."""
    kind = apps.get_model(label)
    if not issubclass(kind, Job):
        raise TypeError(f"{label} is no kind of job.")
    if kind.objects.step_aside(pk):
        return
    job = kind.objects.claim(pk)
    if job is None:
        return
    with pghistory.context(source=label, job=pk):
        perform(job)


def perform(job: Job) -> None:
    """Does a claimed job's work, and takes note of how it failed."""
    try:
        handler_of(type(job))(job)
    except RetryLater as later:
        job.postpone(later.delay)
    except LeaseLost:
        logger.warning("%s %s was taken over by another worker.", job._meta.label_lower, job.pk)
    except Exception as error:
        # The class alone: a message may quote what must not be stored.
        told = type(error).__name__
        if is_waited_for(error):
            logger.exception("%s %s waits.", job._meta.label_lower, job.pk)
            _wait_for_us(job, told)
        else:
            logger.exception("%s %s crashed.", job._meta.label_lower, job.pk)
            job.crash(told)


def _wait_for_us(job: Job, told: str) -> None:
    """Tries for a while: what is at fault may be the database that this is written in.

    A longer fault the sweeper tells from a crash by its own silence meanwhile.
    """
    for pause in NOTE_AGAIN_AFTER_SECONDS:
        try:
            job.wait_for_us(told)
        except DatabaseError:
            time.sleep(pause)
        else:
            return
    job.wait_for_us(told)


_noted_at = 0.0


@task_postrun.connect
def note_worker(task: Task[..., object], **_signal: object) -> None:
    """What a worker does is its sign of life; one now and then is enough."""
    global _noted_at
    if time.monotonic() - _noted_at < SIGN_EVERY_SECONDS:
        return
    _noted_at = time.monotonic()
    with suppress(DatabaseError):
        SignOfLife.objects.note(f"{SignOfLife.WORKER}{task.request.hostname}")


@task_success.connect
def note_good_end(sender: Task[..., object], **_signal: object) -> None:
    """What beat calls by the clock and fails each time is told by the age of its last good end."""
    if sender.name in WATCHED:
        with suppress(DatabaseError):
            SignOfLife.objects.note(f"{SignOfLife.GOOD_END}{sender.name}")


@shared_task(name="facturamos.jobs.sweep")
def sweep() -> None:
    """Queues again what was abandoned or never handed over. Beat calls it every few seconds."""
    age = SignOfLife.objects.age(SignOfLife.SWEEP)
    if age is not None and age > sweeper.SILENCE:
        SignOfLife.objects.note(SignOfLife.SILENCE)
    SignOfLife.objects.note(SignOfLife.SWEEP)
    sweeper.sweep()


@shared_task(name="facturamos.jobs.hurry")
def hurry() -> None:
    """The same for what somebody waits for at a page, by the workers of those lanes themselves."""
    sweeper.fill(HURRIED)


@shared_task(name="facturamos.tidy_media")
def tidy_media() -> None:
    """Removes files that no row names. Beat calls it once a day."""
    orphans.tidy()


@shared_task(name="facturamos.count_encrypted", time_limit=1800)
def count_encrypted() -> None:
    """Counts the encrypted values of each key. Beat calls it every hour."""
    ring_values.count()
