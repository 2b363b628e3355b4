"""Sheets of every make are read, with the numbers of their rows; what cannot be read is named."""

from datetime import date, datetime
from io import BytesIO

import pytest
import xlsxwriter

from onboarding.backoffice.account_import import reading, workbook
from onboarding.backoffice.account_import.columns import known_headings
from onboarding.backoffice.account_import.reading import SheetRefused, read
from tests.onboarding.backoffice.account_import.hand_made import archive
from tests.onboarding.backoffice.account_import.sheets import HEADINGS, as_csv, as_xlsx, line

ROW = line(1, full_name="Begoña «Ñandú», hija; nieta")


def code(data: bytes) -> str:
    with pytest.raises(SheetRefused) as refused:
        read(data)
    return f"{refused.value.code}:{refused.value.detail}".rstrip(":")


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


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MU&Ntilde;OZ", "MUÑOZ"),
        ("MU&#209;OZ", "MUÑOZ"),
        ("MU&#xD1;OZ", "MUÑOZ"),
        ("MU&amp;Ntilde;OZ", "MUÑOZ"),
        ("PE&Ntilde;A &amp; HIJOS", "PEÑA & HIJOS"),
        ("P&G", "P&G"),
        ("PEÑA & HIJOS", "PEÑA & HIJOS"),
        ("AT&T; X", "AT&T; X"),
        ("A&NADA;B", "A&NADA;B"),
    ],
)
def test_letters_as_web_pages_write_them_are_letters(written: str, meant: str) -> None:
    for data in (as_csv(line(1, name=written)), as_xlsx(line(1, name=written))):
        assert read(data).lines[0][1][0] == meant


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


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_what_makes_the_headings(separator: str) -> None:
    title = b"Clientes, altas; bajas | cambios\r\n"
    cells = ["PEÑA; HIJOS, SUCS | ÑAPA", *ROW[1:5]]
    found = read(title + as_csv(cells, separator=separator), known_headings())
    assert (found.headings, found.lines) == (list(HEADINGS), [(3, cells)])


def test_a_decimal_comma_does_not_part_cells() -> None:
    data = "RFC;Régimen;C.P.\nX;601,0;6000,00\n".encode()
    assert read(data, known_headings()).lines == [(2, ["X", "601,0", "6000,00"])]


def test_rows_that_were_put_into_one_cell_each_are_taken_apart() -> None:
    lines = ["Nombre,RFC,Correo", 'PEÑA,X,"a,b"', "ÑAPA,Y,c"]
    data = "\r\n".join(f'"{each.replace(chr(34), 2 * chr(34))}"' for each in lines) + "\r\n\r\n"
    found = read(data.encode(), known_headings())
    assert (found.headings, found.lines) == (
        ["Nombre", "RFC", "Correo"],
        [(2, ["PEÑA", "X", "a,b"]), (3, ["ÑAPA", "Y", "c"])],
    )


@pytest.mark.parametrize("said", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_separator_that_is_said_counts(said: str) -> None:
    assert read(f"{said}\r\nNombre,x;RFC\r\na,b;c\r\n".encode()).lines == [(3, ["a,b", "c"])]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("\ufeff".encode(), "empty"),
        (as_csv(), "no_rows"),
        (as_xlsx(), "no_rows:Sheet1"),
        (b"\x81\x8d\x00\x8f,\xff\r\n", "not_sheet"),
        (b'Nombre,RFC\r\n"A,B\r\nC,D\r\n', "quotes:2"),
        (b'Nombre,RFC\r\n"A" B,C\r\n', "quotes:2"),
        (b'A,B,C,D\r\n1,2,3,4\r\n5,6,7,"8\r\n1,2,3,4\r\n5,6,7,8"\r\n', "quotes:3"),
        (as_xlsx(ROW)[:900], "broken"),
        (as_csv(["x"] * 61), "too_wide:2"),
        (b"a" * (reading.MAX_BYTES + 1), "too_big"),
        (b"a\n" * 20_002, "too_long:20001"),
    ],
)
def test_what_is_no_sheet_is_named(data: bytes, expected: str) -> None:
    assert code(data) == expected


def test_cells_lose_what_nobody_sees() -> None:
    data = as_csv(["\u200bPE\u00adÑA\u00a0 \u2007Y", "\ufeffX\u202a", "MUN\u0303OZ\u200e"])
    assert read(data).lines == [(2, ["PEÑA Y", "X", "MUÑOZ"])]


def test_20_000_rows_are_not_too_many() -> None:
    assert len(read(b"Nombre\n" + b"a\n" * 20_000).lines) == 20_000


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    assert code(archive({"xl/worksheets/sheet1.xml": "x" * (workbook.MAX_UNPACKED + 1)})) == "too_big"


def test_a_cell_at_the_end_of_the_world_is_named() -> None:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Nombre")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    assert code(buffer.getvalue()) == "too_wide:1048576"
