"""Rows of work in admin: support sees what became of each, and runs a dead one again."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.http import HttpRequest

from facturamos.jobs import Job
from facturamos.object_actions import ActingAdmin, ObjectAction
from facturamos.scoping import VIEW


class RunAgain(ObjectAction):
    """Revives a dead job."""

    slug = "ejecutar-otra-vez"
    label = "Ejecutar otra vez"
    explanation = "El trabajo vuelve a la cola y se ejecuta en unos segundos."

    def possible(self, row: Job) -> bool:
        return row.state == Job.State.DEAD

    def act(self, request: HttpRequest, row: Job, data: dict[str, Any]) -> str:
        row.revive()
        return "El trabajo está otra vez en la cola."


class JobAdmin(ActingAdmin):
    """The base for every kind of job: read-only, newest first, dead ones can be run again."""

    support_may: ClassVar[Collection[str]] = (VIEW,)
    object_actions: ClassVar[tuple[type[ObjectAction], ...]] = (RunAgain,)
    list_display: tuple[str, ...] = (
        "state",
        "created_at",
        "finished_at",
        "attempt",
        "crashes",
        "last_error",
    )
    list_filter: ClassVar[tuple[str, ...]] = ("state", "created_at")
