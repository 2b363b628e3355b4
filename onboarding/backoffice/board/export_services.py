"""The life of a file of the board: asked for, written by a worker, fetched by whose it is, forgotten."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import batched, chain
from tempfile import TemporaryFile

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from companies.models import Distributor, User
from facturamos.garbage import looked_for_at_the_end
from facturamos.side_by_side import side_by_side
from onboarding.backoffice.board import export_file
from onboarding.backoffice.board.companies import Asked, every_move, rows, visible
from onboarding.backoffice.board.export_file import Line, as_csv, as_xlsx, packed, unpacked
from onboarding.backoffice.board.models import BoardExport, ExportPart

PART = 1024 * 1024
# Companies that are read at once: of more, memory grows by 10 MB a thousand, and nothing is gained.
CHUNK = 1000
# How many of one person's wait or run at a time; more find the oldest of them.
MOST_WAITING = 3


@transaction.atomic
def ask(user: User, kind: str, asked: Asked) -> BoardExport:
    """Asks for the board's companies as a file; a second click finds the first one's."""
    # The user's own row: so that of two clicks one comes second.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    waiting = BoardExport.objects.filter(
        created_by=user, state__in=(BoardExport.State.QUEUED, BoardExport.State.RUNNING)
    )
    same = waiting.filter(kind=kind, query=asked.query).first()
    if same or waiting.count() >= MOST_WAITING:
        return same or waiting.order_by("created_at")[0]
    return BoardExport.objects.create(created_by=user, kind=kind, query=asked.query).enqueue()


def write(job: BoardExport) -> None:
    """Writes the file, whatever its length, piece by piece."""
    user, asked = job.created_by, Asked.of(QueryDict(job.query))
    job.heartbeat(total=every_move(user, asked).order_by().count(), progress=0)
    job.progress = 0
    job.parts.all().delete()
    ids = every_move(user, asked).values_list("pk", flat=True)
    chunks = side_by_side(partial(_lines_of, user), [*batched(ids, CHUNK)])
    with closing(chunks):
        lines = chain.from_iterable(_counted(job, map(unpacked, chunks)))
        if job.kind == BoardExport.FileKind.CSV:
            _keep(job, _whole_parts(as_csv(lines)))
        else:
            _keep(job, _written(lines))
    with job.settle():
        BoardExport.objects.filter(pk=job.pk).update(total=job.progress)


def _lines_of(user: User, ids: Collection[int]) -> bytes:
    """Of those that the user may still see, packed; no row is held longer than this takes."""
    seen = set(visible(user, ids).values_list("pk", flat=True))
    with looked_for_at_the_end():
        return packed(export_file.lines(rows([pk for pk in ids if pk in seen])))


def _written(lines: Iterable[Line]) -> Iterator[bytes]:
    with TemporaryFile() as file:
        as_xlsx(lines, file)
        file.seek(0)
        yield from iter(lambda: file.read(PART), b"")


def _counted(job: BoardExport, chunks: Iterable[list[Line]]) -> Iterator[list[Line]]:
    """The same, telling after each chunk how far it is."""
    for chunk in chunks:
        yield chunk
        job.progress += len(chunk)
        job.heartbeat(progress=job.progress)


def _whole_parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Small pieces put together until they are worth a row."""
    part = bytearray()
    for piece in pieces:
        part += piece
        if len(part) >= PART:
            yield bytes(part)
            part.clear()
    yield bytes(part)


def _keep(job: BoardExport, parts: Iterable[bytes]) -> None:
    for number, content in enumerate(parts):
        job.heartbeat()
        ExportPart.objects.create(export=job, attempt=job.attempt, number=number, content=content)


def content(job: BoardExport) -> Iterator[bytes]:
    """The file, as the last try wrote it."""
    parts = ExportPart.objects.filter(export=job, attempt=job.attempt).order_by("number")
    for number in parts.values_list("number", flat=True):
        yield bytes(parts.get(number=number).content)


def forget_of(distributor: Distributor) -> None:
    """Deletes all files of a distributor's people, those that are being written, too: a company has left it.

    Within the transaction of the move. Who asks for a file now waits for its end, and the file has what
    is then the distributor's.
    """
    people = User.objects.filter(distributor=distributor).order_by("pk")
    list(people.select_for_update(of=("self",), no_key=True).values_list("pk"))
    BoardExport.objects.filter(created_by__distributor=distributor).delete()


def forget_old() -> int:
    """Deletes the files of yesterday, with all that is known of them; returns how many."""
    old = BoardExport.objects.over().exclude(state=BoardExport.State.RUNNING, lease_until__gt=timezone.now())
    count = old.count()
    old.delete()
    return count
