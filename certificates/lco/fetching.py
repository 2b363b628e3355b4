"""The SAT's list (LCO) of the day, fetched by the site itself from where the SAT publishes it.

`LCO_URL` names the container: a folder over HTTPS that tells what is in it (Azure's «List Blobs»), with files
`LCO_2026-11-29_1.XML.gz`, `…_2.XML.gz` …. One host, no redirects, so many bytes and seconds at most.
"""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from certificates.lco.services import Imported, ListRefused, import_files
from certificates.models import SatList
from facturamos import https
from facturamos.https import HttpsAnswer, HttpsFailed, HttpsLimits, HttpsRequest, StandIn

# The SAT's own are about ten files of some ten megabytes each.
MAX_FILES = 40
TELLING = HttpsLimits(total=60, body=4 * 1024**2)
FILE = HttpsLimits(total=600, body=300 * 1024**2)

_WHY = {
    "no_answer": "no contesta, o se cortó a la mitad",
    "untrusted": "no prueba ser quien dice (certificado TLS)",
    "not_http": "contesta algo que no es HTTP",
    "too_much": "manda más de lo que se acepta",
}


def fetch(now: datetime, *, stand_in: StandIn | None = None) -> Imported | None:
    """Imports the list of today, or yesterday's while there is none; None where that one is read already.

    Raises ListRefused, and nothing was changed.
    """
    today = timezone.localdate(now)
    for day in (today, today - timedelta(days=1)):
        if SatList.objects.filter(day=day).exists():
            return None
        if names := _names(day, stand_in):
            return _import(day, names, now, stand_in)
    raise ListRefused(f"En LCO_URL no hay lista del {today:%Y-%m-%d} ni del día anterior.")


def _import(day: date, names: list[str], now: datetime, stand_in: StandIn | None) -> Imported | None:
    with TemporaryDirectory(prefix="lco-") as folder:
        paths = [_download(name, Path(folder), stand_in) for name in names]
        # One that is all from the first on may have got its last file meanwhile.
        if _names(day, stand_in) != names:
            raise ListRefused(f"La lista del {day:%Y-%m-%d} todavía se está publicando.")
        try:
            return import_files(paths, now, whole=True, day=day)
        except IntegrityError:
            if SatList.objects.filter(day=day).exists():
                return None  # another process has read it meanwhile
            raise


def _names(day: date, stand_in: StandIn | None) -> list[str]:
    """The files of a day, in their order: all from the first on, or the SAT is still writing them."""
    prefix = f"LCO_{day:%Y-%m-%d}"
    answer = _ask(f"?restype=container&comp=list&prefix={prefix}", TELLING, stand_in)
    found = re.findall(rf"<Name>{prefix}_(\d{{1,2}})\.XML\.gz</Name>", answer.content.decode("latin-1"))
    numbers = sorted({int(number) for number in found})
    if numbers != list(range(1, len(numbers) + 1)) or len(numbers) > MAX_FILES:
        raise ListRefused(f"A la lista del {day:%Y-%m-%d} le faltan archivos, o trae demasiados.")
    return [f"{prefix}_{number}.XML.gz" for number in numbers]


def _download(name: str, folder: Path, stand_in: StandIn | None) -> Path:
    path = folder / name
    with path.open("wb") as file:
        _ask(f"/{name}", FILE, stand_in, file)
    return path


def _ask(
    rest: str, limits: HttpsLimits, stand_in: StandIn | None, into: BinaryIO | None = None
) -> HttpsAnswer:
    where = urlsplit(settings.LCO_URL)
    request = HttpsRequest(where.hostname or "", where.path.rstrip("/") + rest, port=where.port or https.PORT)
    try:
        answer = https.ask(request, stand_in=stand_in, limits=limits, into=into)
    except HttpsFailed as failure:
        raise ListRefused(f"{where.hostname} {_WHY[failure.code]}.") from failure
    if answer.status != 200:
        raise ListRefused(f"{where.hostname} contesta {answer.status}.")
    return answer
