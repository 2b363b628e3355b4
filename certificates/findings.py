"""What «Estado» says of the SAT (its list, its authorities, the CSDs of others), and of letters."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from certificates.authorities import trust
from certificates.authorities.end import end_warning
from certificates.lco.services import LCO_IMPORT, LCO_REFUSED, LIST_IS_OLD
from certificates.letter.pacs.interface import FOR_SUPPORT
from certificates.models import Csd, SatList
from companies.models import ManifestLetter
from facturamos.marks import is_old
from facturamos.prose import ago, day
from facturamos.status.models import SignOfLife
from facturamos.status.report import Level, StatusFinding, bad_if, subject


@subject("sat", "SAT")
def sat_findings() -> Iterator[StatusFinding]:
    """How old the list is, who waits for support, and when the last authority ends."""
    now = timezone.now()
    read, wanted, remedy = _list_read()
    late = (
        SignOfLife.objects.seen(LCO_REFUSED) is not None if read is None else is_old(read, now, LIST_IS_OLD)
    )
    yield StatusFinding(
        "sat.lco_age_seconds",
        "Lista del SAT (LCO)",
        f"Nunca se ha importado{wanted}"
        if read is None
        else f"Importada{wanted} el {day(read)}, {ago(read, now)}",
        Level.BAD if late else Level.GOOD,
        remedy,
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
    ended = Csd.objects.ended_by_the_sat().count()
    yield StatusFinding(
        "sat.csds_ended",
        "CSD en uso que el SAT terminó",
        str(ended),
        # Where support has an address, it had a mail of each.
        bad_if(ended and not settings.SUPPORT["email"], Level.WARNING),
        "Están en el tablero, en «Con problema en sellos». Con SUPPORT_EMAIL, Asistencia lo sabe por correo.",
        ended,
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


def _list_read() -> tuple[datetime | None, str, str]:
    """When the list was last read; where the site reads it itself, the whole of it: a part hides nothing."""
    if not settings.LCO_URL:
        read = SignOfLife.objects.seen(LCO_IMPORT)
        return read, "", "Ponga LCO_URL, o descargue la del día y ejecute «manage.py import_lco»."
    last = SatList.objects.whole().first()
    remedy = "El registro dice por qué («lco: …»). O descargue la del día: «manage.py import_lco --completa»."
    return last.read_at if last else None, " completa", remedy


@subject("letters", "Carta Manifiesto")
def letter_findings() -> Iterator[StatusFinding]:
    """Those that say to their issuer that support looks at them."""
    doubtful = ManifestLetter.objects.filter(is_doubtful=True, verified_at=None).count()
    yield StatusFinding(
        "letters.doubtful",
        "Cartas que no se sabe si llegaron al PAC",
        str(doubtful),
        bad_if(doubtful, Level.WARNING),
        "Pregunte al PAC si las tiene: márquelas como comprobadas en «Cartas manifiesto», o envíelas otra "
        "vez en «Envíos de la Carta Manifiesto».",
        doubtful,
    )
    refused = ManifestLetter.objects.filter(rejected_at__isnull=False, next_action__in=FOR_SUPPORT).count()
    yield StatusFinding(
        "letters.refused_for_our_sake",
        "Cartas que el PAC rechazó por algo nuestro",
        str(refused),
        bad_if(refused, Level.WARNING),
        "Lea lo que dijo el PAC en «Envíos de la Carta Manifiesto» y corrija la cuenta o los datos del PAC; "
        "después el emisor firma otra vez.",
        refused,
    )
