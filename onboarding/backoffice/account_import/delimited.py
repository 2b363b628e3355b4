"""Reads text with separators (CSV): its letters, its separator, its rows.

No Django here: the child that takes sheets apart imports this module.
"""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice

from facturamos import sandbox
from onboarding.backoffice.account_import import encodings, headings
from onboarding.backoffice.account_import.sheet_xml import Row

SEPARATORS = ",;\t|^~"
# What Excel may write in front of a CSV.
SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n"])"?(\r\n|\r|\n)', re.IGNORECASE)
# A text has line ends and tabs, and no other control characters.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# A cell in several lines with so many separators in it swallowed rows: its quotes are wrong.
SWALLOWED = 3
# So many known headings are no chance.
HEADED = 2


@dataclass(frozen=True)
class DelimitedText:
    """The rows of a CSV, and how its letters were read."""

    rows: list[Row]
    letters: str
    sure: bool
    samples: dict[str, list[str]] = field(default_factory=dict)


def parse(data: bytes, known: Collection[str], wanted: str) -> DelimitedText:
    """The rows of a CSV, its letters read as `wanted` or else as is likeliest. Raises sandbox.Refused."""
    decoded = encodings.decode(data, wanted)
    if CONTROL.search(decoded.text):
        raise sandbox.Refused("not_sheet")
    said = SEPARATOR_LINE.match(decoded.text)
    separator = said[1] if said else _separator(decoded.text, known)
    rows = [(number, cells) for number, cells in _rows(decoded.text, separator) if not (said and number == 1)]
    rows = _out_of_single_cells(rows, known)
    readings = (decoded.reading, *decoded.others) if decoded.others else ()
    samples = encodings.samples(data, readings, separator) if readings else {}
    return DelimitedText(rows, decoded.reading, decoded.sure, samples)


def _rows(text: str, separator: str) -> Iterator[Row]:
    number = 0
    try:
        for number, cells in enumerate(_reader(text, separator), start=1):
            _refuse_swallowed(number, cells, separator)
            yield number, cells
    except csv.Error:
        raise sandbox.Refused(f"quotes:{number + 1}") from None


def _reader(text: str, separator: str, *, strict: bool = True) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=separator, strict=strict)


def _refuse_swallowed(number: int, cells: list[str], separator: str) -> None:
    """A quote that is closed by a later row's makes one cell of all between them."""
    for cell in cells:
        if ("\n" in cell or "\r" in cell) and cell.count(separator) >= SWALLOWED:
            raise sandbox.Refused(f"quotes:{number}")


def _out_of_single_cells(rows: list[Row], known: Collection[str]) -> list[Row]:
    """The rows within the quotes of a CSV that was put into one cell a row and saved again."""
    if any(len(cells) > 1 for _, cells in rows):
        return rows
    lines = [(number, cell) for number, cells in rows for cell in cells if cell]
    within = "\n".join(cell for _, cell in lines[: headings.SEARCHED_ROWS])
    separator = _separator(within, known)
    if _fit(within, separator, known)[0] < HEADED:
        return rows
    return [(number, next(_reader(cell, separator, strict=False), [])) for number, cell in lines]


def _separator(text: str, known: Collection[str]) -> str:
    """The one that makes most known headings of the first rows; where none does, most columns."""
    return max(SEPARATORS, key=lambda separator: _fit(text, separator, known))


def _fit(text: str, separator: str, known: Collection[str]) -> tuple[int, int]:
    start = text[:100_000]
    try:
        rows = list(islice(_reader(start, separator, strict=False), headings.SEARCHED_ROWS))
    except csv.Error:
        return (0, 0)
    return (
        max((headings.matched(cells, known) for cells in rows), default=0),
        sum(len(cells) for cells in rows),
    )
