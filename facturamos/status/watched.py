"""Whether what beat calls by the clock, at night above all, still ends well."""

from datetime import datetime, timedelta

from facturamos.marks import is_old
from facturamos.prose import ago, listed
from facturamos.schedule import WATCHED
from facturamos.status.models import SignOfLife
from facturamos.status.report import StatusFinding, bad_if

# One that failed is called again each hour.
MAY_FAIL_FOR = timedelta(days=2)


def good_ends(now: datetime) -> StatusFinding:
    """Names the tasks whose last good end is long ago; not one that beat has yet to begin with."""
    ends = SignOfLife.objects.of_tasks(SignOfLife.GOOD_END)
    late = [
        (task, at) for task, at in sorted(ends.items()) if task in WATCHED and is_old(at, now, MAY_FAIL_FOR)
    ]
    said = listed(f"{task}, {ago(at, now)}" for task, at in late)
    return StatusFinding(
        "processes.tasks_late",
        "Tareas de la noche y de cada hora",
        f"Terminaron bien por última vez: {said}" if late else "Terminan bien",
        bad_if(late),
        "La bitácora de los trabajadores dice por qué fallan (nivel ERROR); lo que debían borrar sigue ahí.",
        len(late),
    )
