"""Workbooks as other programs write them, and what is no workbook of today."""

import gzip
import json
from collections.abc import Sequence
from typing import Any

from tests.onboarding.backoffice.account_import import other_writers as writers
from tests.onboarding.backoffice.account_import.hand_made import archive, book, row, styles
from tests.onboarding.backoffice.account_import.other_cases import (
    FIELDS,
    GROUPS,
    HEADINGS,
    ROWS,
    TABLE,
    TITLED,
    Case,
)
from tests.onboarding.backoffice.account_import.other_writers import inline, libreoffice, page, xlsx


def cell(name: str, content: str, becomes: str, place: str = "E2", field_name: str = "phone") -> Case:
    """A workbook of LibreOffice's with one special cell in the first client's row."""
    return Case(f"calc: {name}", libreoffice(TABLE, {place: content}), {(0, field_name): becomes})


def number(value: str, style: int = 0, place: str = "E2") -> str:
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def formula(value: str, kind: str = "n", place: str = "E2") -> str:
    return f'<c r="{place}" t="{kind}"><f aca="false">VLOOKUP(A2,Hoja2!A:B,2,0)</f><v>{value}</v></c>'


def linked(book_: Any, sheet: Any) -> None:
    """Addresses as Excel makes them: links."""
    for number_, each in enumerate(ROWS, start=1):
        sheet.write_url(number_, 3, f"mailto:{each[3]}", string=each[3])


def formatted(book_: Any, sheet: Any) -> None:
    """Postal codes and telephones as numbers with formats."""
    code, telephone = book_.add_format({"num_format": "00000"}), book_.add_format({"num_format": "0"})
    for number_, each in enumerate(ROWS, start=1):
        sheet.write_number(number_, 4, float(each[4]), telephone)
        sheet.write_number(number_, 5, float(each[5]), code)
        sheet.write_number(number_, 6, float(each[6]))


def filtered(book_: Any, sheet: Any) -> None:
    """A filter that hides the second client."""
    sheet.autofilter(0, 0, 3, 6)
    sheet.set_row(2, None, None, {"hidden": True})


def furnished(book_: Any, sheet: Any) -> None:
    """A table, a comment, a picture's place, a list to choose from, protection, frozen panes."""
    sheet.add_table(0, 0, 3, 6, {"columns": [{"header": each} for each in HEADINGS], "data": ROWS})
    sheet.write_comment("A2", "Llamar el martes")
    sheet.data_validation("G2:G4", {"validate": "list", "source": ["601", "626", "603"]})
    sheet.protect("secreto")
    sheet.freeze_panes(1, 0)


def second_sheet(book_: Any, sheet: Any) -> None:
    """The same headings on another sheet, with other rows."""
    other = book_.add_worksheet("Viejos")
    for number_, each in enumerate((HEADINGS, *ROWS[:2])):
        other.write_row(number_, 0, each)


def empty_first(rows: Sequence[Sequence[str]]) -> bytes:
    return book(page([]), page(rows), names=("Hoja1", "Clientes"))


TWO_ROWS = [
    ("Empresa", "RFC", "Contacto", "", "", "Lugar de expedición", "Régimen"),
    ("", "", "Nombre", "Correo", "Tel.", "", ""),
]
MERGED = (
    '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:B2"/><mergeCell ref="C1:E1"/>'
    '<mergeCell ref="F1:F2"/><mergeCell ref="G1:G2"/></mergeCells>'
)
BOOKS = (
    Case("calc: LibreOffice", libreoffice(TABLE)),
    Case(
        "calc: a filter hides a row", libreoffice(TABLE, hidden=[3]), asks=("hidden",), says=("ocultas: 3",)
    ),
    cell("a formula with its result", formula("5512345678"), "5512345678"),
    cell("a formula with a text", formula("5512345678", "str"), "5512345678"),
    cell("a formula without result", formula(""), "!Tiene fórmulas sin resultado"),
    cell("a formula that failed", formula("#N/A", "e"), "!La celda tiene un error"),
    cell("LibreOffice's own error", formula("Err:504", "str"), "!La celda tiene un error"),
    cell("a date", number("46054", 1), "!Aquí hay una fecha"),
    cell("a time", number("0.5", 1), "!Aquí hay una fecha"),
    cell("a logical value", '<c r="E2" t="b"><v>1</v></c>', "!La celda tiene un valor lógico"),
    cell("a number with an exponent", number("5.512345678E9"), "5512345678"),
    cell("a number with noise of halves", number("5512345678.0000001"), "5512345678"),
    cell(
        "a date under a postal code",
        number("46054", 1, "F2"),
        "!Aquí hay una fecha",
        "F2",
        "expedition_place",
    ),
    cell("a code by its format", number("6000", 2, "F2"), "06000", "F2", "expedition_place"),
    cell("a code that is a percentage", number("0.06", 0, "F2"), "!", "F2", "expedition_place"),
    cell("a number as a name", number("12345", 0, "A2"), "!La celda tiene un número", "A2", "name"),
    Case("google", writers.google(TABLE)),
    Case(
        "google: filtered", writers.google(TABLE, hidden=[2, 4]), asks=("hidden",), says=("ocultas: 2 y 4",)
    ),
    Case(
        "numbers", writers.numbers_export(TABLE), numbers=(3, 4, 5), says=("Resumen de exportación", "fila 2")
    ),
    Case("excel: macros and a filter's name", writers.excel_web(TABLE)),
    Case("excel: strict", writers.strict(TABLE)),
    Case("sdk: prefixes", writers.prefixed(TABLE)),
    Case("poi: inline texts", book(page(TABLE, inline))),
    Case("sheetjs: texts as of formulas", book(page(TABLE, writers.as_formula_text))),
    Case("small writer: no places", book(page(TABLE, writers.without_places))),
    Case("coloured texts", book(page(TABLE, writers.rich))),
    Case("another archive", writers.stored(libreoffice(TABLE))),
    Case(
        "report server: a column between each two", writers.report(TABLE), numbers=(5, 6, 7), says=("fila 4",)
    ),
    Case("calendar of a Mac", xlsx(TABLE, date_1904=True)),
    Case("xlsxwriter: in little memory", xlsx(TABLE, constant_memory=True)),
    Case("xlsxwriter: linked addresses", xlsx(TABLE, linked)),
    Case("xlsxwriter: numbers with formats", xlsx(TABLE, formatted)),
    Case("xlsxwriter: filtered", xlsx(TABLE, filtered), asks=("hidden",), says=("ocultas: 3",)),
    Case("xlsxwriter: table, comment, list, protection", xlsx(TABLE, furnished)),
    Case("several sheets", xlsx(TABLE, second_sheet), asks=("sheet",), says=("«Viejos» (3 filas)",)),
    Case("an empty first sheet", empty_first(TABLE)),
    Case(
        "a title over merged cells",
        book(page(TITLED, behind='<mergeCells><mergeCell ref="A1:G1"/></mergeCells>')),
        numbers=(5, 6, 7),
        says=("fila 4",),
    ),
    Case(
        "a heading over two rows",
        book(
            page(GROUPS, behind='<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="C1:E1"/></mergeCells>')
        ),
        numbers=(3, 4, 5),
        says=("fila 2",),
    ),
    Case(
        "headings in two rows",
        book(page([*TWO_ROWS, *ROWS], behind=MERGED)),
        numbers=(3, 4, 5),
        asks=("columns",),
    ),
    Case(
        "a hidden column",
        book(page(TABLE, before='<cols><col min="5" max="5" hidden="1"/></cols>')),
        says=("columnas ocultas: «Teléfono»",),
    ),
    Case(
        "rows far apart",
        book(
            page(TABLE[:2]).replace(
                "</sheetData>",
                "".join(row(far, *each) for far, each in zip((5000, 1_048_576), ROWS[1:], strict=True))
                + "</sheetData>",
            )
        ),
        numbers=(2, 5000, 1_048_576),
    ),
    Case(
        "dates as texts of ISO",
        libreoffice(TABLE, {"F2": '<c r="F2" t="d"><v>2026-10-05</v></c>'}),
        {(0, "expedition_place"): "!Aquí hay una fecha"},
    ),
    Case(
        "a house number that became a date",
        book(
            page(
                [(*HEADINGS, "Calle", "No. Ext."), (*ROWS[0], "Reforma", ""), *ROWS[1:]],
                special={"I2": '<c r="I2" s="1"><v>46300</v></c>'},
            ),
            parts={"styles": styles("d-mmm")},
        ),
        {(0, "exterior_number"): "!Excel lo convirtió en una fecha", (0, "street"): "Reforma"},
    ),
)
REFUSED = (
    ("ods", writers.open_document(TABLE), "open_document"),
    ("fods", b'<?xml version="1.0"?>\n<office:document office:version="1.3"/>', "open_document"),
    ("xls of 1997", writers.excel_97(TABLE), "old_excel"),
    ("xls of 1995", b"\x09\x08\x10\x00\x00\x06" + b"\0" * 60, "old_excel"),
    ("web page called xls", writers.web_page(TABLE), "html"),
    ("web page in UTF-16", writers.web_page(TABLE).decode().encode("utf-16"), "html"),
    ("spreadsheet of 2003", writers.excel_2003(TABLE), "xml_excel"),
    ("sylk", writers.sylk(TABLE), "old_excel"),
    ("dbf", writers.dbase(TABLE), "not_sheet"),
    ("gnumeric", gzip.compress(b"<gnm:Workbook/>", mtime=0), "archive"),
    ("parquet", b"PAR1" + b"\0" * 80 + b"PAR1", "not_sheet"),
    ("access", b"\0\x01\0\0Standard ACE DB\0" + b"\0" * 80, "not_sheet"),
    ("sqlite", b"SQLite format 3\0" + b"\0" * 80, "not_sheet"),
    ("json", json.dumps([dict(zip(FIELDS, each, strict=True)) for each in ROWS]).encode(), "json"),
    ("xlsb", archive({"xl/workbook.bin": "x", "xl/worksheets/sheet1.bin": "x"}), "xlsb"),
    ("sheet within a ZIP", archive({"clientes/cuentas.csv": "x"}), "archive"),
)
