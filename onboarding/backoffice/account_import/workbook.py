"""Opens workbooks (XLSX): the parts of the archive, and where each is.

A library gives values; here the cells without one matter as much: `#N/D`, a formula that nothing has
calculated, a date where «1-2» was typed. They come out as text that says so («#N/A», «=A1&B1»,
«2026-02-01»), which cells.py then knows.

Source: ECMA-376 part 1, chapter 18. No Django here: the child that takes sheets apart imports this module.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from xml.parsers import expat

from lxml import etree

from facturamos import sandbox
from onboarding.backoffice.account_import import numbers
from onboarding.backoffice.account_import.file_kinds import archive_kind, is_encrypted
from onboarding.backoffice.account_import.numbers import NumberStyle
from onboarding.backoffice.account_import.sheet_xml import (
    CellContext,
    SharedStrings,
    SheetCells,
    SheetTable,
    is_true,
)

# 20 000 rows with every column filled are some 20 MB of XML.
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 1000
RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATIONS = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"

# What the libraries say of a damaged archive or document.
_DAMAGE = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, etree.LxmlError, expat.ExpatError, EOFError),
    *(KeyError, IndexError, ValueError, OverflowError, RuntimeError, OSError, NotImplementedError),
)


@dataclass(frozen=True)
class Worksheet:
    """One sheet of a workbook: its name, its part in the archive, whether it is shown."""

    name: str
    part: str
    shown: bool


class Workbook:
    """An open workbook. Whatever is wrong with it is `sandbox.Refused`."""

    def __init__(self, data: bytes) -> None:
        with damage():
            self.archive = zipfile.ZipFile(BytesIO(data))
            self._admit(self.archive.infolist())
            self.main = self._target("", "/officeDocument") or "xl/workbook.xml"
            root = self._root(self.main)
            related = self._related(self.main)
            properties, calculation = root.find("{*}workbookPr"), root.find("{*}calcPr")
            self.context = CellContext(
                strings=self._strings(related),
                styles=self._styles(related),
                since_1904=properties is not None and is_true(properties.get("date1904")),
                uncalculated=calculation is not None and is_true(calculation.get("fullCalcOnLoad")),
            )
            self.sheets = list(self._sheets(root, related))

    def _admit(self, parts: list[zipfile.ZipInfo]) -> None:
        """Refuses other archives, and a ZIP bomb by the sizes that it declares, which zipfile holds it to."""
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise sandbox.Refused("too_big")
        self.parts = {_part(part.filename): part for part in parts}
        code, inside = archive_kind([_clean(part.filename) for part in parts])
        if code:
            raise sandbox.Refused(f"{code}:{inside}")
        if is_encrypted(parts):
            raise sandbox.Refused("locked")

    def _sheets(self, root: etree._Element, related: dict[str, tuple[str, str]]) -> Iterator[Worksheet]:
        """The sheets with cells, in their order; charts and macros are none."""
        for number, each in enumerate(root.iterfind("{*}sheets/{*}sheet"), start=1):
            identity = each.get(RELATIONS) or each.get(STRICT_RELATIONS) or ""
            kind, part = related.get(identity, ("/worksheet", f"xl/worksheets/sheet{number}.xml"))
            if kind.endswith("/worksheet") and _part(part) in self.parts:
                shown = each.get("state", "visible") == "visible"
                name = " ".join((each.get("name") or "").split()) or f"Hoja {number}"
                yield Worksheet(name[:100], part, shown)

    # --- parts

    def _open(self, part: str) -> IO[bytes]:
        return self.archive.open(self.parts[_part(part)])

    def _root(self, part: str) -> etree._Element:
        with self._open(part) as stream:
            return _without_entities(etree.parse(stream, _parser()).getroot())

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that one refers to: their kind and their name, by identity."""
        folder, _, name = part.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels".lstrip("/")
        if _part(relations) not in self.parts:
            return {}
        return {
            each.get("Id", ""): (each.get("Type", ""), _resolved(folder, each.get("Target", "")))
            for each in self._root(relations).iterfind("{*}Relationship")
            if each.get("TargetMode") != "External"
        }

    def _target(self, part: str, kind: str) -> str:
        return next((name for type_, name in self._related(part).values() if type_.endswith(kind)), "")

    def _strings(self, related: dict[str, tuple[str, str]]) -> list[str]:
        part = next((name for kind, name in related.values() if kind.endswith("/sharedStrings")), "")
        if not part or _part(part) not in self.parts:
            return []
        strings = SharedStrings()
        with self._open(part) as stream:
            strings.read(stream)
        return strings.found

    def _styles(self, related: dict[str, tuple[str, str]]) -> list[NumberStyle]:
        part = next((name for kind, name in related.values() if kind.endswith("/styles")), "")
        if not part or _part(part) not in self.parts:
            return []
        root = self._root(part)
        formats = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iterfind(".//{*}numFmt")}
        return [
            numbers.style_of(int(each.get("numFmtId") or 0), formats.get(each.get("numFmtId"), ""))
            for each in root.iterfind("{*}cellXfs/{*}xf")
        ]

    # --- cells

    def table(self, sheet: Worksheet) -> SheetTable:
        """All that a sheet holds."""
        cells = SheetCells(self.context)
        with damage(), self._open(sheet.part) as stream:
            cells.read(stream)
        return cells.table


@contextmanager
def damage() -> Iterator[None]:
    """What the libraries raise for a damaged workbook is «broken» to everybody else."""
    try:
        yield
    except _DAMAGE as error:
        raise sandbox.Refused("broken") from error


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _without_entities(element: etree._Element) -> etree._Element:
    """No spreadsheet declares entities (ECMA-376 part 2, 9.1.4); what they stand for would be lost."""
    if element.getroottree().docinfo.doctype:
        raise sandbox.Refused("broken")
    return element


def _resolved(folder: str, target: str) -> str:
    """A part's name from where it is referred to."""
    if target.startswith(("/", "\\")):
        return _clean(target)
    parts = folder.split("/") if folder else []
    for piece in _clean(target).split("/"):
        if piece == "..":
            parts = parts[:-1]
        elif piece != ".":
            parts.append(piece)
    return "/".join(parts)


def _clean(name: str) -> str:
    """Some writers part folders as Windows does."""
    return name.replace("\\", "/").lstrip("/")


def _part(name: str) -> str:
    """The names of parts are the same in capitals."""
    return _clean(name).lower()
