"""The board as a file: CSV or XLSX, with nothing in it that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO, StringIO

import xlsxwriter
from django.utils import timezone

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
    "CSD válido hasta",
    "Terminada",
)
# A cell that starts with one of these is a formula to some program (OWASP, «CSV Injection»).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
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
        company.phone or user.phone,
        _day(company.created_at),
        _day(user.last_login),
        row.reached,
        row.total,
        row.idle_days,
        row.blocked,
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
        if buffer.tell() > 32_000:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def as_xlsx(rows: Iterable[Row]) -> bytes:
    """A workbook with one sheet. Text is written as text: a formula is never made of it."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Empresas")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, HEADINGS, book.add_format({"bold": True}))
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(cells(row)):
            if isinstance(cell, str):
                sheet.write_string(number, column, neutral(cell))
            elif isinstance(cell, date):
                sheet.write_datetime(number, column, cell)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    book.close()
    return buffer.getvalue()
