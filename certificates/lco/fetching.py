"""The SAT's list (LCO) of the day, fetched by the site itself from where the SAT publishes it.

`LCO_URL` names the container: a folder over HTTPS that tells what is in it (Azure's «List Blobs»), with files
`LCO_2026-11-29_1.XML.gz`, `…_2.XML.gz` …. One host, no redirects, so many bytes and seconds at most. Each
file is gone before the next comes: where `/tmp` is memory, it is the container's.
"""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from certificates.lco.services import Imported, ListRefused, ListUnusable, import_files
from certificates.models import SatList
from facturamos import https
from facturamos.https import HttpsAnswer, HttpsFailed, HttpsLimits, HttpsRequest, StandIn
from facturamos.status.models import SignOfLife

# The SAT's own are about ten files of some ten megabytes each.
MAX_FILES = 40
TELLING = HttpsLimits(total=60, body=4 * 1024**2)
FILE = HttpsLimits(total=600, body=200 * 1024**2)
ALL_BYTES = 1024**3
# Reading all of them may take so long, and what is longer hangs.
TIME_LIMIT = timedelta(minutes=55)
FOLDERS = "facturamos-lco-"
# The day whose list will not do: it is not downloaded again.
LCO_UNUSABLE = "lco-inservible"

_WHY = {
    "no_answer": "no contesta, o se cortó a la mitad",
    "untrusted": "no prueba ser quien dice (certificado TLS)",
    "not_http": "contesta algo que no es HTTP",
    "too_much": "manda más de lo que se acepta",
}


def fetch(now: datetime, *, stand_in: StandIn | None = None) -> Imported | None:
    """Imports the list of today, or yesterday's while there is none; None where that one is read already, or
    was read and will not do.

    Raises ListRefused, and nothing was changed.
    """
    _forget_old_folders()
    today = timezone.localdate(now)
    for day in (today, today - timedelta(days=1)):
        if SatList.objects.filter(day=day).exists():
            return None
        if names := _names(day, stand_in):
            return None if _is_unusable(day) else _import(day, names, now, stand_in)
    raise ListRefused(f"En LCO_URL no hay lista del {today:%Y-%m-%d} ni del día anterior.")


def _import(day: date, names: list[str], now: datetime, stand_in: StandIn | None) -> Imported | None:
    with TemporaryDirectory(prefix=FOLDERS) as folder:
        try:
            return import_files(_one_by_one(day, names, Path(folder), stand_in), now, whole=True, day=day)
        except ListUnusable:
            SignOfLife.objects.note(LCO_UNUSABLE, _start(day))
            raise
        except IntegrityError:
            if SatList.objects.filter(day=day).exists():
                return None  # another process has read it meanwhile
            raise


def _one_by_one(day: date, names: list[str], folder: Path, stand_in: StandIn | None) -> Iterator[Path]:
    left = ALL_BYTES
    for name in names:
        path = _download(name, folder, replace(FILE, body=min(FILE.body, left)), stand_in)
        left -= path.stat().st_size
        yield path
        path.unlink()
    # One that is all from the first on may have got its last file meanwhile.
    if _names(day, stand_in) != names:
        raise ListRefused(f"La lista del {day:%Y-%m-%d} todavía se está publicando.")


def _is_unusable(day: date) -> bool:
    return SignOfLife.objects.seen(LCO_UNUSABLE) == _start(day)


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _forget_old_folders() -> None:
    """Those of processes that were killed; one at work is younger than that."""
    before = time.time() - 2 * TIME_LIMIT.total_seconds()
    for folder in Path(gettempdir()).glob(f"{FOLDERS}*"):
        with suppress(OSError):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder)


def _names(day: date, stand_in: StandIn | None) -> list[str]:
    """The files of a day, in their order: all from the first on, or the SAT is still writing them."""
    prefix = f"LCO_{day:%Y-%m-%d}"
    answer = _ask(f"?restype=container&comp=list&prefix={prefix}", TELLING, stand_in)
    found = re.findall(rf"<Name>{prefix}_(\d{{1,2}})\.XML\.gz</Name>", answer.content.decode("latin-1"))
    numbers = sorted({int(number) for number in found})
    if numbers != list(range(1, len(numbers) + 1)) or len(numbers) > MAX_FILES:
        raise ListRefused(f"A la lista del {day:%Y-%m-%d} le faltan archivos, o trae demasiados.")
    return [f"{prefix}_{number}.XML.gz" for number in numbers]


def _download(name: str, folder: Path, limits: HttpsLimits, stand_in: StandIn | None) -> Path:
    path = folder / name
    with path.open("wb") as file:
        _ask(f"/{name}", limits, stand_in, file)
    return path


def _ask(
    rest: str, limits: HttpsLimits, stand_in: StandIn | None, into: BinaryIO | None = None
) -> HttpsAnswer:
    where = urlsplit(settings.LCO_URL)
    request = HttpsRequest(where.hostname or "", where.path.rstrip("/") + rest, port=where.port or https.PORT)
    try:
        answer = https.ask(request, stand_in=stand_in, limits=limits, into=into)
    except HttpsFailed as failure:
        refused = ListUnusable if failure.code == "too_much" else ListRefused
        raise refused(f"{where.hostname} {_WHY[failure.code]}.") from failure
    if answer.status != 200:
        raise ListRefused(f"{where.hostname} contesta {answer.status}.")
    return answer
