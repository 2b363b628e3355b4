"""The words of a printed page and where they stand: what the SAT's tables are read from.

The order of a PDF's text is no one's promise: two cells that wrap lie beside each other, a page may be
turned, and an OCR layer has its own ideas. Words with places survive all of that.
"""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from companies.csf.folding import fold

# A Constancia has about six hundred; a PDF full of text is none.
MAX_WORDS = 6_000
# The width of a Helvetica capital or digit, in parts of the type's size.
ADVANCE = 0.6
# The size that most of the SAT's text has, where nothing better is known.
USUAL_SIZE = 8.0
# In parts of the type's size: how far apart the baselines of two neighbours on one line may be, and those of
# its highest and its lowest word. An OCR layer's words dance; cells that are centred stand half a line apart.
NEIGHBOURS, LINE_HEIGHT = 0.3, 0.45
# A wider gap than this, in parts of the type's size, parts two cells and no two words.
CELL_GAP = 1.0
# All in parts of the type's size. # Cells of several rows that begin this near to each other are a column.
SAME_COLUMN = 0.6
# The gap before a column, at least: more than a space.
COLUMN_GAP = 0.5
# How far below its beginning the rest of a label may stand.
NEXT_LINE = 1.8


class Seen(StrEnum):
    """How much of a word the visible part of its page shows. What is cut off is in the file all the same."""

    WHOLE = "whole"
    # The edge of the page runs through it, or so near by that more of it may have been there.
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class PdfWord:
    """A word, in points: from `left` to `right` on the baseline `y`, which grows downwards."""

    text: str
    left: float
    right: float
    y: float
    seen: Seen = Seen.WHOLE


def is_whole(words: Iterable[PdfWord]) -> bool:
    """Whether nothing of the words is cut off."""
    return all(word.seen is Seen.WHOLE for word in words)


def is_hidden(words: Iterable[PdfWord]) -> bool:
    """Whether nothing of the words can be seen."""
    return all(word.seen is Seen.NOT for word in words)


@dataclass(frozen=True)
class PdfLine:
    """Words on one baseline, left to right."""

    page: int
    words: tuple[PdfWord, ...]

    @property
    def y(self) -> float:
        """Where its first word stands."""
        return self.words[0].y

    @cached_property
    def text(self) -> str:
        """Its words, parted by single spaces."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def folded(self) -> str:
        """Its text for comparing; each character stands where it stands in `text`."""
        return fold(self.text)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each word begins in `text`."""
        at, starts = 0, []
        for word in self.words:
            starts.append(at)
            at += len(word.text) + 1
        return tuple(starts)

    def between(self, start: int, end: int) -> tuple[PdfWord, ...]:
        """The words, or what is left of them, between two places of `text`."""
        found = []
        for word, at in zip(self.words, self.starts, strict=True):
            cut = word.text[max(start - at, 0) : max(end - at, 0)]
            if cut:
                found.append(word if cut == word.text else _shortened(word, cut, max(start - at, 0)))
        return tuple(found)

    def segments(self, gap: float) -> list["PdfLine"]:
        """Its parts that a gap of more than `gap` points divides."""
        parts, current = [], [self.words[0]]
        for before, word in pairwise(self.words):
            if word.left - before.right > gap:
                parts.append(PdfLine(self.page, tuple(current)))
                current = []
            current.append(word)
        return [*parts, PdfLine(self.page, tuple(current))]

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)

    def overlaps(self, other: "PdfLine") -> bool:
        """Whether one of them stands above or below the other."""
        return self.left < other.right and other.left < self.right


def _shortened(word: PdfWord, cut: str, skipped: int) -> PdfWord:
    """What is left of a word; the places inside are estimated."""
    step = (word.right - word.left) / max(len(word.text), 1)
    left = word.left + step * skipped
    return replace(word, text=cut, left=left, right=left + step * len(cut))


@dataclass(frozen=True)
class PdfText:
    """A document: for each page its words, and the contents of the QR codes that were found."""

    pages: tuple[tuple[PdfWord, ...], ...]
    qr: tuple[str, ...] = ()

    @cached_property
    def size(self) -> float:
        """The usual size of the type in points: the declared one does not know how a page was scaled."""
        widths = [
            (word.right - word.left) / len(word.text)
            for words in self.pages
            for word in words
            if len(word.text) >= 4 and word.right > word.left
        ]
        return statistics.median(widths) / ADVANCE if widths else USUAL_SIZE

    @cached_property
    def lines(self) -> tuple[PdfLine, ...]:
        """All lines, page after page, from the top to the bottom."""
        return tuple(
            line for number, words in enumerate(self.pages) for line in lines_of(words, number, self.size)
        )

    @classmethod
    def of_text(cls, text: str, qr: Iterable[str] = ()) -> "PdfText":
        """Plain text as if a typewriter had written it: lines below each other, form feeds between pages."""
        pages = tuple(
            tuple(
                word for row, line in enumerate(page.splitlines()) for word in _typed(line, row * USUAL_SIZE)
            )
            for page in text.split("\f")
        )
        return cls(pages, tuple(qr))

    @property
    def gap(self) -> float:
        """How many points part two cells of a line."""
        return CELL_GAP * self.size


def _typed(line: str, y: float) -> list[PdfWord]:
    words, at, step = [], 0, USUAL_SIZE * ADVANCE
    for text in line.split():
        at = line.index(text, at)
        words.append(PdfWord(text, at * step, (at + len(text)) * step, y))
        at += len(text)
    return words


def lines_of(words: Iterable[PdfWord], page: int, size: float) -> list[PdfLine]:
    """Words gathered into lines, from the top to the bottom."""
    ordered = sorted(words, key=lambda word: word.y)
    rows: list[list[PdfWord]] = []
    for word in ordered:
        near = rows and word.y - rows[-1][-1].y <= NEIGHBOURS * size
        if near and word.y - rows[-1][0].y <= LINE_HEIGHT * size:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [PdfLine(page, tuple(sorted(row, key=lambda word: word.left))) for row in rows]
