"""The project package: settings, secrets at rest, work in the background, the local servers."""

from facturamos.celery import app as celery_app

__all__ = ["celery_app"]
