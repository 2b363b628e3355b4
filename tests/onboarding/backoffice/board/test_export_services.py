"""Files of the board, from asking to forgetting."""

import csv
import gc
import os
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from weakref import ref
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from companies.models import Company, User
from facturamos.admin import search
from facturamos.celery import app
from facturamos.jobs.tasks import perform
from onboarding.backoffice.board import companies, export_file, export_services
from onboarding.backoffice.board.companies import Asked
from onboarding.backoffice.board.models import BoardExport, ExportPart
from onboarding.backoffice.tasks import forget_old_exports
from tests.conftest import make_issuer

SignIn = Callable[[User], Client]


def made(user: User, kind: str = "csv", **asked: Any) -> BoardExport:
    """An export as a worker leaves it."""
    claimed = BoardExport.objects.claim(export_services.ask(user, kind, Asked(**asked)).pk)
    assert claimed is not None
    perform(claimed)
    return BoardExport.objects.get(pk=claimed.pk)


def file_of(job: BoardExport) -> bytes:
    return b"".join(export_services.content(job))


def lines(job: BoardExport) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file_of(job).decode("utf-8-sig"))))


def test_it_has_what_the_board_has_and_nothing_else(
    distributor: User, issuer: User, other_issuer: User
) -> None:
    job = made(distributor)
    [line] = lines(job)
    assert (job.state, job.total, job.progress) == ("done", 1, 1)
    assert (line["RFC"], line["Nombre"], line["Paso"], line["De"]) == (
        "PNA190312AB1",
        "PANADERÍA LA ÑAPA",
        "1",
        "12",
    )
    assert line["Qué falta"].startswith("No ha entrado")
    assert line["A quién le toca"] == "Le toca al distribuidor"


def test_a_search_leaves_nothing_out_of_a_file(
    distributor: User, issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page shows so many of what a search finds; a file has them all."""
    make_issuer(distributor, name="PANADERÍA SEGUNDA", rfc="SEG190312AB1", username="segunda")
    monkeypatch.setattr(search, "FEW", 1)
    asked = Asked(words="panaderia")
    assert companies.find_moves(distributor, asked).rows.count() == 1

    job = made(distributor, words="panaderia")

    assert (job.total, {line["RFC"] for line in lines(job)}) == (2, {"PNA190312AB1", "SEG190312AB1"})


def test_it_follows_filter_search_and_order(distributor: User, issuer: User) -> None:
    other = make_issuer(distributor, name="SEGUNDA", rfc="SEG190312AB1", username="segunda")
    Company.objects.filter(users=other).update(created_at=timezone.now() - timedelta(days=2))
    assert lines(made(distributor, wanted="terminada")) == []
    assert lines(made(distributor, words="no existe")) == []
    assert len(lines(made(distributor, words="ñapa", wanted="sin-entrar"))) == 1
    assert [line["Nombre"] for line in lines(made(distributor))] == ["SEGUNDA", "PANADERÍA LA ÑAPA"]
    newest = lines(made(distributor, order="recientes"))
    assert [line["Nombre"] for line in newest] == ["SEGUNDA", "PANADERÍA LA ÑAPA"]


def test_it_is_complete_however_many_there_are(
    distributor: User, issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10, 30):
        make_issuer(distributor, name=f"E{number}", rfc=f"AAA1903{number}AB1", username=f"u{number}")
    monkeypatch.setattr(export_services, "CHUNK", 4)
    monkeypatch.setattr(export_file, "PIECE", 200)
    monkeypatch.setattr(export_services, "PART", 500)
    job = made(distributor)
    assert len(lines(job)) == job.total == 21
    assert job.parts.count() > 3


def test_a_chunk_is_let_go_before_the_next_one_is_made(
    distributor: User, issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Companies and what belongs to them know each other, so that somebody has to look for them."""
    for number in range(10, 22):
        make_issuer(distributor, name=f"E{number}", rfc=f"AAA1903{number}AB1", username=f"u{number}")
    seen, alive, read = list[ref[Company]](), list[int](), companies.rows

    def rows(ids: list[int]) -> list[companies.Row]:
        alive.append(sum(company() is not None for company in seen))
        found = read(ids)
        seen.extend(ref(row.company) for row in found)
        return found

    monkeypatch.setattr(export_services, "CHUNK", 4)
    monkeypatch.setattr(export_services, "rows", rows)
    assert made(distributor).total == 13
    assert alive == [0, 0, 0, 0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_of_several_chunks_the_file_is_the_same(
    distributor: User, issuer: User, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """They are made side by side, and by others (tests/facturamos/test_side_by_side.py)."""
    for number in range(10, 22):
        make_issuer(distributor, name=f"E{number}", rfc=f"AAA1903{number}AB1", username=f"u{number}")
    whole = made(distributor, kind)
    monkeypatch.setattr(export_services, "CHUNK", 4)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    in_chunks = made(distributor, kind)
    assert (in_chunks.state, in_chunks.progress, in_chunks.total) == ("done", 13, 13)
    assert _cells(in_chunks) == _cells(whole)


def _cells(job: BoardExport) -> object:
    file = file_of(job)
    if job.kind == "csv":
        return file
    return CalamineWorkbook.from_object(BytesIO(file)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_one_that_fails_half_way_leaves_looking_for_garbage_on(
    distributor: User, issuer: User, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Also while somebody keeps the traceback, and so all that was going on."""
    job = BoardExport.objects.claim(export_services.ask(distributor, kind, Asked()).pk)
    assert job is not None
    monkeypatch.setattr(export_file, "lines", _broken)

    with pytest.raises(OSError, match="half way") as kept:
        export_services.write(job)

    assert kept.tb is not None
    assert gc.isenabled()


def _broken(rows: list[companies.Row]) -> list[export_file.Line]:
    assert not gc.isenabled()
    raise OSError("half way")


def test_a_workbook_holds_text_letter_for_letter(distributor: User, issuer: User) -> None:
    Company.objects.update(name="=1+1 TACOS", phone="+52 477 123 4567")
    job = made(distributor, "xlsx")
    file = file_of(job)
    headings, line = CalamineWorkbook.from_object(BytesIO(file)).get_sheet_by_index(0).to_python()
    cells = dict(zip(headings, line, strict=True))
    assert (cells["Nombre"], cells["Teléfono"]) == ("=1+1 TACOS", "+52 477 123 4567")
    assert cells["Creada"] == timezone.localdate()
    assert b"<f>" not in ZipFile(BytesIO(file)).read("xl/worksheets/sheet1.xml")


def test_a_second_click_finds_the_first_ones(distributor: User, issuer: User) -> None:
    first = export_services.ask(distributor, "csv", Asked())
    assert export_services.ask(distributor, "csv", Asked()) == first
    assert export_services.ask(distributor, "xlsx", Asked()) != first
    export_services.ask(distributor, "csv", Asked("detenida"))
    assert export_services.ask(distributor, "csv", Asked("terminada")) == first


def test_a_worker_that_begins_again_leaves_one_file(distributor: User, issuer: User) -> None:
    job = export_services.ask(distributor, "csv", Asked())
    ExportPart.objects.create(export=job, attempt=0, number=0, content=b"half of a file")
    claimed = BoardExport.objects.claim(job.pk)
    assert claimed is not None
    perform(claimed)
    assert len(lines(BoardExport.objects.get())) == 1


def test_after_a_day_it_is_gone(distributor: User, issuer: User) -> None:
    job, fresh = made(distributor), made(distributor, "xlsx")
    BoardExport.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(hours=25))
    job.refresh_from_db()
    assert not job.has_file
    forget_old_exports()
    assert [*BoardExport.objects.all()] == [fresh]
    assert set(ExportPart.objects.values_list("export", flat=True)) == {fresh.pk}
    assert "backoffice.forget_old_exports" in {entry["task"] for entry in app.conf.beat_schedule.values()}
