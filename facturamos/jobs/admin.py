"""Rows of work in admin: support sees what became of each, and runs a dead one again."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest

from facturamos.admin.actions import ActionAdmin, Confirmation, ConfirmedAction
from facturamos.admin.scoping import VIEW
from facturamos.jobs.models import Job


class RunAgain(ConfirmedAction[Job]):
    """Gives a dead job all its tries again."""

    slug = "ejecutar-otra-vez"
    label = "Ejecutar otra vez"
    explanation = "El trabajo vuelve a la cola y se ejecuta en unos segundos."

    def possible(self, row: Job) -> bool:
        return row.state == Job.State.DEAD

    def act(self, request: HttpRequest, row: Job, form: Confirmation) -> str:
        row.retry()
        return "El trabajo está otra vez en la cola."


class JobAdmin[J: Job](ActionAdmin[J]):
    """The base for every kind of job: read-only, newest first, dead ones can be run again."""

    support_may: ClassVar[Collection[str]] = (VIEW,)
    confirmed_actions: ClassVar[Sequence[type[ConfirmedAction[Any]]]] = (RunAgain,)
    list_display: tuple[str, ...] = (
        "state",
        "created_at",
        "finished_at",
        "attempt",
        "crashes",
        "last_error",
    )
    list_filter: ClassVar[tuple[str, ...]] = ("state", "created_at")
