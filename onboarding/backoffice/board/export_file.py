"""The board as a file: CSV or XLSX, with nothing in it that a spreadsheet would run."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from typing import IO

from django.utils import timezone

from facturamos import workbook
from facturamos.workbook import Cell
from onboarding.backoffice.board.companies import Row

type Line = Sequence[Cell]

HEADINGS = (
    "Código",
    "Nombre",
    "RFC",
    "Distribuidor",
    "Usuario",
    "Nombre completo",
    "Correo electrónico",
    "Teléfono",
    "Creada",
    "Última entrada",
    "Paso",
    "De",
    "Días sin movimiento",
    "Qué falta",
    "A quién le toca",
    "CSD válido hasta",
    "Terminada",
)
# A cell that starts with one of these is a formula to some program (OWASP, «CSV Injection»).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What a sheet of Excel holds, less the headings and some air.
SHEET_ROWS = 1_000_000
# Characters of CSV that are worth a write.
PIECE = 32_000


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def restored(text: str) -> str:
    """The text that `neutral` was given."""
    return text[1:] if text.startswith("'") and neutral(text[1:]) == text else text


def lines(rows: Iterable[Row]) -> list[Line]:
    """The companies' lines, in the order of the headings."""
    zone = timezone.get_current_timezone()

    def day(moment: datetime | None) -> date | None:
        return moment.astimezone(zone).date() if moment else None

    def line(row: Row) -> Line:
        company, user = row.company, row.user
        return (
            company.code,
            company.name,
            company.rfc,
            company.distributor.name,
            user.username,
            user.full_name,
            user.email,
            row.phone,
            day(company.created_at),
            day(user.last_login),
            row.reached,
            row.total,
            row.idle_days,
            str(row.blocked),
            row.blocked.turn,
            day(row.csd_until),
            day(row.finished_at),
        )

    return [line(row) for row in rows]


def packed(lines: Iterable[Line]) -> bytes:
    """Lines in bytes, for the process that writes the file; a day is a list of its number."""
    plain = [[[cell.toordinal()] if isinstance(cell, date) else cell for cell in line] for line in lines]
    return json.dumps(plain, ensure_ascii=False).encode()


def unpacked(data: bytes) -> list[Line]:
    """The lines that `packed` was given."""
    lines = json.loads(data)
    return [[date.fromordinal(*cell) if isinstance(cell, list) else cell for cell in line] for line in lines]


def as_csv(lines: Iterable[Line]) -> Iterator[bytes]:
    """CSV in pieces. The mark in front tells Excel that it is UTF-8."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    yield "\ufeff".encode() + _taken(buffer)
    for line in lines:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in line])
        if buffer.tell() > PIECE:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def as_xlsx(lines: Iterable[Line], file: IO[bytes]) -> None:
    """A workbook, written to a file; a second sheet begins where one is full."""
    workbook.write(file, "Empresas", HEADINGS, lines, SHEET_ROWS)
