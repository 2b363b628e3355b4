"""Workbooks and CSVs written by hand, as programs other than Excel write them."""

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"

GOOD = ("PANADERÍA LA ÑAPA", "PNA190312AB1", "Begoña Ibáñez", "begona@example.com")
HEADINGS = ("Nombre", "RFC", "Nombre completo del contacto", "Correo electrónico")


def inline(text: str, reference: str = "") -> str:
    """A cell with its text within it."""
    place = f' r="{reference}"' if reference else ""
    return f'<c{place} t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def row(number: int, *cells: str, more: str = "") -> str:
    """A row of cells that say nothing of their places; text becomes a cell."""
    filled = [cell if cell.startswith("<") else inline(cell) if cell else "<c/>" for cell in cells]
    return f'<row r="{number}"{more}>{"".join(filled)}</row>'


def sheet(*rows: str, behind: str = "", namespace: str = MAIN) -> str:
    """A worksheet's part."""
    return f'<worksheet xmlns="{namespace}"><sheetData>{"".join(rows)}</sheetData>{behind}</worksheet>'


def styles(*formats: str) -> str:
    """A style for each format's code, from 1 on; a number is a built-in one."""
    own = "".join(
        f'<numFmt numFmtId="{164 + place}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for place, code in enumerate(formats)
    )
    used = "".join(
        f'<xf numFmtId="{code if code.isdigit() and code[0] != "0" else 164 + place}"/>'
        for place, code in enumerate(formats)
    )
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{own}</numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )


def strings(*items: str) -> str:
    """The shared strings; an item may be XML."""
    each = [item if item.startswith("<") else f"<t>{escape(item)}</t>" for item in items]
    return f'<sst xmlns="{MAIN}">{"".join(f"<si>{item}</si>" for item in each)}</sst>'


def book(
    *sheets: str,
    names: tuple[str, ...] = (),
    states: tuple[str, ...] = (),
    properties: str = "",
    calculation: str = "",
    parts: dict[str, str] | None = None,
    namespace: str = MAIN,
    office: str = OFFICE,
) -> bytes:
    """A workbook of these worksheets; `parts` are further ones: «styles», «sharedStrings»."""
    entries, relations = [], []
    for number, _ in enumerate(sheets, start=1):
        name = names[number - 1] if names else f"Hoja{number}"
        state = f' state="{states[number - 1]}"' if states and states[number - 1] else ""
        entries.append(f'<sheet name="{name}" sheetId="{number}"{state} r:id="rId{number}"/>')
        relations.append(_relation(number, office, "worksheet", f"worksheets/sheet{number}.xml"))
    for number, kind in enumerate(parts or {}, start=len(sheets) + 1):
        relations.append(_relation(number, office, kind, f"{kind}.xml"))
    content = {
        "_rels/.rels": _relations([_relation(1, office, "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{office}">{properties}'
        f"<sheets>{''.join(entries)}</sheets>{calculation}</workbook>",
        "xl/_rels/workbook.xml.rels": _relations(relations),
        **{f"xl/worksheets/sheet{number}.xml": text for number, text in enumerate(sheets, start=1)},
        **{f"xl/{kind}.xml": text for kind, text in (parts or {}).items()},
    }
    return archive(content)


def archive(content: dict[str, str]) -> bytes:
    """A ZIP of these parts."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in content.items():
            packed.writestr(name, text)
    return buffer.getvalue()


def _relation(number: int, office: str, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{office}/{kind}" Target="{target}"/>'


def _relations(each: list[str]) -> str:
    return f'<Relationships xmlns="{PACKAGE}">{"".join(each)}</Relationships>'
