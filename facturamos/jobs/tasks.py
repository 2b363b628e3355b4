"""Celery's way in: doing one job, and the sweeper that hands over again what nobody holds."""

import logging

import pghistory
from celery import shared_task
from django.apps import apps

from facturamos.jobs import sweeper
from facturamos.jobs.handlers import handler_of
from facturamos.jobs.models import Job, LeaseLost, RetryLater

logger = logging.getLogger(__name__)


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
        logger.exception("%s %s crashed.", job._meta.label_lower, job.pk)
        job.crash(type(error).__name__)


@shared_task(name="facturamos.jobs.sweep")
def sweep() -> None:
    """Queues again what was abandoned or never handed over. Beat calls it every few seconds."""
    sweeper.sweep()
