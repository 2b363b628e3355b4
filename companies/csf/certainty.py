"""Whether a cell of a table holds what belongs to it and nothing else: a stamp, a footer, a note.

The programs that print these tables break a line only where the next word has no room, begin it where the
line above began, and leave one space between two words. Whatever does otherwise may be somebody else's.
"""

import statistics
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from companies.csf.placed_words import CELL_GAP, LINE_HEIGHT, NEXT_LINE, SAME_COLUMN, PdfWord

# All in parts of the type's size. # Between two words of a text.
SPACE = 0.3
# By how much a line may be shorter than the cell, where the cell's right edge is not known well.
SLACK = 1.5
# Nearer than this a line that is no part of a cell makes one wonder; the SAT's rows are as far apart.
NEAR = 3.0
# Words that are printed together do not lie over each other.
OVERLAP = 0.2
# A gap that is wider than a space, and how level two words are that it may part.
WIDE, LEVEL = 0.6, 0.15
# Words of one text are as level as this, but for an OCR layer's.
EXACT = 0.02
# The lines of a text are farther apart than this, and so is a value from the label above it.
LEAST_PITCH = 0.8


class PlacedCell(Protocol):
    """A label and the words behind it, with the place of its last line."""

    left: float
    words: list[PdfWord]
    label: tuple[PdfWord, ...]
    page: int
    bottom: float
    is_sure: bool


@dataclass(frozen=True)
class TableShape:
    """What is known of a table: the type's size, where its second column begins, how far right it goes.

    `top` is where a page's own content begins.
    """

    size: float
    columns: Sequence[float]
    right: float
    top: float

    def right_of(self, cell: PlacedCell) -> float:
        """How far a cell reaches, or a little farther."""
        return next((edge for edge in self.columns if edge > cell.left + self.size), self.right)

    def fits(self, word: PdfWord, before: PdfWord, cell: PlacedCell) -> bool:
        """Whether there was room for a word on the line before."""
        needed = SPACE * self.size + word.right - word.left
        return before.right + needed < self.right_of(cell) - SLACK * self.size

    def same(self, left: float, others: Iterable[float]) -> bool:
        """Whether a line begins where another one does."""
        return any(abs(left - other) < SAME_COLUMN * self.size for other in others)


def continues(cell: PlacedCell, words: Sequence[PdfWord], page: int, shape: TableShape) -> bool:
    """Whether words on a line without a label go on with the cell; in doubt the cell is no longer sure."""
    first = words[0]
    if page == cell.page:
        down = first.y - cell.bottom
        cell.is_sure = cell.is_sure and not NEXT_LINE * shape.size < down < NEAR * shape.size
        return down <= NEXT_LINE * shape.size
    last = [*cell.label, *cell.words][-1]
    is_beside = shape.same(first.left, (cell.left, *(word.left for word in cell.words[:1])))
    at_top = page == cell.page + 1 and abs(first.y - shape.top) < shape.size
    if is_beside and not at_top and not shape.fits(first, last, cell):
        cell.is_sure = False
    return is_beside and at_top


def look_at(cells: Sequence[PlacedCell], shape: TableShape) -> None:
    """Marks the cells that may hold a stranger's words."""
    gaps = [cell.words[0].left - cell.label[-1].right for cell in cells if _begins_beside_label(cell, shape)]
    firsts = [cell.words[0].left for cell in cells if _begins_beside_label(cell, shape)]
    usual = statistics.median(gaps) if gaps else 0.0
    is_level = _is_level(cells, shape.size)
    for cell in cells:
        lines = _lines(cell.words, shape.size)
        if lines and not (
            _begins_well(cell, usual, firsts, shape)
            and (not is_level or _is_beside_label(cell, shape))
            and _wraps(lines, cell, shape)
            and all(_is_of_a_piece(line, shape.size, is_level=is_level) for line in lines)
        ):
            cell.is_sure = False


def _is_level(cells: Iterable[PlacedCell], size: float) -> bool:
    """Whether words of one text stand exactly on one line here, as they do not in an OCR layer."""
    labels = (cell.label for cell in cells if len(cell.label) > 1 and _is_one_line(cell.label, size))
    spreads = [max(word.y for word in label) - min(word.y for word in label) for label in labels]
    return bool(spreads) and statistics.median(spreads) < EXACT * size


def _is_of_a_piece(line: Sequence[PdfWord], size: float, *, is_level: bool) -> bool:
    """Whether the words of a line follow each other as words do."""
    for before, word in pairwise(line):
        gap, is_beside = word.left - before.right, not is_level or abs(word.y - before.y) < LEVEL * size
        if not -OVERLAP * size < gap < (CELL_GAP if is_beside else WIDE) * size:
            return False
    return True


def _lines(words: Sequence[PdfWord], size: float) -> list[list[PdfWord]]:
    lines: list[list[PdfWord]] = []
    for word in words:
        beside = lines and abs(word.y - lines[-1][-1].y) <= LINE_HEIGHT * size
        if beside and word.left >= lines[-1][-1].left:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _is_one_line(words: Sequence[PdfWord], size: float) -> bool:
    return max(word.y for word in words) - min(word.y for word in words) <= LINE_HEIGHT * size


def _begins_beside_label(cell: PlacedCell, shape: TableShape) -> bool:
    """Whether its value begins on the line of a label that does not wrap."""
    return bool(cell.words and cell.label) and _is_one_line((*cell.label, cell.words[0]), shape.size)


def _begins_well(cell: PlacedCell, usual: float, firsts: Collection[float], shape: TableShape) -> bool:
    """Whether a value begins where those of other cells do, or below its label for want of room."""
    first = cell.words[0]
    if not cell.label or not _is_one_line(cell.label, shape.size):
        return True
    if _begins_beside_label(cell, shape):
        gap = first.left - cell.label[-1].right
        is_near = -CELL_GAP * shape.size < gap < usual + CELL_GAP * shape.size
        return is_near or sum(shape.same(first.left, [left]) for left in firsts) > len(firsts) / 2
    last = cell.label[-1]
    if first.left >= last.right:
        return True
    return first.y - last.y >= LEAST_PITCH * shape.size and not shape.fits(first, last, cell)


def _is_beside_label(cell: PlacedCell, shape: TableShape) -> bool:
    """Whether a value right of its label stands on its line, or with its middle beside it."""
    first, last = cell.words[0], cell.words[-1]
    if not cell.label or not _is_one_line(cell.label, shape.size) or first.left < cell.label[-1].right:
        return True
    middle, line = (first.y + last.y) / 2, LINE_HEIGHT * shape.size
    return any(abs(y - cell.label[-1].y) <= line for y in (first.y, middle)) or last.y < first.y


def _wraps(lines: Sequence[Sequence[PdfWord]], cell: PlacedCell, shape: TableShape) -> bool:
    """Whether each line begins where it may, and for want of room in the one before."""
    lefts = (cell.left, lines[0][0].left)
    label = [word for word in cell.label if word.right > word.left]
    for before, line in pairwise(lines):
        first = line[0]
        if not shape.same(first.left, lefts) or shape.fits(first, before[-1], cell):
            return False
        if any(
            0 <= first.y - word.y < LEAST_PITCH * shape.size for word in (before[0], *_above(first, label))
        ):
            return False
    return True


def _above(first: PdfWord, label: Sequence[PdfWord]) -> Sequence[PdfWord]:
    """The words of a label that does not stand left of a line's first word."""
    return label if label and first.left < label[-1].right else ()
