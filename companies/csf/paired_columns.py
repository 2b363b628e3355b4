"""Tables of a column of labels and a column of values, as browsers print them: each wraps for itself.

A label of two lines may stand beside a value of three, all of them centred in their row or all at its top.
Which lines of the right column belong to which label is the way to part them that fits best.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import inf

from companies.csf.cells import LabelledCell, content_of
from companies.csf.certainty import TableShape, look_at
from companies.csf.labels import NO_KEY, key_of, section_of
from companies.csf.placed_words import NEXT_LINE, SAME_COLUMN, PdfLine, PdfWord, lines_of

# In parts of the type's size: how exactly values begin below each other, and a value stands beside its label.
SAME_EDGE, BESIDE = 0.3, 0.35
# What a line weighs that belongs to no label; the least that tells for a value against none.
STRANGER, VALUE = 1.5, 0.01
# No label and no value has more lines, no page more of them, and no more strangers stand between two rows.
MOST_LINES, MOST_ON_PAGE, MOST_STRANGERS = 8, 80, 5


@dataclass(frozen=True)
class _Label:
    """A label in the left column, to its colon."""

    key: str
    lines: tuple[PdfLine, ...]
    # The page's end runs through it.
    is_broken: bool = False

    @property
    def page(self) -> int:
        return self.lines[-1].page

    @property
    def top(self) -> float:
        return next(line.y for line in self.lines if line.page == self.page)

    @property
    def bottom(self) -> float:
        return self.lines[-1].y

    @property
    def words(self) -> tuple[PdfWord, ...]:
        return tuple(word for line in self.lines for word in line.words)


@dataclass(frozen=True)
class _Match:
    """Which lines each label got, in the labels' order, and how badly they fit."""

    weight: float
    runs: tuple[tuple[int, int], ...]


def paired_cells(lines: Iterable[PdfLine], size: float) -> list[LabelledCell]:
    """The labels of such tables with their values; what is no such table is read as any other."""
    cells: list[LabelledCell] = []
    for part in _tables([*lines], size):
        edge = _value_edge(part, size)
        found = None if edge is None else _paired(part, edge, size)
        cells += content_of(part, size).cells if found is None else found
    return cells


def _tables(lines: Sequence[PdfLine], size: float) -> Iterator[list[PdfLine]]:
    """The lines between two headings, which may wrap."""
    part: list[PdfLine] = []
    rest = iter(pairwise([*lines, None]))
    for line, following in rest:
        if line is None:
            continue
        joined = _joined(line, following, size)
        if section_of(line) or (joined and section_of(joined)):
            if part:
                yield part
            part = []
            if not section_of(line):
                next(rest, None)
        else:
            part.append(line)
    if part:
        yield part


def _joined(line: PdfLine, following: PdfLine | None, size: float) -> PdfLine | None:
    if following is None or following.page != line.page or following.y - line.y > NEXT_LINE * size:
        return None
    return replace(line, words=(*line.words, *following.words))


def _value_edge(lines: Sequence[PdfLine], size: float) -> float | None:
    """Where the values begin, if most of them begin below each other."""
    behind = [
        word.left
        for line in lines
        for before, word in pairwise(line.words)
        if before.text.endswith((":", ";"))
    ]
    labelled = [line.left for line in lines if any(word.text.endswith((":", ";")) for word in line.words)]
    edges = (*behind, *(line.left for line in lines))
    votes = {
        edge: sum(abs(edge - other) < SAME_EDGE * size for other in edges)
        for edge in edges[:MOST_ON_PAGE]
        if sum(left < edge - size for left in labelled) * 2 > len(labelled)
    }
    edge = max(votes, key=lambda edge: votes[edge], default=0.0)
    return edge if votes and votes[edge] > max(1, len(behind) / 2) else None


# --- labels and values


def _paired(lines: Sequence[PdfLine], edge: float, size: float) -> list[LabelledCell] | None:
    """The cells of a table whose values begin at `edge`; None where it is too large to be the SAT's."""
    lefts, rights = _columns(lines, edge - SAME_EDGE * size, size)
    labels = _labels(lefts, size)
    pages = [
        ([label for label in labels if label.page == page], [line for line in rights if line.page == page])
        for page in dict.fromkeys(line.page for line in lines)
    ]
    if any(len(side) > MOST_ON_PAGE for page in pages for side in page):
        return None
    centred, at_top = ([_match(*page, size, centred=way) for page in pages] for way in (True, False))
    is_centred = sum(match.weight for match in centred) <= sum(match.weight for match in at_top)
    cells = [
        cell
        for page, match in zip(pages, centred if is_centred else at_top, strict=True)
        for cell in _cells(*page, match, size, centred=is_centred)
    ]
    right = max((line.right for line in rights), default=edge)
    look_at(cells, TableShape(size, (), right, 0.0))
    return cells


def _columns(lines: Sequence[PdfLine], edge: float, size: float) -> tuple[list[PdfLine], list[PdfLine]]:
    """The lines of the left column and those of the right one, each from the top to the bottom."""
    lefts, rights = list[PdfLine](), list[PdfLine]()
    for page, own in groupby(lines, lambda line: line.page):
        words = [word for line in own for word in line.words]
        lefts += lines_of((word for word in words if word.left < edge), page, size)
        rights += lines_of((word for word in words if word.left >= edge), page, size)
    return lefts, rights


def _labels(lines: Iterable[PdfLine], size: float) -> list[_Label]:
    """Every label with its colon; a line far above it is none of its own."""
    labels, begun = list[_Label](), list[PdfLine]()
    for line in lines:
        if begun and begun[-1].page == line.page and line.y - begun[-1].y > NEXT_LINE * size:
            begun = []
        begun = [*begun[-MOST_LINES:], line]
        if line.text.endswith((":", ";")):
            labels.append(_label(begun))
            begun = []
    return labels


def _label(lines: Sequence[PdfLine]) -> _Label:
    """The longest label that is known and ends there; else the whole text as one that is not wanted."""
    for start in range(len(lines)):
        own = lines[start:]
        key = key_of(" ".join(line.text for line in own))
        if key is not None:
            return _Label(key, tuple(own), own[0].page != own[-1].page)
    return _Label(NO_KEY, tuple(lines))


def _match(labels: Sequence[_Label], lines: Sequence[PdfLine], size: float, *, centred: bool) -> _Match:
    """The best of all ways to give each label its lines."""
    best = {0: _Match(0.0, ())}
    for label in labels:
        reached: dict[int, _Match] = {}
        for used, match in best.items():
            for start in range(used, min(used + MOST_STRANGERS, len(lines)) + 1):
                for end in range(start, min(start + MOST_LINES, len(lines)) + 1):
                    weight = match.weight + (start - used) * STRANGER * size
                    weight += _weight(label, lines[start:end], size, centred=centred)
                    if weight < (reached[end].weight if end in reached else inf):
                        reached[end] = _Match(weight, (*match.runs, (start, end)))
        best = reached
    ends = (
        replace(match, weight=match.weight + STRANGER * size * min(len(lines) - used, MOST_STRANGERS))
        for used, match in best.items()
    )
    return min(ends, key=lambda match: match.weight)


def _weight(label: _Label, lines: Sequence[PdfLine], size: float, *, centred: bool) -> float:
    if not lines:
        return 0.0
    gaps = [line.y - before.y for before, line in pairwise(lines)]
    if any(gap > NEXT_LINE * size for gap in gaps):
        return inf
    # The lines of one value are as far apart as each other.
    return _away(label, lines, centred=centred) + sum(abs(gap - min(gaps)) for gap in gaps) - VALUE * size


def _away(label: _Label, lines: Sequence[PdfLine], *, centred: bool) -> float:
    """How far a value is from where it should stand beside its label, in points."""
    if centred:
        return abs(lines[0].y + lines[-1].y - label.top - label.bottom) / 2
    return abs(lines[0].y - label.top)


def _cells(
    labels: Sequence[_Label], lines: Sequence[PdfLine], match: _Match, size: float, *, centred: bool
) -> Iterator[LabelledCell]:
    taken = {number for start, end in match.runs for number in range(start, end)}
    strangers = [line for number, line in enumerate(lines) if number not in taken]
    for label, (start, end) in zip(labels, match.runs, strict=True):
        own = lines[start:end]
        words = [word for line in own for word in line.words]
        cell = LabelledCell(label.key, label.lines[0].left, words, label.words, label.page)
        ends = (own[0].y, own[-1].y) if own else (label.top, label.bottom)
        is_alone = not any(abs(line.y - y) < NEXT_LINE * size for line in strangers for y in ends)
        is_beside = not own or _away(label, own, centred=centred) < BESIDE * size
        cell.is_sure = is_alone and is_beside and not label.is_broken and _is_even(own, size)
        yield cell


def _is_even(lines: Sequence[PdfLine], size: float) -> bool:
    """Whether all lines begin below each other."""
    return all(abs(line.left - lines[0].left) < SAME_COLUMN * size for line in lines)
