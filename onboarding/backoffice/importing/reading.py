"""Takes a sheet apart, CSV or XLSX: its rows as text, with the numbers that the spreadsheet shows.

All in a limited child process (companies/limited.py): a workbook is a ZIP of XML, made by anybody. No Django
here, because the child imports this module. The file is read in memory and not kept.
"""

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from companies import limited

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60
# Longer than any field takes, so that the field itself says so.
MAX_CELL = 1000
# 20 000 rows with every column filled are some 20 MB of XML.
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 1000
LIMITS = limited.Limits(cpu_seconds=10, memory_mb=700, seconds=20)

ZIP, OLD_EXCEL, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
SEPARATORS = ",;\t"
# What Excel may write in front of a CSV.
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)

# A row's number as the spreadsheet shows it, and its cells.
Line = tuple[int, list[str]]


class SheetRefused(Exception):
    """No sheet that we can read; `code` says why (MESSAGES in forms.py), `detail` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Sheet:
    """The first row with something in it, and the filled rows below."""

    headings: list[str]
    lines: list[Line]


def read(data: bytes) -> Sheet:
    """The sheet in `data`. Raises SheetRefused; ends within seconds."""
    _look(data)
    try:
        lines = json.loads(limited.run(take_apart, data, LIMITS))
    except limited.Refused as refused:
        code, _, detail = refused.code.partition(":")
        raise SheetRefused(code, detail) from None
    except limited.Exceeded:
        raise SheetRefused("too_slow") from None
    except limited.Failed:
        raise SheetRefused("broken") from None
    except limited.Unavailable:
        raise SheetRefused("unavailable") from None
    if len(lines) < 2:
        raise SheetRefused("no_rows")
    (_, headings), *rest = lines
    return Sheet(headings, [(number, cells) for number, cells in rest])


def _look(data: bytes) -> None:
    """Refuses what the size or the first bytes already tell."""
    if not data.strip():
        raise SheetRefused("empty")
    if len(data) > MAX_BYTES:
        raise SheetRefused("too_big")
    if data.startswith(OLD_EXCEL):
        raise SheetRefused("old_excel")
    if PDF in data[:1024]:
        raise SheetRefused("pdf")


# --- inside the child -----------------------------------------------------------------------------------


def take_apart(data: bytes) -> bytes:
    """The filled rows as JSON, the headings first. Runs in the child; raises limited.Refused."""
    lines: list[Line] = []
    for number, cells in _workbook(data) if data.startswith(ZIP) else _csv(data):
        texts = [_text(cell)[:MAX_CELL] for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        if len(texts) > MAX_COLUMNS:
            raise limited.Refused(f"too_wide:{number}")
        lines.append((number, texts))
        if len(lines) > MAX_ROWS + 1:
            raise limited.Refused("too_long")
    answer = json.dumps(lines, ensure_ascii=False).encode()
    if len(answer) > limited.MAX_ANSWER_BYTES:
        raise limited.Refused("too_big")
    return answer


def _text(cell: Any) -> str:
    """What the spreadsheet shows of a cell, on one line and without the blanks around it."""
    match cell:
        case bool():
            return "VERDADERO" if cell else "FALSO"
        case float() if cell.is_integer():
            # Telephones and postal codes come as numbers.
            return str(int(cell))
        case datetime() if (cell.hour, cell.minute, cell.second) == (0, 0, 0):
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
    # PostgreSQL keeps no NUL, UTF-8 no half of a surrogate pair.
    text = str(cell).replace("\0", "").encode("utf-8", "replace").decode()
    return " ".join(text.split())


def _workbook(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the first sheet that is shown."""
    _unpacks_to_little(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        shown = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
        if not shown:
            raise limited.Refused("no_rows")
        sheet = book.get_sheet_by_name(shown[0])
        rows = sheet.to_python(skip_empty_area=True, nrows=MAX_ROWS * 2)
    except CalamineError as error:
        raise limited.Refused("locked" if "password" in str(error).lower() else "broken") from error
    first = sheet.start[0] if sheet.start else 0
    for number, cells in enumerate(rows, start=first + 1):
        yield number, list(cells)


def _unpacks_to_little(data: bytes) -> None:
    """Refuses a ZIP bomb by the sizes that it declares; what lies about them meets the memory's limit."""
    try:
        parts = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise limited.Refused("broken") from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise limited.Refused("too_big")
    if not any(part.filename.startswith("xl/") for part in parts):
        raise limited.Refused("not_sheet")


def _csv(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    text = _decoded(data)
    said = SEPARATOR_LINE.match(text)
    separator = said[1] if said else _separator(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if not (said and number == 1):
                yield number, list(cells)
    except csv.Error:
        raise limited.Refused(f"quotes:{number + 1}") from None


def _decoded(data: bytes) -> str:
    """The text of a CSV: UTF-16 and UTF-8 by their marks, else UTF-8, else Excel's own (Windows-1252)."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A text has line ends and tabs, and no other control characters.
        if re.search(r"[\x00-\x08\x0e-\x1f]", text):
            break
        return text
    raise limited.Refused("not_sheet")


def _separator(text: str) -> str:
    """The commonest of the three in the first line that has something; what stands in quotes is text."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=bare.count)
