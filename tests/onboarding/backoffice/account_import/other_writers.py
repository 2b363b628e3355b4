"""Sheets as other programs write them: LibreOffice, Google, Numbers, POI, SheetJS, openpyxl, report writers.

Each writer takes the same rows and makes bytes with that program's habits, which are told beside it.
"""

import csv
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

from tests.onboarding.backoffice.account_import import hand_made

Row = Sequence[str]
Rows = Sequence[Row]
Cell = Callable[[str, str], str]
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def column(position: int) -> str:
    """A, B, …; the sheets here are narrow."""
    return chr(65 + position)


# --- text


def text(
    rows: Rows,
    separator: str = ",",
    encoding: str = "utf-8",
    end: str = "\r\n",
    *,
    quoting: Any = csv.QUOTE_MINIMAL,
    before: str = "",
    after: str = "",
) -> bytes:
    """A CSV; `before` and `after` are written as they are."""
    buffer = StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return (before + buffer.getvalue() + after).encode(encoding)


# --- workbooks by hand


def shared(strings: list[str]) -> Cell:
    """Cells that refer to shared strings, as Excel, LibreOffice and openpyxl write them."""

    def cell(reference: str, value: str) -> str:
        strings.append(value)
        return f'<c r="{reference}" s="0" t="s"><v>{len(strings) - 1}</v></c>'

    return cell


def inline(reference: str, value: str) -> str:
    """POI's streaming writer, report servers, R: no shared strings."""
    kept = escape(value)
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'


def as_formula_text(reference: str, value: str) -> str:
    """SheetJS and excelize: a text as if a formula had made it."""
    return f'<c r="{reference}" t="str"><v>{escape(value)}</v></c>'


def without_places(reference: str, value: str) -> str:
    """Small writers leave out where a cell is."""
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else "<c/>"


def rich(reference: str, value: str) -> str:
    """A text that somebody coloured: several runs."""
    half = len(value) // 2
    runs = "".join(
        f'<r><rPr><b/><color rgb="FFFF0000"/></rPr><t xml:space="preserve">{escape(each)}</t></r>'
        for each in (value[:half], value[half:])
    )
    return f'<c r="{reference}" t="inlineStr"><is>{runs}</is></c>'


def page(
    rows: Rows,
    cell: Cell = inline,
    *,
    first: int = 1,
    attributes: str = "",
    hidden: Sequence[int] = (),
    before: str = "",
    behind: str = "",
    special: dict[str, str] | None = None,
) -> str:
    """A worksheet; `special` are whole cells by their place, `hidden` rows by their number."""
    lines = []
    for number, values in enumerate(rows, start=first):
        more = f'{attributes} hidden="{"1" if number in hidden else "0"}"'
        cells = [
            (special or {}).get(f"{column(place)}{number}") or cell(f"{column(place)}{number}", value)
            for place, value in enumerate(values)
            if value or f"{column(place)}{number}" in (special or {}) or cell is without_places
        ]
        lines.append(f'<row r="{number}"{more}>{"".join(cells)}</row>')
    sheet = hand_made.sheet(*lines, behind=behind)
    return DECLARATION + sheet.replace("<sheetData>", f"{before}<sheetData>")


def libreoffice(rows: Rows, special: dict[str, str] | None = None, hidden: Sequence[int] = ()) -> bytes:
    """Calc: every flag written out as «false», a million columns described, `aca` on formulas."""
    strings: list[str] = []
    columns = (
        '<sheetPr filterMode="false"><pageSetUpPr fitToPage="false"/></sheetPr><dimension ref="A1:G9"/>'
        '<sheetFormatPr defaultColWidth="11.53" defaultRowHeight="12.8" outlineLevelRow="0"/>'
        '<cols><col collapsed="false" customWidth="false" hidden="false" outlineLevel="0" max="16384"'
        ' min="1" style="0" width="11.53"/></cols>'
    )
    attributes = ' customFormat="false" ht="12.8" customHeight="false" outlineLevel="0" collapsed="false"'
    content = page(
        rows, shared(strings), attributes=attributes, before=columns, special=special, hidden=hidden
    )
    return hand_made.book(
        content,
        names=("Hoja1",),
        states=("visible",),
        properties='<workbookPr backupFile="false" showObjects="all" date1904="false"/>',
        calculation='<calcPr iterateCount="100" refMode="A1" iterate="false" iterateDelta="0.001"/>',
        parts={"sharedStrings": hand_made.strings(*strings), "styles": hand_made.styles("14", "00000", "@")},
    )


def google(rows: Rows, hidden: Sequence[int] = ()) -> bytes:
    """Google Sheets: a thousand styled rows below the last, each with its height; a filter's range."""
    strings: list[str] = []
    empty = "".join(
        f'<row r="{number}" ht="15.75" customHeight="1"><c r="A{number}" s="1"/></row>'
        for number in range(len(rows) + 1, 1001)
    )
    behind = '<autoFilter ref="$A$1:$G$1000"/><drawing r:id="rId1"/>'
    content = page(
        rows, shared(strings), attributes=' ht="15.75" customHeight="1"', behind=behind, hidden=hidden
    ).replace("</sheetData>", f"{empty}</sheetData>")
    return hand_made.book(
        content.replace("<worksheet ", f'<worksheet xmlns:r="{hand_made.OFFICE}" '),
        names=("Hoja 1",),
        parts={"sharedStrings": hand_made.strings(*strings), "styles": hand_made.styles("14")},
    )


def numbers_export(rows: Rows) -> bytes:
    """Numbers: a first sheet about the export, the table's name above the headings."""
    about = page([("Este documento se exportó desde Numbers.",), ("Nombre de la hoja", "Tabla")])
    table = page([("Tabla 1",), *rows], first=1)
    return hand_made.book(about, table, names=("Resumen de exportación", "Hoja 1 - Tabla 1"))


def excel_web(rows: Rows) -> bytes:
    """Excel of today: namespaces of its own, spans, a table part, macros beside the sheets (.xlsm)."""
    strings: list[str] = []
    content = page(rows, shared(strings), attributes=' spans="1:7" x14ac:dyDescent="0.25"')
    content = content.replace(
        "<worksheet ",
        '<worksheet xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" ',
    )
    return hand_made.book(
        content,
        names=("Clientes",),
        properties='<workbookPr codeName="ThisWorkbook" defaultThemeVersion="166925"/>',
        calculation='<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'
        "Clientes!$A$1:$G$4</definedName></definedNames>",
        parts={
            "sharedStrings": hand_made.strings(*strings),
            "styles": hand_made.styles("14"),
            "vbaProject": "no XML at all",
        },
    )


def prefixed(rows: Rows) -> bytes:
    """The OpenXML SDK: every element with a prefix."""
    content = page(rows).removeprefix(DECLARATION)
    content = content.replace("<", "<x:").replace("<x:/", "</x:").replace(" xmlns=", " xmlns:x=")
    return hand_made.book(DECLARATION + content)


def strict(rows: Rows) -> bytes:
    """Excel's «Libro Strict Open XML»."""
    content = page(rows).replace(hand_made.MAIN, hand_made.STRICT)
    return hand_made.book(content, namespace=hand_made.STRICT, office=hand_made.STRICT_OFFICE)


def report(rows: Rows) -> bytes:
    """A report server: a title over merged cells, a column between each two, a total below."""
    apart = [[part for value in row for part in (value, "")] for row in rows]
    title = [("REPORTE DE CLIENTES",), ("Fecha: 29/11/2026",), ()]
    merged = '<mergeCells count="1"><mergeCell ref="A1:M1"/></mergeCells>'
    return hand_made.book(page([*title, *apart], behind=merged), names=("Reporte",))


def stored(data: bytes) -> bytes:
    """The same archive without compression, its parts in the other order, with a comment."""
    source, buffer = zipfile.ZipFile(BytesIO(data)), BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name in reversed(source.namelist()):
            target.writestr(name, source.read(name))
        target.comment = b"made by hand"
    return buffer.getvalue()


def xlsx(
    rows: Sequence[Sequence[Any]], write: Callable[[Any, Any], None] | None = None, **options: object
) -> bytes:
    """xlsxwriter; `write` does more with the book and its sheet."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"remove_timezone": True, **options})
    sheet = book.add_worksheet("Clientes")
    for number, values in enumerate(rows):
        sheet.write_row(number, 0, values)
    if write:
        write(book, sheet)
    book.close()
    return buffer.getvalue()


# --- what is no workbook of today


def open_document(rows: Rows) -> bytes:
    """An .ods."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{escape(value)}</text:p></table:table-cell>" for value in row)
        + "</table:table-row>"
        for row in rows
    )
    return hand_made.archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content>{cells}</office:document-content>",
            "META-INF/manifest.xml": "<manifest:manifest/>",
        }
    )


def excel_97(rows: Rows) -> bytes:
    """A BIFF8 workbook (.xls): a compound file with a stream «Workbook» of LABEL records."""
    stream = b"\x09\x08\x10\x00\x00\x06\x05\x00\xbb\x0d\xcc\x07\x00\x00\x00\x00\x06\x00\x00\x00"
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            label = value.encode("utf-16-le")
            body = number.to_bytes(2, "little") + place.to_bytes(2, "little") + b"\x0f\x00"
            body += len(value).to_bytes(2, "little") + b"\x01" + label
            stream += b"\x04\x02" + len(body).to_bytes(2, "little") + body
    name = "Workbook".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + name.ljust(512, b"\0") + stream


def web_page(rows: Rows) -> bytes:
    """An HTML table that a system calls .xls."""
    lines = "".join(f"<tr>{''.join(f'<td>{escape(each)}</td>' for each in row)}</tr>" for row in rows)
    return f"<html><body><table>{lines}</table></body></html>".encode()


def excel_2003(rows: Rows) -> bytes:
    """SpreadsheetML of 2003, by which some systems still export."""
    lines = "".join(
        f"<Row>{''.join(f'<Cell><Data>{escape(each)}</Data></Cell>' for each in row)}</Row>" for row in rows
    )
    return (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        f"<Worksheet ss:Name={quoteattr('Clientes')}><Table>{lines}</Table></Worksheet></Workbook>"
    ).encode()


def dbase(rows: Rows) -> bytes:
    """A .dbf: fields of fixed width behind a binary header."""
    header = b"\x03\x7e\x0b\x1d" + len(rows).to_bytes(4, "little") + b"\x41\x00\x40\x00" + b"\0" * 20
    body = "".join("".join(each.ljust(40) for each in row) for row in rows)
    return header + b"NOMBRE\0\0\0\0\0C" + b"\0" * 20 + b"\r" + body.encode("cp850", "replace") + b"\x1a"


def sylk(rows: Rows) -> bytes:
    """A .slk."""
    cells = [
        f'C;Y{number};X{place};K"{value}"'
        for number, row in enumerate(rows, start=1)
        for place, value in enumerate(row, start=1)
    ]
    return ("ID;PWXL;N;E\r\n" + "\r\n".join(cells) + "\r\nE\r\n").encode("latin-1")
