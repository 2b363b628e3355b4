"""Takes a sheet apart, CSV or XLSX: its rows as text, with the numbers that the spreadsheet shows.

All in a limited child process (facturamos/sandbox.py): a workbook is a ZIP of XML, made by anybody. No Django
here, because the child imports this module. What is doubtful about the reading is told with the rows.
"""

import html
import json
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace

from facturamos import sandbox, sandbox_messages
from onboarding.backoffice.account_import import delimited, headings
from onboarding.backoffice.account_import.file_kinds import kind_of
from onboarding.backoffice.account_import.sheet_xml import Columns, Merged, Row, SheetTable
from onboarding.backoffice.account_import.workbook import Workbook, Worksheet

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60
# Longer than any field takes, so that the field itself says so.
MAX_CELL = 1000
# Sheets of a workbook that are looked into.
MAX_SHEETS = 50
LIMITS = sandbox.Limits(cpu_seconds=10, memory_mb=700, seconds=20)
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

# A row's number as the spreadsheet shows it, and its cells.
Line = tuple[int, list[str]]


class SheetRefused(Exception):
    """No sheet that we can read; `code` says why (MESSAGES in forms.py), `detail` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class ReadingChoice:
    """How somebody wants a sheet to be read; what is empty is chosen here."""

    letters: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class OtherSheet:
    """A sheet of the workbook that was not read: how many filled rows it has, and whether more than one
    known heading stands in one of them."""

    name: str
    rows: int
    has_headings: bool
    shown: bool


@dataclass(frozen=True)
class Sheet:
    """The row of headings, the filled rows below, and what is doubtful about them."""

    headings: list[str]
    lines: list[Line]
    # The number of the row of headings, and how many filled ones stand above it.
    headings_row: int = 1
    above: int = 0
    # A workbook's sheet; a CSV has no name.
    name: str = ""
    others: list[OtherSheet] = field(default_factory=list)
    # Rows that a filter or a person has hidden; ranges whose value was given to each of their rows.
    hidden: list[int] = field(default_factory=list)
    # Columns that somebody has hidden although something stands in them.
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    # How the letters of a CSV were read, whether that is beyond doubt, and a few rows in each reading.
    letters: str = ""
    letters_sure: bool = True
    samples: dict[str, list[str]] = field(default_factory=dict)


def read(data: bytes, known: Collection[str] = (), choice: ReadingChoice | None = None) -> Sheet:
    """The sheet in `data`; `known` are the keys of headings. Raises SheetRefused; ends within seconds."""
    if len(data) > MAX_BYTES:
        raise SheetRefused("too_big")
    if code := kind_of(data):
        raise SheetRefused(code)
    order = json.dumps([sorted(known), asdict(choice or ReadingChoice())]).encode()
    try:
        answer = json.loads(sandbox.run(take_apart, order + b"\n" + data, LIMITS))
    except sandbox.Refused as refused:
        code, _, detail = refused.code.partition(":")
        raise SheetRefused(code, detail) from None
    return Sheet(
        **answer
        | {
            "lines": [(number, cells) for number, cells in answer["lines"]],
            "others": [OtherSheet(**each) for each in answer["others"]],
        }
    )


# --- inside the child -----------------------------------------------------------------------------------


def take_apart(job: bytes) -> bytes:
    """The sheet as JSON. Runs in the child; raises sandbox.Refused."""
    order, _, data = job.partition(b"\n")
    known, wanted = json.loads(order)
    choice = ReadingChoice(**wanted)
    known = frozenset(known)
    sheet = _of_workbook(data, known, choice) if data.startswith(ARCHIVES) else _of_csv(data, known, choice)
    answer = json.dumps(asdict(sheet), ensure_ascii=False).encode()
    if len(answer) > sandbox_messages.MAX_ANSWER_BYTES:
        raise sandbox.Refused("too_big")
    return answer


def _of_csv(data: bytes, known: Collection[str], choice: ReadingChoice) -> Sheet:
    text = delimited.parse(data, known, choice.letters)
    lines = _clean(text.rows)
    if not lines:
        raise sandbox.Refused("no_rows")
    sheet = _sheet(lines, known)
    return replace(sheet, letters=text.letters, letters_sure=text.sure, samples=text.samples)


def _of_workbook(data: bytes, known: Collection[str], choice: ReadingChoice) -> Sheet:
    book = Workbook(data)
    tables = [(each, book.table(each)) for each in book.sheets[:MAX_SHEETS]]
    shown = [(each, table) for each, table in tables if each.shown and table.rows]
    if not shown:
        raise sandbox.Refused("no_rows")
    sheet, table = _chosen(shown, known, choice.sheet)
    others = [
        OtherSheet(each.name, len(other.rows), _heads(other, known) > 1, each.shown)
        for each, other in tables
        if each is not sheet and other.rows
    ]
    return replace(_sheet(_clean(table.rows), known, table, sheet.name), others=others)


def _chosen(
    shown: Sequence[tuple[Worksheet, SheetTable]], known: Collection[str], wanted: str
) -> tuple[Worksheet, SheetTable]:
    """The sheet that was asked for; else the first of those with most known headings and rows below."""
    for each in shown:
        if each[0].name == wanted:
            return each
    return max(shown, key=lambda each: (len(each[1].rows) > 1, _heads(each[1], known)))


def _heads(table: SheetTable, known: Collection[str]) -> int:
    """How many known headings a sheet has in the row that has most of them."""
    first = [cells for _, cells in table.rows[: headings.SEARCHED_ROWS]]
    return max((headings.matched(cells, known) for cells in first), default=0)


def _sheet(
    lines: list[Line], known: Collection[str], table: SheetTable | None = None, name: str = ""
) -> Sheet:
    """The rows parted at that of the headings: it, those below, and how many stand above."""
    at = headings.row_of_headings([cells for _, cells in lines], known)
    above, titles = at, lines[at][1]
    if at + 1 < len(lines) and (both := headings.joined(titles, lines[at + 1][1], known)):
        at, titles = at + 1, both
    below = lines[at + 1 :]
    numbers = {number for number, _ in below}
    if not below:
        raise sandbox.Refused(f"no_rows:{name}")
    table = table or SheetTable()
    merged = _fill_merged(below, table.merged, lines[at][0])
    for number, cells in [lines[at], *below]:
        if len(cells) > MAX_COLUMNS:
            raise sandbox.Refused(f"too_wide:{number}")
    if len(below) > MAX_ROWS:
        raise sandbox.Refused(f"too_long:{len(below)}")
    return Sheet(
        titles,
        below,
        headings_row=lines[at][0],
        above=above,
        name=name,
        hidden=[number for number in table.hidden if number in numbers],
        hidden_columns=_filled_columns(below, table.hidden_columns),
        merged=merged,
    )


def _filled_columns(lines: list[Line], columns: Sequence[Columns]) -> list[int]:
    """Those of the columns in which something stands: whoever hides all to the right hides thousands."""
    filled = {position for _, cells in lines for position, cell in enumerate(cells) if cell}
    return sorted(each for each in filled if any(first <= each < end for first, end in columns))


def _fill_merged(lines: list[Line], merged: list[Merged], headings_row: int) -> list[str]:
    """Gives the value of cells that were merged downwards to each row that they belong to.

    To filled rows only: a range may reach to the sheet's end.
    """
    rows = dict(lines)
    filled = []
    for first, last, column in merged:
        value = rows.get(first, [])[column : column + 1]
        below = [number for number in rows if first < number <= last] if value and value[0] else []
        if first > headings_row and below:
            for number in below:
                cells = rows[number]
                cells.extend("" for _ in range(column + 1 - len(cells)))
                cells[column] = cells[column] or value[0]
            filled.append(f"{headings.letters(column)}{first}:{headings.letters(column)}{last}")
    return filled


def _clean(rows: Sequence[Row]) -> list[Line]:
    """The rows with something in them; each cell on one line, without what nobody sees."""
    lines = []
    for number, cells in rows:
        texts = [_cleaned(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            lines.append((number, texts))
    return lines


# Zero width, direction and joining marks, soft hyphens; what other programs call no text at all.
_UNSEEN = re.compile("[\0\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]")


# «MU&Ntilde;OZ», as web pages and their databases write it; twice where two programs did.
_ENTITY = re.compile(r"&(?:amp;)?(?:[A-Za-z]{2,8}|#\d{2,5}|#[xX][0-9A-Fa-f]{2,4});")


def _cleaned(cell: str) -> str:
    if "&" in cell:
        cell = _ENTITY.sub(lambda entity: html.unescape(html.unescape(entity[0])), cell[: 4 * MAX_CELL])
    if cell.isascii() and cell.isprintable():
        return " ".join(cell[: 2 * MAX_CELL].split())[:MAX_CELL]
    # A Mac writes Ñ as N and a tilde. UTF-8 has no half of a surrogate pair.
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", cell[: 4 * MAX_CELL]))
    return " ".join(text.encode("utf-8", "replace").decode().split())[:MAX_CELL]
