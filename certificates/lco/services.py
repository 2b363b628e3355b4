"""What the SAT's list (LCO) says of the CSDs in our keeping."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from certificates.lco.reading import LcoUnreadable, entries
from certificates.models import Csd
from certificates.models.csd import NEWS_FOR
from certificates.services import CSD_USABLE, untold
from facturamos.status.models import SignOfLife
from mailing import notices

# When a list was last read, «Estado» asks.
LCO_IMPORT = "lco"
# Certificates named in one statement.
BATCH = 5_000

_WHY = {
    "damaged": "está incompleto o dañado; descárguelo otra vez.",
    "layers": "está empaquetado demasiadas veces.",
    "xml": "no es un XML completo y correcto; descárguelo otra vez.",
    "foreign": "no es una LCO del SAT.",
    "entry": "tiene un certificado sin número o sin estado.",
}


class ListRefused(Exception):
    """A file that cannot be used, with the sentence that says so. Nothing was changed."""


@dataclass(frozen=True)
class Imported:
    """How many certificates the files list, how many are ours, and how many of ours changed, by status."""

    listed: int
    ours: int
    changed: Counter[str]
    # Ours with a status that we do not know; they stay as they were.
    unknown: int


def import_files(paths: Iterable[Path], now: datetime) -> Imported:
    """Reads every file to its end, and only then changes our rows, at once. Raises ListRefused.

    A certificate that no file names is left alone: the SAT parts its list into several files. Memory holds
    the numbers of our own CSDs, and never the list.
    """
    ours = set(Csd.objects.stored().exclude(number="").values_list("number", flat=True))
    found: dict[str, str] = {}
    listed = 0
    for path in paths:
        listed += _read(path, ours, found)
    by_status: dict[str, list[str]] = {}
    for number, status in found.items():
        by_status.setdefault(status, []).append(number)
    unknown = sum(len(by_status.pop(status)) for status in set(by_status) - set(Csd.SatStatus.values))
    with transaction.atomic():
        SignOfLife.objects.note(LCO_IMPORT)
        changed = Counter({status: _note(status, its, now) for status, its in by_status.items()})
    return Imported(listed, len(found), changed, unknown)


def _read(path: Path, ours: set[str], found: dict[str, str]) -> int:
    """Notes what one file says of ours; returns how many certificates it lists."""
    listed = 0
    try:
        with path.open("rb") as file:
            for entry in entries(file):
                listed += 1
                if entry.number in ours:
                    found[entry.number] = entry.status
    except LcoUnreadable as error:
        raise ListRefused(f"«{path.name}» {_WHY[error.code]}") from None
    except OSError as error:
        raise ListRefused(f"No se puede leer «{path.name}»: {error.strerror}.") from None
    return listed


def _note(status: str, numbers: list[str], now: datetime) -> int:
    """Writes one status to those of ours that have another; returns how many."""
    changes: dict[str, str | Coalesce] = {"sat_status": status}
    stale = ~Q(sat_status=status)
    if status == Csd.SatStatus.ACTIVE:
        changes |= {"usable_since": Coalesce(F("usable_since"), now)}
        stale |= Q(usable_since=None)
    return sum(_note_some(some, stale, changes, now) for some in batched(numbers, BATCH))


def _note_some(numbers: tuple[str, ...], stale: Q, changes: dict[str, str | Coalesce], now: datetime) -> int:
    changed = Csd.objects.stored().filter(stale, number__in=numbers).update(**changes)
    if changed and "usable_since" in changes:
        # This very moment is in the rows that have just learned it, and in no others.
        news = Csd.objects.active().filter(number__in=numbers, usable_since=now)
        notices.tell_all(CSD_USABLE, untold(news.filter(activated_at__gt=now - NEWS_FOR)))
    return changed
