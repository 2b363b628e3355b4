"""Sheets of every make are read; what is none is named; nothing breaks the reader."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.backoffice.importing import reading
from onboarding.backoffice.importing.reading import SheetRefused, read
from tests.onboarding.backoffice.importing.sheets import HEADINGS, as_csv, as_xlsx, line

ROW = line(1, full_name="Begoña «Ñandú», hija; nieta")


def code(data: bytes) -> str:
    with pytest.raises(SheetRefused) as refused:
        read(data)
    return f"{refused.value.code}:{refused.value.detail}".rstrip(":")


def outcome(data: bytes) -> str:
    try:
        read(data)
    except SheetRefused as refused:
        return refused.code
    return "read"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_of_any_spreadsheet_is_read(separator: str, encoding: str) -> None:
    sheet = read(as_csv(ROW, separator=separator, encoding=encoding))
    assert sheet.headings == list(HEADINGS)
    assert sheet.lines == [(2, ROW[:5])]


def test_rows_keep_the_numbers_of_the_spreadsheet() -> None:
    data = b"\r\n" + as_csv([], ROW, ["", " ", ""], ROW)
    assert [number for number, _ in read(data).lines] == [4, 6]
    assert [number for number, _ in read(as_xlsx([], ROW, [], ROW, first=2)).lines] == [5, 7]


def test_a_line_end_within_a_cell_is_no_new_row() -> None:
    sheet = read(as_csv(line(1, name="LA\r\nÑAPA"), line(2)))
    assert [(number, cells[0]) for number, cells in sheet.lines] == [(2, "LA ÑAPA"), (3, "PANADERÍA ÑANDÚ 2")]


def test_excel_may_say_its_separator() -> None:
    assert read(b"sep=|\r\nNombre|RFC\r\na,b|c\r\n").lines == [(3, ["a,b", "c"])]


def test_numbers_and_dates_are_read_as_the_spreadsheet_shows_them() -> None:
    cells = [5512345678, 6000, 1.5, True, date(2026, 1, 31), datetime(2026, 1, 31, 8, 30), "012"]  # noqa: DTZ001
    ((_, read_cells),) = read(as_xlsx(cells)).lines
    assert read_cells == [
        "5512345678",
        "6000",
        "1.5",
        "VERDADERO",
        "2026-01-31",
        "2026-01-31T08:30:00",
        "012",
    ]


def test_a_formula_counts_by_its_value() -> None:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_formula(1, 0, '=CONCATENATE("LA ","ÑAPA")', value="LA ÑAPA")
    book.close()
    assert read(buffer.getvalue()).lines == [(2, ["LA ÑAPA"])]


def test_the_first_sheet_that_is_shown_counts() -> None:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    hidden, shown = book.add_worksheet("oculta"), book.add_worksheet("cuentas")
    hidden.write_row(0, 0, ["secreto"])
    shown.write_row(0, 0, HEADINGS)
    shown.write_row(1, 0, ROW)
    shown.activate()
    shown.set_first_sheet()
    hidden.hide()
    book.close()
    assert read(buffer.getvalue()).headings == list(HEADINGS)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b" \r\n \r\n", "empty"),
        ("\ufeff".encode(), "no_rows"),
        (as_csv(), "no_rows"),
        (as_xlsx(), "no_rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
        (b"%PDF-1.7\n1 0 obj", "pdf"),
        (b"Nombre,RFC\r\nA\x00B,C\r\n", "not_sheet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_sheet"),
        (b"\x81\x8d\x8f,\xff\r\n", "not_sheet"),
        (b'Nombre,RFC\r\n"A,B\r\nC,D\r\n', "quotes:2"),
        (as_xlsx(ROW)[:900], "broken"),
        (b"PK\x03\x04" + bytes(100), "broken"),
        (as_csv(["x"] * 61), "too_wide:2"),
        (b"a" * (reading.MAX_BYTES + 1), "too_big"),
        (b"a\n" * 20_002, "too_long"),
    ],
)
def test_what_is_no_sheet_is_named(data: bytes, expected: str) -> None:
    assert code(data) == expected


def test_20_000_rows_are_not_too_many() -> None:
    assert len(read(b"Nombre\n" + b"a\n" * 20_000).lines) == 20_000


def packed(name: str, content: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_other_archives_are_no_workbooks() -> None:
    assert code(packed("word/document.xml", b"<x/>")) == "not_sheet"


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    assert code(packed("xl/worksheets/sheet1.xml", bytes(reading.MAX_UNPACKED + 1))) == "too_big"


def test_a_cell_at_the_end_of_the_world_costs_no_memory() -> None:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Nombre")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    assert code(buffer.getvalue()) == "too_slow"


@settings(max_examples=60, deadline=None)
@given(position=st.integers(0, 6000), junk=st.binary(min_size=1, max_size=40))
def test_fuzz_of_damaged_workbooks_is_read_or_refused(position: int, junk: bytes) -> None:
    data = as_xlsx(ROW)
    position %= len(data)
    assert outcome(data[:position] + junk + data[position + len(junk) :]) in (
        "read",
        *("broken", "not_sheet", "no_rows", "too_slow", "too_big", "locked", "pdf"),
    )


@settings(max_examples=100, deadline=None)
@given(junk=st.binary(max_size=200))
def test_fuzz_of_any_bytes_is_read_or_refused(junk: bytes) -> None:
    assert outcome(b"Nombre,RFC\r\n" + junk) in (
        "read",
        *("quotes", "not_sheet", "no_rows", "too_wide", "pdf"),
    )
