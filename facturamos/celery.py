"""The Celery application; its settings are Django's, prefixed with CELERY_."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facturamos.settings")

app = Celery("facturamos")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["facturamos"], related_name="jobs")
app.autodiscover_tasks()
