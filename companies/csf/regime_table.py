"""The table of régimenes on a CSF: names that wrap, dates beside their first, middle or last line."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from companies.csf.folding import fold
from companies.csf.placed_words import CELL_GAP, SAME_COLUMN, PdfLine, PdfWord, is_hidden
from companies.csf.regimes import code_of

# A taxpayer has few régimenes; whatever has more than this is no table of them.
MOST_LINES = 60
MOST_ROWS = 20
# And a line of a name has no more characters.
MOST_CHARACTERS = 200
# The longest name in the narrowest column that anybody has printed.
MOST_LINES_OF_A_NAME = 6
# Names begin in one of so many places, stamps in the others.
MOST_COLUMNS = 5
# Nearer than this to the column's heading, in parts of the type's size, a date is in that column.
IN_COLUMN = 3.0
# The heading's own words are a column apart, or it is running text that tells nothing of columns.
APART = 2.0
# In points: what lies between two lines at most, and across a page's end.
FARTHEST, NEXT_PAGE = 30.0, 12.0
# In points as well, for weighing: a name that the catalogue knows, and a date without a name.
KNOWN, NAMELESS = 1_000.0, 500.0

_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")
_HEADING_WORDS = frozenset({"REGIMEN", "REGIMENES", "FECHA", "DE", "INICIO", "FIN", "ALTA"})


@dataclass(frozen=True)
class RegimeRow:
    """A régimen as it is printed; `ended` where it has an end date."""

    name: str
    ended: bool
    # Whether the visible part of the page shows something of its name.
    is_shown: bool = True

    @property
    def code(self) -> str:
        """The catalogue's key; empty when unknown."""
        return code_of(self.name)


@dataclass
class _Dates:
    y: float
    ended: bool


@dataclass(frozen=True)
class _Part:
    """A line of a name."""

    y: float
    left: float
    text: str
    is_shown: bool = True

    @classmethod
    def of(cls, y: float, words: Sequence[PdfWord]) -> "_Part":
        text = " ".join(word.text for word in words)
        return cls(y, words[0].left, text[:MOST_CHARACTERS], not is_hidden(words))


def rows_of(lines: Sequence[PdfLine], size: float) -> list[RegimeRow]:
    """The rows of the table, in their order."""
    parts: list[_Part] = []
    dates: list[_Dates] = []
    columns: tuple[float, float] | None = None
    for y, line in _stacked(lines[:MOST_LINES]):
        if _is_heading(line):
            columns = _columns(line, size) or columns
        else:
            _collect(line, y, _EndColumn(columns, size), parts, dates)
    parts, dates = parts[:MOST_LINES], dates[:MOST_ROWS]
    rows = _matched(parts, dates)
    if all(row.code for row in rows):
        return rows
    # What does not begin where the names do may be a stamp.
    ways = [_matched(own, dates) for own in _columns_of(parts, size)]
    return max((rows, *ways), key=_known)


def _known(rows: Iterable[RegimeRow]) -> int:
    return sum(bool(row.code) for row in rows)


def _columns_of(parts: Sequence[_Part], size: float) -> Iterable[list[_Part]]:
    """The lines that begin below each other, for each place where one begins."""
    lefts: list[float] = []
    for part in parts:
        if len(lefts) < MOST_COLUMNS and all(abs(part.left - left) > SAME_COLUMN * size for left in lefts):
            lefts.append(part.left)
    for left in lefts:
        yield [part for part in parts if abs(part.left - left) <= SAME_COLUMN * size]


def _stacked(lines: Sequence[PdfLine]) -> Iterable[tuple[float, PdfLine]]:
    """The lines with their heights as if all stood on one endless page."""
    y = 0.0
    for before, line in pairwise([*lines[:1], *lines]):
        y += NEXT_PAGE if line.page != before.page else min(line.y - before.y, FARTHEST)
        yield y, line


def _is_heading(line: PdfLine) -> bool:
    words = set(line.folded.split())
    # A stamp may stand beside it.
    is_whole = words.issuperset({"REGIMEN", "FECHA", "INICIO", "FIN"}) and not _DATE.search(line.text)
    return is_whole or (_HEADING_WORDS.issuperset(words) and "FECHA" in words)


def _columns(line: PdfLine, size: float) -> tuple[float, float] | None:
    """Where the columns of the start and of the end begin, if the heading stands in columns."""
    dates = [word for word in line.words if fold(word.text) == "FECHA"]
    if len(dates) != 2 or line.words[0] in dates:
        return None
    apart = min(dates[0].left - line.words[0].right, dates[1].left - dates[0].right)
    return (dates[0].left, dates[1].left) if apart > APART * size else None


@dataclass(frozen=True)
class _EndColumn:
    """Tells end dates from start dates where only one stands on a line."""

    columns: tuple[float, float] | None
    size: float

    def has(self, word: PdfWord) -> bool:
        """Whether a date stands below «Fecha Fin»."""
        if self.columns is None:
            return False
        from_start, from_end = (abs(word.left - column) for column in self.columns)
        return from_end < min(from_start, IN_COLUMN * self.size)


def _collect(
    line: PdfLine, y: float, end_column: _EndColumn, parts: list[_Part], dates: list[_Dates]
) -> None:
    """Parts a line into what belongs to names and what are dates."""
    name: list[PdfWord] = []
    after_date = False
    for word in line.words:
        if not _DATE.fullmatch(word.text):
            name.append(word)
            after_date = False
            continue
        parts += _parts(name, line, y, end_column.size)
        name = []
        if dates and (after_date or end_column.has(word)):
            dates[-1].ended = True
        else:
            dates.append(_Dates(y, ended=False))
        after_date = True
    parts += _parts(name, line, y, end_column.size)


def _parts(words: Sequence[PdfWord], line: PdfLine, y: float, size: float) -> list[_Part]:
    """A line of a name, and what stands apart from it."""
    segments = replace(line, words=tuple(words)).segments(CELL_GAP * size) if words else []
    return [_Part.of(y, segment.words) for segment in segments]


# --- which lines make a name


def _matched(parts: Sequence[_Part], dates: Sequence[_Dates]) -> list[RegimeRow]:
    """Gives every date the lines of its name: in their order, near to it, and such that names are known.

    The best of all ways to part the lines, found from the first date to the last.
    """
    # By how many lines are used up: what that weighs, and the lines of each date so far.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for date in dates:
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for used, (weight, ends) in best.items():
            for end in range(used, min(used + MOST_LINES_OF_A_NAME, len(parts)) + 1):
                total = weight + _weight(parts[used:end], date)
                if end not in reached or total > reached[end][0]:
                    reached[end] = (total, (*ends, end))
        best = reached
    if not best or not dates:
        return []
    _, ends = best[max(best)]
    names = [parts[start:end] for start, end in pairwise((0, *ends))]
    return [_row(name, date) for name, date in zip(names, dates, strict=True)]


def _row(name: Sequence[_Part], date: _Dates) -> RegimeRow:
    text = " ".join(part.text for part in name)
    return RegimeRow(text, date.ended, not name or any(part.is_shown for part in name))


def _weight(parts: Sequence[_Part], date: _Dates) -> float:
    if not parts:
        return -NAMELESS
    top, bottom = parts[0].y, parts[-1].y
    away = max(top - date.y, date.y - bottom, 0.0)
    known = KNOWN if code_of(" ".join(part.text for part in parts)) else 0.0
    return known - away - (bottom - top)
