"""Workbooks that Excel, LibreOffice and every reader take."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
import xlsxwriter
from lxml import etree
from python_calamine import CalamineWorkbook

from facturamos import workbook
from facturamos.workbook import Cell

HEADINGS = ("Nombre", "Días", "Creada", "Nota")
ODD = (
    "Ñandú & Cía. <S.A.>",
    "=1+1",
    " con espacios ",
    "dos\nlíneas",
    "_x0041_",
    "a\x07b\r",
    "",
    "💰",
    "\uffff",
)


def written(lines: Iterable[Sequence[Cell]], most: int = 1_000_000) -> bytes:
    file = BytesIO()
    workbook.write(file, "Empresas", HEADINGS, lines, most)
    return file.getvalue()


def by_package(lines: Sequence[Sequence[Cell]]) -> bytes:
    """The same by the package that writes every kind of workbook."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Empresas")
    sheet.write_row(0, 0, HEADINGS)
    for number, line in enumerate(lines, 1):
        for column, cell in enumerate(line):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(number, column, cell)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    book.close()
    return file.getvalue()


def read(book: bytes, number: int = 0) -> list[list[object]]:
    sheet = CalamineWorkbook.from_object(BytesIO(book)).get_sheet_by_index(number)
    return [list(line) for line in sheet.to_python()]


def test_its_cells_are_those_that_another_package_writes() -> None:
    dice = random.Random(20261201)  # noqa: S311  (to be repeated, not to be secret)
    days = [None, date(1900, 3, 1), date(2026, 12, 1), date(2099, 12, 31)]
    lines: list[Sequence[Cell]] = []
    for _ in range(300):
        text, number = "".join(dice.choices(ODD, k=2)), dice.choice([None, -1, 0, 12345])
        lines.append((text, number, dice.choice(days), dice.choice(ODD)))
    lines.append(("última", 1, days[1], "x"))
    assert read(written(lines)) == read(by_package(lines))


@pytest.mark.parametrize("text", ODD[:-1])
def test_text_comes_back_letter_for_letter(text: str) -> None:
    [_, line] = read(written([("x", 1, None, text + ".")]))
    assert line[3] == text + "."


def test_every_part_is_xml_and_no_cell_a_formula() -> None:
    with ZipFile(BytesIO(written([(text, 1, date(2026, 12, 1), text) for text in ODD]))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    for name, content in parts.items():
        etree.fromstring(content)
        assert b"<f>" not in content, name


def test_the_headings_stay_in_sight() -> None:
    with ZipFile(BytesIO(written([]))) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert sheet.find(".//{*}pane").attrib["state"] == "frozen"


def test_the_window_that_sheets_are_shown_in_is_there() -> None:
    """Excel shows the book without it, and ends when it is to print it."""
    with ZipFile(BytesIO(written([("x", 1, None, "")] * 3, most=2))) as book:
        whole = etree.fromstring(book.read("xl/workbook.xml"))
        sheets = [etree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")) for number in (1, 2)]
    assert [etree.QName(part).localname for part in whole] == ["bookViews", "sheets"]
    assert len(whole.findall(".//{*}workbookView")) == 1
    assert [sheet.find(".//{*}sheetView").attrib["workbookViewId"] for sheet in sheets] == ["0", "0"]


@pytest.mark.parametrize(("count", "sheets"), [(0, [1]), (2, [3]), (3, [3, 2]), (5, [3, 3, 2])])
def test_a_full_sheet_is_followed_by_another(count: int, sheets: list[int]) -> None:
    book = written([("x", number, None, "") for number in range(count)], most=2)
    names = CalamineWorkbook.from_object(BytesIO(book)).sheet_names
    assert names == ["Empresas", "Empresas 2", "Empresas 3"][: len(sheets)]
    assert [len(read(book, number)) for number in range(len(names))] == sheets


def test_it_takes_lines_one_by_one() -> None:
    """Whoever makes them need not keep them."""
    file, seen = BytesIO(), list[int]()

    def made() -> Iterator[Sequence[Cell]]:
        for number in range(20_000):
            seen.append(file.tell())
            yield ("x" * 100, number, None, str(number))

    workbook.write(file, "Empresas", HEADINGS, made(), 1_000_000)
    assert seen[-1] > seen[0]
