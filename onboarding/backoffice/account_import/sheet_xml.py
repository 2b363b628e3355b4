"""Reads the two large parts of a workbook as streams: a sheet's cells, and the texts that they share.

A cell costs a few microseconds and a row memory only when something stands in it, so that neither 360 000
cells nor a lone one at the end of the sheet is much. Source: ECMA-376 part 1, chapter 18.

No Django here: the child that takes sheets apart imports this module.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from facturamos import sandbox
from onboarding.backoffice.account_import import numbers
from onboarding.backoffice.account_import.numbers import NumberStyle

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
# Ranges of merged cells that are looked at.
MAX_MERGED = 10_000

Row = tuple[int, list[str]]
# First and last row, first column; from 1 and from 0, as rows and cells are counted here.
Merged = tuple[int, int, int]
# First column and the one behind the last, from 0.
Columns = tuple[int, int]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_NOTHING = re.compile(r"0+(?:\.0*)?")
_LETTERS = re.compile(r"\$?([A-Za-z]{1,3})\$?")


@dataclass
class SheetTable:
    """What a sheet holds: its filled rows, and what one does not see of it."""

    rows: list[Row] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    hidden_columns: list[Columns] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)


@dataclass(frozen=True)
class CellContext:
    """What a cell's number stands for."""

    strings: Sequence[str]
    styles: Sequence[NumberStyle]
    since_1904: bool
    # A program that does not calculate writes 0 and asks Excel to: that 0 is nobody's value.
    uncalculated: bool


type Begin = Callable[[dict[str, str]], None]
type End = Callable[[], None]


class _Handlers[H](dict[str, H | None]):
    """What is done for an element, by its name with whatever prefix its writer gives to the namespace."""

    def __init__(self, by_name: dict[str, H]) -> None:
        super().__init__()
        self.by_name = by_name

    def __missing__(self, name: str) -> H | None:
        self[name] = self.by_name.get(name.rpartition(":")[2])
        return self[name]


class _Stream:
    """Reads XML and calls what `begins` and `ends` have for an element. `listen` makes it keep the text."""

    def __init__(self) -> None:
        self._text: list[str] | None = None

    def read(self, stream: IO[bytes]) -> None:
        """Reads to the end. Raises expat.ExpatError."""
        begins, ends = _Handlers(self.begins()), _Handlers(self.ends())

        def begin(name: str, attributes: dict[str, str]) -> None:
            if handler := begins[name]:
                handler(attributes)

        def end(name: str) -> None:
            if handler := ends[name]:
                handler()

        def characters(data: str) -> None:
            if self._text is not None:
                self._text.append(data)

        parser = expat.ParserCreate()
        parser.buffer_text = True
        # What entities stand for would be lost; no spreadsheet declares any (ECMA-376 part 2, 9.1.4).
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler, parser.EndElementHandler = begin, end
        parser.CharacterDataHandler = characters
        parser.ParseFile(stream)

    def begins(self) -> dict[str, Begin]:
        """What is done where an element begins."""
        return {}

    def ends(self) -> dict[str, End]:
        """What is done where it ends."""
        return {}

    def listen(self, attributes: dict[str, str]) -> None:
        """Keeps the text from here on."""
        self._text = []

    def heard(self) -> str:
        text, self._text = self._text, None
        return "".join(text or ())


class SharedStrings(_Stream):
    """The texts that cells share, without how they are pronounced."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._spoken = False

    def begins(self) -> dict[str, Begin]:
        return {"si": self._begin, "rPh": self._begin_spoken, "t": self.listen}

    def ends(self) -> dict[str, End]:
        return {"t": self._take, "rPh": self._end_spoken, "si": self._end}

    def _begin(self, attributes: dict[str, str]) -> None:
        self._pieces = []

    def _begin_spoken(self, attributes: dict[str, str]) -> None:
        self._spoken = True

    def _end_spoken(self) -> None:
        self._spoken = False

    def _take(self) -> None:
        text = self.heard()
        if not self._spoken:
            self._pieces.append(text)

    def _end(self) -> None:
        self.found.append(unescaped("".join(self._pieces)))


class SheetCells(SharedStrings):
    """The rows of a sheet: of each cell what it shows, or why it shows nothing."""

    def __init__(self, context: CellContext) -> None:
        super().__init__()
        self.context = context
        self.table = SheetTable()
        self._last = 0
        self._number: int | None = None
        self._hidden = False
        self._cells: list[str] = []
        self._position = -1
        self._cell: dict[str, str] = {}
        self._value: str | None = None
        self._formula: str | None = None

    def begins(self) -> dict[str, Begin]:
        own = {"row": self._begin_row, "c": self._begin_cell, "v": self.listen, "f": self.listen}
        around = {"col": self._take_columns, "mergeCell": self._take_merged}
        return super().begins() | own | around

    def ends(self) -> dict[str, End]:
        own = {"row": self._end_row, "c": self._end_cell, "v": self._take_value, "f": self._take_formula}
        return super().ends() | own

    # --- rows

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._number = int(number) if number else None
        self._hidden = is_true(attributes.get("hidden")) or _is_nothing(attributes.get("ht"))
        self._cells, self._position = [], -1

    def _end_row(self) -> None:
        number = self._last + 1 if self._number is None else self._number
        if not self._last < number <= MAX_ROW:
            raise sandbox.Refused("broken")
        self._last = number
        if self._cells:
            self.table.rows.append((number, self._cells))
            if self._hidden:
                self.table.hidden.append(number)

    def _take_columns(self, attributes: dict[str, str]) -> None:
        first, last = int(attributes.get("min") or 0), int(attributes.get("max") or 0)
        hidden = is_true(attributes.get("hidden")) or _is_nothing(attributes.get("width"))
        if hidden and len(self.table.hidden_columns) < MAX_MERGED:
            self.table.hidden_columns.append((first - 1, last))

    def _take_merged(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        begin, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if begin and end and int(begin[2]) < int(end[2]) and len(self.table.merged) < MAX_MERGED:
            self.table.merged.append((int(begin[2]), int(end[2]), _column(begin[1])))

    # --- cells

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        self._value = self._formula = None
        self._pieces = []

    def _take_value(self) -> None:
        self._value = self.heard()

    def _take_formula(self) -> None:
        self._formula = self.heard()

    def _end_cell(self) -> None:
        self._position = self._place(self._cell.get("r"))
        if self._position >= MAX_COLUMN:
            raise sandbox.Refused("broken")
        text = self._shown(self._cell.get("t") or "n")
        if text and not text.isspace():
            cells, missing = self._cells, self._position + 1 - len(self._cells)
            if missing > 0:
                cells.extend([""] * missing)
            cells[self._position] = text

    def _place(self, reference: str | None) -> int:
        if not reference:
            return self._position + 1
        letters = reference.rstrip("0123456789")
        if self._number is None:
            self._number = int(reference[len(letters) :])
        return _column(letters)

    def _shown(self, kind: str) -> str:
        """What a cell shows; the formula itself where it has no result."""
        value = self._value
        if kind == "inlineStr":
            return unescaped("".join(self._pieces))
        if self._formula is not None and self._has_no_result(kind, value):
            return f"={self._formula}"
        if not value:
            return ""
        match kind:
            case "s":
                return self.context.strings[_index(value)]
            case "n":
                return numbers.shown(value, self._style, since_1904=self.context.since_1904)
            case "b":
                return "VERDADERO" if value in ("1", "true") else "FALSO"
            case "d":
                return value.removesuffix("Z").removesuffix("T00:00:00")
        return unescaped(value)

    def _has_no_result(self, kind: str, value: str | None) -> bool:
        # An empty text may be a result: =IF(A2="","",…).
        return value is None or (not value and kind != "str") or (self.context.uncalculated and value == "0")

    @property
    def _style(self) -> NumberStyle:
        number = int(self._cell.get("s") or 0)
        return self.context.styles[number] if number < len(self.context.styles) else numbers.PLAIN


def _refuse(*declared: object) -> None:
    raise sandbox.Refused("broken")


def _index(text: str) -> int:
    if (number := int(text)) < 0:
        raise sandbox.Refused("broken")
    return number


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    """The place of a column, from 0: of A, $A and a it is the same."""
    found = _LETTERS.fullmatch(letters)
    if not found:
        raise sandbox.Refused("broken")
    number = 0
    for letter in found[1].upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def unescaped(text: str) -> str:
    """A text with the characters that XML does not take, which are written «_x000D_»."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _is_nothing(size: str | None) -> bool:
    """Whether a row has no height or a column no width: nobody sees it, whatever else is said of it."""
    return size is not None and _NOTHING.fullmatch(size) is not None


def is_true(flag: str | None) -> bool:
    """A flag as XML Schema writes it."""
    return flag in ("1", "true", "on")
