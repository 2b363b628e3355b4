"""Whether what beat calls by the clock, at night above all, still ends well."""

from datetime import datetime, timedelta

from facturamos.marks import is_old
from facturamos.prose import ago, listed
from facturamos.schedule import WATCHED
from facturamos.status.models import SignOfLife
from facturamos.status.report import StatusFinding, bad_if

# A night that failed is made good by the next one.
MAY_FAIL_FOR = timedelta(days=2)


def good_ends(now: datetime) -> StatusFinding:
    """Names the tasks whose last good end is long ago; not one that beat has yet to begin with."""
    names = [SignOfLife.GOOD_END + task for task in WATCHED]
    signs = SignOfLife.objects.filter(name__in=names).order_by("name")
    late = [sign for sign in signs if is_old(sign.at, now, MAY_FAIL_FOR)]
    said = listed(f"{sign.name.removeprefix(SignOfLife.GOOD_END)}, {ago(sign.at, now)}" for sign in late)
    return StatusFinding(
        "processes.tasks_late",
        "Tareas de la noche y de cada hora",
        f"Terminaron bien por última vez: {said}" if late else "Terminan bien",
        bad_if(late),
        "La bitácora de los trabajadores dice por qué fallan (nivel ERROR); lo que debían borrar sigue ahí.",
        len(late),
    )
