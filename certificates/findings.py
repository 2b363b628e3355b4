"""What «Estado» says of the SAT: its list, the authorities that we know, and the CSDs of others."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from certificates.authorities import trust
from certificates.authorities.end import end_warning
from certificates.lco.services import LCO_IMPORT
from certificates.models import Csd
from facturamos.prose import ago, day
from facturamos.status.models import SignOfLife
from facturamos.status.report import Level, StatusFinding, bad_if, subject

# The SAT publishes one every day; older than this, pages say of CSDs what is no longer so.
LIST_IS_OLD = timedelta(days=7)


@subject("sat", "SAT")
def sat_findings() -> Iterator[StatusFinding]:
    """How old the list is, who waits for support, and when the last authority ends."""
    now = timezone.now()
    read = SignOfLife.objects.seen(LCO_IMPORT)
    old = read is not None and now - read > LIST_IS_OLD
    yield StatusFinding(
        "sat.lco_age_seconds",
        "Lista del SAT (LCO)",
        "Nunca se ha importado" if read is None else f"Importada {ago(read, now)}",
        Level.BAD if old else Level.GOOD,
        "Ponga LCO_URL, o descargue la del día y ejecute «manage.py import_lco».",
        None if read is None else round((now - read).total_seconds()),
    )
    waiting = Csd.objects.under_review().count()
    yield StatusFinding(
        "sat.csds_under_review",
        "CSD de una autoridad que no conocemos",
        str(waiting),
        bad_if(waiting, Level.WARNING),
        "Vea su cadena en «CSD» y confírmelos, o agregue la autoridad: los emisores esperan.",
        waiting,
    )
    known = trust.authorities()
    warning, end = end_warning(known, now), known.last_end()
    yield StatusFinding(
        "sat.authority_end_timestamp",
        "La última autoridad que conocemos termina",
        f"El {day(end)}" if end else "No se sabe",
        Level.BAD if end and end < now else bad_if(warning, Level.WARNING),
        warning,
        end.timestamp() if end else None,
    )
