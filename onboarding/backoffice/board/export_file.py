"""The board as a file: CSV or XLSX, with nothing in it that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import StringIO
from typing import IO

import xlsxwriter
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from onboarding.backoffice.board.companies import Row

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
Cell = str | int | date | None


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def restored(text: str) -> str:
    """The text that `neutral` was given."""
    return text[1:] if text.startswith("'") and neutral(text[1:]) == text else text


def cells(row: Row) -> tuple[Cell, ...]:
    """A company's line, in the order of the headings."""
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
        _day(company.created_at),
        _day(user.last_login),
        row.reached,
        row.total,
        row.idle_days,
        str(row.blocked),
        row.blocked.turn,
        _day(row.csd_until),
        _day(row.finished_at),
    )


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def as_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV in pieces. The mark in front tells Excel that it is UTF-8."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    yield "\ufeff".encode() + _taken(buffer)
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in cells(row)])
        if buffer.tell() > PIECE:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def as_xlsx(rows: Iterable[Row], file: IO[bytes]) -> None:
    """A workbook, written to a file; a second sheet begins where one is full.

    Text is written as text, letter for letter: in a cell of text a formula never runs.
    """
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True})
    sheet = _sheet(book, bold, "Empresas")
    for count, row in enumerate(rows):
        if count and count % SHEET_ROWS == 0:
            sheet = _sheet(book, bold, f"Empresas {count // SHEET_ROWS + 1}")
        _write(sheet, count % SHEET_ROWS + 1, cells(row))
    book.close()


def _sheet(book: Workbook, bold: Format, name: str) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, HEADINGS, bold)
    return sheet


def _write(sheet: Worksheet, number: int, line: tuple[Cell, ...]) -> None:
    for column, cell in enumerate(line):
        if isinstance(cell, str):
            sheet.write_string(number, column, cell)
        elif isinstance(cell, date):
            sheet.write_datetime(number, column, cell)
        elif cell is not None:
            sheet.write_number(number, column, cell)
