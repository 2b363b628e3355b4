"""The SAT's list (LCO) of the day, fetched by the site itself from where the SAT publishes it.

`LCO_URL` names the container: a folder over HTTPS that tells what is in it (Azure's «List Blobs»), with files
`LCO_2026-11-29_1.XML.gz`, `…_2.XML.gz` …. One host, no redirects, so many bytes and seconds at most. Each
file is gone before the next comes: where `/tmp` is memory, it is the container's.

What is in the folder is asked for each hour, a file only when it is another than the one that was read: the
SAT may mend a list on its own day.
"""

import hashlib
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from certificates.lco.services import AlreadyRead, Imported, ListRefused, ListUnusable, import_files
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
# Before the edition of a list that will not do: it is not downloaded again.
LCO_UNUSABLE = "lco-inservible:"
# What a container says of a file that tells it from another of its name: the best first. A sum stays the
# same where the SAT writes the same file again.
_MARKS = ("Content-MD5", "Etag", "Last-Modified", "Content-Length")

_WHY = {
    "no_answer": "no contesta, o se cortó a la mitad",
    "untrusted": "no prueba ser quien dice (certificado TLS)",
    "not_http": "contesta algo que no es HTTP",
    "too_much": "manda más de lo que se acepta",
}


class Edition(NamedTuple):
    """The files of a day, in their order, and a digest of what the container says of them."""

    names: tuple[str, ...]
    digest: str


def fetch(now: datetime, *, stand_in: StandIn | None = None) -> Imported | None:
    """Imports the list of today, or yesterday's while there is none; None where that edition is read already,
    or was read and will not do.

    Raises ListRefused, and nothing was changed.
    """
    _forget_old_folders()
    today = timezone.localdate(now)
    for day in (today, today - timedelta(days=1)):
        if edition := _edition(day, stand_in):
            known = SatList.objects.is_read(day, edition.digest) or _is_unusable(edition)
            return None if known else _import(day, edition, now, stand_in)
        if SatList.objects.filter(day=day).exists():
            return None  # taken away since; an older one would undo it
    raise ListRefused(f"En LCO_URL no hay lista del {today:%Y-%m-%d} ni del día anterior.")


def _import(day: date, edition: Edition, now: datetime, stand_in: StandIn | None) -> Imported | None:
    with TemporaryDirectory(prefix=FOLDERS) as folder:
        paths = _one_by_one(day, edition, Path(folder), stand_in)
        try:
            return import_files(paths, now, whole=True, day=day, edition=edition.digest)
        except AlreadyRead:
            return None
        except ListUnusable:
            _note_unusable(edition)
            raise


def _one_by_one(day: date, edition: Edition, folder: Path, stand_in: StandIn | None) -> Iterator[Path]:
    left = ALL_BYTES
    for name in edition.names:
        path = _download(name, folder, replace(FILE, body=min(FILE.body, left)), stand_in)
        left -= path.stat().st_size
        yield path
        path.unlink()
    # One that is all from the first on may have got its last file meanwhile, or others in their place.
    if _edition(day, stand_in) != edition:
        raise ListRefused(f"La lista del {day:%Y-%m-%d} todavía se está publicando.")


def _is_unusable(edition: Edition) -> bool:
    return SignOfLife.objects.seen(LCO_UNUSABLE + edition.digest) is not None


def _note_unusable(edition: Edition) -> None:
    """The last one alone: those before it are not there any more."""
    SignOfLife.objects.filter(name__startswith=LCO_UNUSABLE).delete()
    SignOfLife.objects.note(LCO_UNUSABLE + edition.digest)


def _forget_old_folders() -> None:
    """Those of processes that were killed; one at work is younger than that."""
    before = time.time() - 2 * TIME_LIMIT.total_seconds()
    for folder in Path(gettempdir()).glob(f"{FOLDERS}*"):
        with suppress(OSError):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder)


def _edition(day: date, stand_in: StandIn | None) -> Edition | None:
    """The files of a day, None where there are none; all from the first on, or the SAT still writes them."""
    prefix = f"LCO_{day:%Y-%m-%d}"
    answer = _ask(f"?restype=container&comp=list&prefix={prefix}", TELLING, stand_in)
    name = rf"<Name>{prefix}_(\d{{1,2}})\.XML\.gz</Name>"
    found = re.findall(f"{name}(.*?)(?=<Name>|$)", answer.content.decode("latin-1"), re.DOTALL)
    marks = {int(number): _mark(said) for number, said in found}
    if sorted(marks) != list(range(1, len(marks) + 1)) or len(marks) > MAX_FILES:
        raise ListRefused(f"A la lista del {day:%Y-%m-%d} le faltan archivos, o trae demasiados.")
    told = [(f"{prefix}_{number}.XML.gz", mark) for number, mark in sorted(marks.items())]
    digest = hashlib.sha256("\n".join(f"{name} {mark}" for name, mark in told).encode()).hexdigest()
    return Edition(tuple(name for name, _ in told), digest) if told else None


def _mark(said: str) -> str:
    """What tells a file from another of its name; where the container says nothing, its name alone does."""
    found = (re.search(rf"<{tag}>([^<]+)</{tag}>", said, re.IGNORECASE) for tag in _MARKS)
    return next((each[1] for each in found if each), "")


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
