"""Labels whose maker has left the colons out: they get them, where they begin a cell.

Whatever takes a document apart goes by the colons that the SAT prints.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from companies.csf.labels import label_at, labels_on, rest_of_label
from companies.csf.placed_words import COLUMN_GAP, NEXT_LINE, SAME_COLUMN, PdfLine, PdfWord

# Fewer labels with a colon than this are in a document whose maker has left the colons out.
ENOUGH_COLONS = 3
# More cells than this are in no table of the SAT's.
MOST_CELLS = 12


def has_colons(lines: Iterable[PdfLine]) -> bool:
    """Whether labels have their colons, as the SAT prints them."""
    labels = [line.text[label.start : label.end] for line in lines for label in labels_on(line) if label.key]
    return sum(label.endswith((":", ";")) for label in labels) >= ENOUGH_COLONS


def with_colons(lines: Sequence[PdfLine], size: float) -> Iterable[PdfLine]:
    """The lines with a colon behind each label that begins a cell, and behind the rest of one that wraps."""
    rests: set[int] = set()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        ends, below = set(rests), set[int]()
        for start, end in _spans(line, size):
            if label_end := label_at(line, start):
                ends.add(label_end)
            elif following and line.page == following.page and 0 < following.y - line.y < NEXT_LINE * size:
                below |= _rests(line, start, end, following, size)
        yield _with_colons_at(line, ends)
        rests = below


def _spans(line: PdfLine, size: float) -> list[tuple[int, int]]:
    """From where to where in a line's text its cells go, by the gaps between them."""
    starts = [
        start
        for start, (before, word) in zip(line.starts[1:], pairwise(line.words), strict=True)
        if word.left - before.right > COLUMN_GAP * size
    ]
    return [*pairwise((0, *starts[:MOST_CELLS], len(line.text) + 1))]


def _rests(line: PdfLine, start: int, end: int, following: PdfLine, size: float) -> set[int]:
    """Where in the next line the rest of a label ends that fills a cell of this one."""
    first = line.between(start, end)[0]
    below = (
        at
        for word, at in zip(following.words, following.starts, strict=True)
        if abs(word.left - first.left) < SAME_COLUMN * size
    )
    ends = (rest_of_label(line.text[start:end].strip(), following, at) for at in below)
    return {end for end in ends if end}


def _with_colons_at(line: PdfLine, ends: set[int]) -> PdfLine:
    """The line with a colon at some places of its text; what had grown together with a label is parted."""
    if not ends:
        return line
    words: list[PdfWord] = []
    for start, end in pairwise((0, *sorted(ends), len(line.text))):
        part = line.between(start, end)
        if end in ends and part:
            part = (*part[:-1], replace(part[-1], text=f"{part[-1].text}:"))
        words += part
    return replace(line, words=tuple(words))
