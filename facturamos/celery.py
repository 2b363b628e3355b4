"""The Celery application; its settings are Django's, prefixed with CELERY_."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, heartbeat_sent, task_prerun, worker_init
from django.db import close_old_connections
from kombu import Queue

from facturamos import heartbeat
from facturamos.checks import start
from facturamos.jobs.lanes import LANES, PEOPLE, WORK

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facturamos.settings")

# Ours are run below, and need no database; Celery would run all, and throw away what they say.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("facturamos")
app.config_from_object("django.conf:settings", namespace="CELERY")
# A worker without `--queues` serves every lane. Sweeps must not wait behind what they hand over.
app.conf.task_queues = [Queue(lane.queue, routing_key=lane.queue) for lane in LANES]
app.conf.task_default_queue = WORK.queue
app.conf.task_routes = {"facturamos.jobs.sweep": {"queue": PEOPLE.queue}}
app.autodiscover_tasks(["facturamos.jobs"])
app.autodiscover_tasks()


@worker_init.connect
def ask_no_other_worker(sender: Any, **_signal: object) -> None:
    """A worker begins without what others know: nothing of ours looks at their clocks or revoked tasks.

    Asking takes a second, and a connection of its own: a worker ended where the broker went away before that.
    """
    sender.options.update(without_mingle=True, without_gossip=True)


@worker_init.connect
@beat_init.connect
def prove_start(**_signal: object) -> None:
    """What cannot work does not begin to. What was imported is shared with the children from then on."""
    start.prove()
    # A collection that looks at it in a child would write to all of it.
    gc.collect()
    gc.freeze()


@heartbeat_sent.connect
def note_heartbeat(**_signal: object) -> None:
    """Every two seconds, from the loop that takes tasks out, and only while it has the broker."""
    heartbeat.note()


@task_prerun.connect
def let_go_of_old_connections(**_signal: object) -> None:
    """As Django does for each request: tasks share a connection (CELERY_DB_REUSE_MAX), if it is whole."""
    close_old_connections()
