"""Sheets of other writers: no row lost and no value changed without a word.

Each holds the same three clients. `differs` is what a cell becomes where that is not what `ROWS` says:
another value, or «!» and how the fault begins; `asks` are the questions that are open, `says` parts of the
notes.
What is refused is refused by the name of its kind.
"""

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from companies.models import User
from onboarding.backoffice.account_import.choices import Choice, Understood, understand
from onboarding.backoffice.account_import.forms import MESSAGES
from onboarding.backoffice.account_import.judging import Known, judge
from onboarding.backoffice.account_import.models import ImportRow
from onboarding.backoffice.account_import.questions import notes, open_questions
from onboarding.backoffice.account_import.reading import SheetRefused
from tests.onboarding.backoffice.account_import import other_writers as writers
from tests.onboarding.backoffice.account_import.hand_made import archive, book, row, styles
from tests.onboarding.backoffice.account_import.other_writers import (
    inline,
    libreoffice,
    page,
    text,
    xlsx,
)

pytestmark = pytest.mark.django_db

HEADINGS = (
    *("Nombre", "RFC", "Nombre completo del contacto", "Correo electrónico", "Teléfono"),
    *("Lugar de expedición", "Régimen fiscal"),
)
FIELDS = ("name", "rfc", "full_name", "email", "phone", "expedition_place", "tax_regime")
ROWS = (
    (
        "PANADERÍA LA ÑAPA",
        "PNA190312AB1",
        "Begoña Ibáñez",
        "begona@example.com",
        "5512345678",
        "06000",
        "601",
    ),
    ("MUÑOZ Y PEÑA", "MUP190312AB2", "Íñigo Güemes", "inigo@example.com", "4771234567", "37000", "626"),
    ("AZÚCAR É HIJOS", "AEH190312AB3", "Ángel Ríos", "angel@example.com", "3312345678", "64000", "603"),
)
TABLE = (HEADINGS, *ROWS)
Place = tuple[int, str]


@dataclass(frozen=True)
class Case:
    """One file, and what is to come of it. Rows are counted from 0."""

    name: str
    data: bytes
    differs: Mapping[Place, str] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    # The numbers by which the spreadsheet shows the three.
    numbers: tuple[int, ...] = (2, 3, 4)


def changed(places: Mapping[Place, str]) -> list[list[str]]:
    """The table with other texts in some cells."""
    table = [list(each) for each in TABLE]
    for (number, name), value in places.items():
        table[number + 1][FIELDS.index(name)] = value
    return table


def one(name: str, written: str, becomes: str = "", *, field_name: str = "phone", **more: Any) -> Case:
    """A CSV in which one cell of the first client is written in another way."""
    place = (0, field_name)
    differs = {place: becomes} if becomes else {}
    return Case(f"csv: {name}", text(changed({place: written})), differs, **more)


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


BLANKS = [*TABLE[:2], [""] * 7, [""] * 7, TABLE[2], [], TABLE[3]]
QUOTED = text(TABLE, quoting=csv.QUOTE_ALL)
TITLED = [("DISTRIBUIDORA DEL BAJÍO, S.A.",), ("Clientes al 29 de noviembre",), (), *TABLE]
TWO_LINES = changed({(0, "name"): "PANADERÍA\nLA ÑAPA"})
SECOND = {(1, "full_name"): "Íñigo Güemes"}
FROM_FOUR = (4, 5, 6)
ENGLISH = ("Company name", "Tax ID", "Contact", "E-mail", "Phone", "Lugar de expedición", "Tax regime")
INCHES = changed({(1, "name"): 'TUBOS 2"'})
TWO_ROWS = [
    ("Empresa", "RFC", "Contacto", "", "", "Lugar de expedición", "Régimen"),
    ("", "", "Nombre", "Correo", "Tel.", "", ""),
]
MERGED = (
    '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:B2"/><mergeCell ref="C1:E1"/>'
    '<mergeCell ref="F1:F2"/><mergeCell ref="G1:G2"/></mergeCells>'
)
GROUPS = [("Empresa", "", "Contacto", "", "", "Fiscal", ""), *TABLE]

READ = (
    # --- CSV: letters, separators, line ends, quotes
    *(
        Case(f"csv: {encoding} {name}", text(TABLE, separator, encoding, end, before=mark))
        for encoding, separator, end, mark, name in (
            ("utf-8", ",", "\r\n", "\ufeff", "with its mark, as Excel saves it"),
            ("utf-8", ",", "\n", "", "of a program"),
            ("utf-8", ";", "\r\n", "", "semicolons"),
            ("utf-8", "\t", "\n", "", "tabs, copied out of a sheet"),
            ("utf-8", "|", "\n", "", "bars, of a database"),
            ("utf-8", ",", "\r", "", "line ends of old Macs"),
            ("cp1252", ";", "\r\n", "", "as Excel saves a CSV in Europe"),
            ("cp1252", ",", "\r\n", "", "as Excel saves a CSV in Mexico"),
            ("cp850", ",", "\r\n", "", "as MS-DOS"),
            ("mac_roman", ",", "\r", "", "as Macintosh"),
            ("utf-16", "\t", "\r\n", "", "as «Texto Unicode»"),
            ("utf-16-be", "\t", "\r\n", "\ufeff", "of the other byte order"),
            ("utf-16-le", ",", "\r\n", "", "without its mark"),
            ("utf-32", ",", "\n", "", "of pandas"),
        )
    ),
    Case("csv: every cell in quotes", QUOTED),
    Case("csv: nothing in quotes but text", text(TABLE, quoting=csv.QUOTE_NONNUMERIC)),
    Case("csv: separator told in a line of its own", text(TABLE, ";", before="sep=;\r\n"), numbers=(3, 4, 5)),
    Case("csv: mark and separator's line", text(TABLE, "\t", before="\ufeffsep=\t\n"), numbers=(3, 4, 5)),
    Case("csv: MS-DOS's end of the file", text(TABLE, encoding="cp850", after="\x1a")),
    Case("csv: no end of the last line", text(TABLE).rstrip(b"\r\n")),
    Case("csv: both kinds of line ends", text(TABLE).replace(b"\r\n", b"\n", 2)),
    Case("csv: carriage returns doubled", text(TABLE, end="\r\r\n"), numbers=(3, 5, 7)),
    Case("csv: a line end within a name", text(TWO_LINES)),
    Case(
        "csv: a Mac's line end within a name", text(TWO_LINES).replace(b"\n", b"\r").replace(b"\r\r", b"\r\n")
    ),
    Case("csv: separators behind the last column", text([(*each, "", "", "") for each in TABLE])),
    Case("csv: blank rows between", text(BLANKS), numbers=(2, 5, 7)),
    Case("csv: a title above", text(TITLED), says=("Los encabezados están en la fila 4",), numbers=(5, 6, 7)),
    Case("csv: each row saved into one cell", text([[text([each]).decode().strip()] for each in TABLE])),
    Case("csv: spaces behind the separators", text(TABLE).replace(b",", b", ")),
    Case("csv: UTF-8 saved twice", text(TABLE).decode("cp1252", "ignore").encode(), asks=("letters",)),
    Case(
        "csv: web entities",
        text(changed(SECOND)).replace("Í".encode(), b"&Iacute;").replace("ñ".encode(), b"&#241;"),
    ),
    Case("csv: letters and tildes apart", text(changed({(0, "name"): "PANADERI\u0301A LA N\u0303APA"}))),
    Case("csv: headings twice, as pages are printed", text([*TABLE, HEADINGS]), numbers=(2, 3, 4, 5)),
    Case("csv: a line of groups above the headings", text(GROUPS), numbers=(3, 4, 5), says=("fila 2",)),
    Case("csv: carets", text(TABLE, "^")),
    Case("csv: tildes", text(TABLE, "~")),
    Case("csv: numbered headings", text([[f"{at}. {each}" for at, each in enumerate(HEADINGS, 1)], *ROWS])),
    Case("csv: headings in English", text([ENGLISH, *ROWS])),
    Case("csv: headings over two lines", text([[each.replace(" ", "\n") for each in HEADINGS], *ROWS])),
    Case("csv: two tables side by side", text([(*each, "", *each) for each in TABLE]), asks=("columns",)),
    Case(
        "csv: quotes within a name",
        text(INCHES).replace(b'"TUBOS 2"""', b'TUBOS 2"'),
        {(1, "name"): 'TUBOS 2"'},
    ),
    # --- one cell, as people and programs write it
    one("apostrophe before a telephone", "'5512345678", "5512345678"),
    one("a telephone with a decimal", "5512345678.0", "5512345678"),
    one("a telephone with thousands", "5,512,345,678", "5512345678"),
    one("a telephone that Excel shortened", "5.51E+09", "!Excel acortó el teléfono"),
    one("a telephone shortened with all its digits", "5.512345678E+09", "5512345678"),
    one("a telephone too narrow to be shown", "########", "!La columna era muy angosta"),
    one("text that Excel must not change", '="5512345678"', "5512345678"),
    one("a postal code that must keep its zero", '="06000"', "06000", field_name="expedition_place"),
    Case("csv: the same without quotes of its own", text(TABLE).replace(b"5512345678", b'="5512345678"')),
    one(
        "a postal code with decimals",
        "6000.5",
        "!Aquí hay un número con decimales",
        field_name="expedition_place",
    ),
    one("a telephone with decimals", "551234567.8", "!Aquí hay un número con decimales"),
    one("two telephones", "5512345678 / 5587654321", "!Escriba el teléfono con sus 10 dígitos"),
    one("a postal code without its zero", "6000", "06000", field_name="expedition_place"),
    one("a postal code with a decimal", "6000.0", "06000", field_name="expedition_place"),
    one("a postal code with its name", "C.P. 06000", "06000", field_name="expedition_place"),
    one("an RFC in small letters with hyphens", "pna-190312-ab1", field_name="rfc"),
    one("an RFC with spaces that do not break", "PNA\u00a0190312\u00a0AB1", field_name="rfc"),
    one("an RFC behind a zero-width space", "\u200bPNA190312AB1\ufeff", field_name="rfc"),
    one("an RFC with dots", "PNA.190312.AB1", "PNA190312AB1", field_name="rfc"),
    one("an address with mailto", "mailto:begona@example.com", "begona@example.com", field_name="email"),
    one("an address with a name", "Begoña <begona@example.com>", "begona@example.com", field_name="email"),
    one("two addresses", "a@example.com; b@example.com", "!Aquí hay varios correos", field_name="email"),
    one("two régimenes", "601, 603", "!Aquí hay varios regímenes", field_name="tax_regime"),
    one("a régimen by its name", "General de Ley Personas Morales", "601", field_name="tax_regime"),
    one("an error of a formula", "#N/D", "!La celda tiene un error"),
    one("a formula", "=VLOOKUP(A2,Hoja2!A:B,2)", "!Tiene fórmulas sin resultado"),
    one("a date under a postal code", "05/10/2026", "!Aquí hay una fecha", field_name="expedition_place"),
    one("a name with tabs", "PANADERÍA\tLA\t ÑAPA", "PANADERÍA LA ÑAPA", field_name="name"),
    # --- workbooks
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


def result(understood: Understood) -> list[ImportRow]:
    """The rows, judged for nobody, as `doctor sheet` does."""
    rows = [ImportRow(number=number_, values=values) for number_, values in understood.rows]
    known = Known.of(rows, None, User())
    for each in rows:
        judge(each, known)
    return rows


def shown(each: ImportRow, name: str) -> str:
    """What became of a cell: «!» and why it is refused, or its value."""
    return f"!{each.errors[name][0]}" if name in each.errors else each.values.get(name, "")


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_every_row_and_value_is_there_or_named(case: Case) -> None:
    understood = understand(case.data, Choice(), {})
    told = " ".join(notes(understood, len(understood.rows)))
    assert sorted(open_questions(understood)) == sorted(case.asks)
    assert [part for part in case.says if part not in told] == []
    if "letters" in case.asks:
        return
    rows = result(understood)
    assert tuple(each.number for each in rows) == case.numbers
    expected = {
        (number_, name): value
        for number_, each in enumerate(ROWS)
        for name, value in zip(FIELDS, each, strict=True)
    }
    for (number_, name), value in (expected | dict(case.differs)).items():
        found = shown(rows[number_], name)
        fits = found.startswith(value) if value.startswith("!") else normal(name, found) == value
        assert fits, (number_, name, found)


def normal(name: str, value: str) -> str:
    """An RFC as the account will have it: the form takes it with hyphens and in small letters."""
    return value.upper().replace("-", "").replace(" ", "") if name == "rfc" else value


@pytest.mark.parametrize(("data", "code"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_what_is_no_sheet_of_ours_is_named(data: bytes, code: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        understand(data, Choice(), {})
    assert refused.value.code == code
    assert code in MESSAGES
