"""A workbook of Excel's (.xlsx) written row by row, in as much memory as a row takes.

Packages that write every kind of workbook ask about each cell what is known here of all: it is text, a day, a
number or nothing. The parts are those of ECMA-376 («SpreadsheetML»), without what Excel does without.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, count, islice
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

type Cell = str | int | date | None

# What XML cannot hold Excel writes as _x0007_; so what looks like that is written so, too.
_ODD = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Day 1 is the first of January of 1900, and Excel counts a 29th of February in that year.
_DAY_ZERO = date(1899, 12, 30).toordinal()
# Characters of a sheet that are worth a write.
_PIECE = 64_000

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_OFFICE}/spreadsheetml/2006/main"'
_LINKS = f"{_OFFICE}/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKAGE = "application/vnd.openxmlformats-package"
# Its styles by number: text and numbers, headings, days.
_STYLES = f"""{_XML}<styleSheet {_MAIN}>
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""
_BEGIN = f"""{_XML}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">
<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>
<sheetData>"""
_END = "</sheetData></worksheet>"
# Around a text; spaces at its ends are kept.
_OPEN, _CLOSE = '<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
_HEADING = '<c s="1" t="inlineStr"><is><t>{}</t></is></c>'


def write(
    file: IO[bytes], name: str, headings: Sequence[str], lines: Iterable[Sequence[Cell]], most: int
) -> None:
    """Writes lines below headings that stay in sight; after so many at `most` a further sheet begins.

    Text is written as text, letter for letter: in a cell of text a formula never runs.
    """
    rest, names = iter(lines), list[str]()
    with ZipFile(file, "w", ZIP_DEFLATED) as book:
        for number in count(1):
            # The first is there without any line, too.
            first = list(islice(rest, 1))
            if names and not first:
                break
            names.append(name if number == 1 else f"{name} {number}")
            with book.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as sheet:
                for piece in _pieces(_sheet(headings, chain(first, islice(rest, most - 1)))):
                    sheet.write(piece)
        for path, content in _parts(names).items():
            book.writestr(path, content)


def _sheet(headings: Sequence[str], lines: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield _BEGIN
    yield f"<row>{''.join(_HEADING.format(_text(heading)) for heading in headings)}</row>"
    for line in lines:
        yield _row(line)
    yield _END


def _row(line: Sequence[Cell]) -> str:
    """A line's cells; each stands beside the one before it, so that none has to say where it is."""
    cells = ["<row>"]
    for cell in line:
        if isinstance(cell, str):
            cells.append(f"{_OPEN}{_text(cell)}{_CLOSE}" if cell else "<c/>")
        elif isinstance(cell, date):
            cells.append(f'<c s="2"><v>{cell.toordinal() - _DAY_ZERO}</v></c>')
        else:
            cells.append("<c/>" if cell is None else f"<c><v>{cell}</v></c>")
    cells.append("</row>")
    return "".join(cells)


def _text(text: str) -> str:
    # Most texts have nothing of it, which these see in a fraction of the pattern's time.
    if text.isprintable() and not ("&" in text or "<" in text or ">" in text or "_x" in text):
        return text
    return _ODD.sub(_written, text)


def _written(odd: re.Match[str]) -> str:
    character = odd[0]
    return _ENTITIES.get(character) or f"_x{ord(character):04X}_"


def _pieces(texts: Iterable[str]) -> Iterator[bytes]:
    """Small texts put together until they are worth a write."""
    piece, length = [], 0
    for text in texts:
        piece.append(text)
        length += len(text)
        if length > _PIECE:
            yield "".join(piece).encode()
            piece, length = [], 0
    yield "".join(piece).encode()


def _parts(names: Sequence[str]) -> dict[str, str]:
    """What a book has besides its sheets: what there is, where, and how it looks."""
    numbered = [*enumerate(names, 1)]
    sheets = "".join(f'<sheet name="{name}" sheetId="{it}" r:id="rId{it}"/>' for it, name in numbered)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{it}.xml" ContentType="{_KIND}.worksheet+xml"/>'
        for it, _ in numbered
    )
    targets = [("worksheet", f"worksheets/sheet{it}.xml") for it, _ in numbered] + [("styles", "styles.xml")]
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": (
            f'{_XML}<workbook {_MAIN} xmlns:r="{_LINKS}">'
            # The window that each sheet says it is in: without it Excel ends when it is to print.
            f"<bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": _relations(targets),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "[Content_Types].xml": (
            f'{_XML}<Types xmlns="{_OFFICE}/package/2006/content-types">'
            f'<Default Extension="rels" ContentType="{_PACKAGE}.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>{kinds}</Types>'
        ),
    }


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_OFFICE}/package/2006/relationships">{links}</Relationships>'
