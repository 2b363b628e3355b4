"""What the SAT's list (LCO) says of the CSDs in our keeping."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched
from pathlib import Path

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce

from certificates.lco import news
from certificates.lco.reading import LcoUnreadable, entries
from certificates.models import Csd, SatList
from facturamos.locks import lock_name
from facturamos.status.models import SignOfLife

# When a list or a part of one was last read, and when one that was fetched could not be: «Estado» asks.
LCO_IMPORT, LCO_REFUSED = "lco", "lco-no"
# The SAT publishes one every day; older than this, pages say of CSDs what is no longer so.
LIST_IS_OLD = timedelta(days=7)
# Certificates named in one statement.
BATCH = 5_000
# What a list itself can say of a certificate.
_LISTED = {"A", "R", "C"}
# The SAT's list grows; one that is this much shorter than the last was cut.
SHRINKS_TO = 0.9

_WHY = {
    "damaged": "está incompleto o dañado; descárguelo otra vez.",
    "layers": "está empaquetado demasiadas veces.",
    "xml": "no es un XML completo y correcto; descárguelo otra vez.",
    "foreign": "no es una LCO del SAT.",
    "entry": "tiene un certificado sin número o sin estado.",
}


class ListRefused(Exception):
    """A file that cannot be used, with the sentence that says so. Nothing was changed."""


class ListUnusable(ListRefused):
    """One that will not do however often it is read again."""


class AlreadyRead(Exception):
    """Another process was faster. Nothing was changed."""


@dataclass(frozen=True)
class Imported:
    """How many certificates the files list, how many are ours, and how many of ours changed, by status."""

    listed: int
    ours: int
    changed: Counter[str]
    # Ours with a status that we do not know; they stay as they were.
    unknown: int


def import_files(
    paths: Iterable[Path],
    now: datetime,
    *,
    whole: bool = False,
    even_if_shorter: bool = False,
    day: date | None = None,
    edition: str = "",
) -> Imported:
    """Reads every file to its end, and only then changes our rows, at once. Raises ListRefused, and
    AlreadyRead where somebody else has read this edition of the day meanwhile.

    Each path is asked for when the one before has been read, so that they need not lie there all at once.

    Where the files are not all of a day (`whole`), a certificate that none names is left alone: the SAT parts
    its list into several. Memory holds the numbers of our own CSDs, and never the list.
    """
    ours = set(Csd.objects.stored().exclude(number="").values_list("number", flat=True))
    found: dict[str, str] = {}
    listed = 0
    for path in paths:
        listed += _read(path, ours, found)
    if whole and not listed:
        raise ListUnusable("La lista no trae ningún certificado.")
    if whole and not even_if_shorter:
        _hold_against_the_last(listed)
    by_status: dict[str, list[str]] = {}
    for number, status in found.items():
        by_status.setdefault(status, []).append(number)
    unknown = sum(len(by_status.pop(status)) for status in set(by_status) - _LISTED)
    with transaction.atomic():
        lock_name("lco")  # readings follow each other
        if day and SatList.objects.is_read(day, edition):
            raise AlreadyRead
        SignOfLife.objects.note(LCO_IMPORT)
        reading = SatList.objects.create(
            day=day, edition=edition, read_at=now, is_whole=whole, listed=listed, ours=len(found)
        )
        changed = Counter({status: _note(status, its, reading) for status, its in by_status.items()})
        if whole:
            changed[Csd.SatStatus.GONE] = _note_gone(found.keys(), reading)
        reading.activated = changed[Csd.SatStatus.ACTIVE]
        reading.ended = changed.total() - reading.activated
        reading.save(update_fields=["activated", "ended"])
        if changed.total():
            news.tell(reading)
    return Imported(listed, len(found), changed, unknown)


def _hold_against_the_last(listed: int) -> None:
    """Half a list would end half of our companies. Raises ListUnusable."""
    last = SatList.objects.whole().first()
    if last is not None and listed < SHRINKS_TO * last.listed:
        raise ListUnusable(
            f"La lista trae {listed} certificados y la anterior {last.listed}: parece incompleta. "
            "Si de verdad es así, impórtela a mano con «--completa --aunque-sea-menor»."
        )


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
        raise ListUnusable(f"«{path.name}» {_WHY[error.code]}") from None
    except OSError as error:
        raise ListRefused(f"No se puede leer «{path.name}»: {error.strerror}.") from None
    return listed


def _note(status: str, numbers: Collection[str], reading: SatList) -> int:
    """Writes one status to those of ours that have another; returns how many."""
    stale = ~Q(sat_status=status)
    changes: dict[str, object] = {"sat_status": status, "sat_before": F("sat_status"), "sat_list": reading}
    if status == Csd.SatStatus.ACTIVE:
        stale |= Q(usable_since=None)
        changes["usable_since"] = Coalesce(F("usable_since"), reading.read_at)
    else:
        # That it ended was told: in which way is written, and is no news.
        ended = When(sat_status__in=Csd.ENDED, then=F("sat_list"))
        before = When(sat_status__in=Csd.ENDED, then=F("sat_before"))
        changes["sat_list"] = Case(ended, default=reading.pk)
        changes["sat_before"] = Case(before, default=F("sat_status"))
    rows = Csd.objects.stored().filter(stale)
    return sum(rows.filter(number__in=some).update(**changes) for some in batched(numbers, BATCH))


def _note_gone(named: Iterable[str], reading: SatList) -> int:
    """Those that an earlier list named and this one does not. What no list has named yet may be new."""
    before = Csd.objects.stored().filter(sat_status=Csd.SatStatus.ACTIVE)
    gone = set(before.values_list("number", flat=True)) - set(named)
    return _note(Csd.SatStatus.GONE, gone, reading)
