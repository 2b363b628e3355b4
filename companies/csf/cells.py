"""Which words stand behind which label: the SAT's tables of labels, their cells wrapped and pages broken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from companies.csf.certainty import TableShape, continues, look_at
from companies.csf.colons import has_colons, with_colons
from companies.csf.labels import (
    BREAKABLE,
    LABELLED,
    NO_KEY,
    PAGE_NUMBER,
    CsfSection,
    labels_on,
    section_of,
)
from companies.csf.page_order import BEGINNINGS
from companies.csf.placed_words import (
    COLUMN_GAP,
    NEXT_LINE,
    SAME_COLUMN,
    PdfLine,
    PdfWord,
    is_hidden,
    is_whole,
)

# In parts of the type's size: labels of one row whose baselines differ, because one of them is centred
# beside what wraps.
SAME_ROW = 0.9
# In the same parts, between a heading and what stands beside it.
HEADING_GAP = 2.0
# A row has this many cells at most, and a line of running text so many labels; what has more is no table of
# the SAT's, and not worth the time.
MOST_CELLS, MOST_ENDS = 4, 12
# So many rows tell where the columns are.
MOST_ROWS = 50
# A line this much nearer to the label below it than to what is above belongs to that label.
NEARER = 0.6


@dataclass
class LabelledCell:
    """A label's key, where the label begins, and the words behind it."""

    key: str
    left: float
    words: list[PdfWord] = field(default_factory=list)
    label: tuple[PdfWord, ...] = ()
    # Where its last line stands.
    page: int = 0
    bottom: float = 0.0
    # Whether all of its words are its own, as far as can be seen.
    is_sure: bool = True

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def is_whole(self) -> bool:
        """Whether the page shows all of it."""
        return is_whole((*self.label, *self.words))

    @property
    def is_shown(self) -> bool:
        """Whether the page shows something of its value, or the whole label of an empty one."""
        return not is_hidden(self.words) if self.words else is_whole(self.label)


@dataclass
class LabelRow:
    """A line of labels: what stands before the first of them belongs to a row above."""

    line: PdfLine
    before: tuple[PdfWord, ...]
    cells: list[LabelledCell]


@dataclass
class CsfContent:
    """A document taken apart: its labelled cells in their order, and the lines below each heading."""

    cells: list[LabelledCell] = field(default_factory=list)
    sections: dict[CsfSection, list[PdfLine]] = field(default_factory=dict)


def content_of(lines: Iterable[PdfLine], size: float) -> CsfContent:
    """Takes lines apart; `size` is that of the type, in points."""
    content = CsfContent()
    own = [*_without_page_numbers(lines)]
    own = _mended(own if has_colons(own) else [*with_colons(own, size)], size)
    top = _top(own)
    for section, below in _sections(own, size):
        content.sections.setdefault(section, []).extend(below)
        if section in LABELLED:
            right = max((line.right for line in below), default=0.0)
            shape = TableShape(size, (), right, top)
            content.cells += _cells(below, shape, in_columns=section is CsfSection.ADDRESS)
    return content


def _top(lines: Iterable[PdfLine]) -> float:
    """Where on a page the SAT's own lines begin; above it are headers and stamps."""
    return min((line.y for line in lines if _is_own(line)), default=0.0)


def _is_own(line: PdfLine) -> bool:
    is_title = any(title.search(line.folded) for title in BEGINNINGS)
    return is_title or section_of(line) is not None or any(label.key for label in labels_on(line))


def _without_page_numbers(lines: Iterable[PdfLine]) -> Iterable[PdfLine]:
    for line in lines:
        match = PAGE_NUMBER.search(line.folded)
        words = (
            (*line.between(0, match.start()), *line.between(match.end(), len(line.text)))
            if match
            else line.words
        )
        if words:
            yield replace(line, words=words) if match else line


def _sections(lines: Iterable[PdfLine], size: float) -> list[tuple[CsfSection, list[PdfLine]]]:
    """The headings in their order, each with the lines below it."""
    found: list[tuple[CsfSection, list[PdfLine]]] = [(CsfSection.HEAD, [])]
    for line in lines:
        # A heading may stand beside the last cell of the table above it.
        for part in _parted_at_headings(line, size):
            if heading := section_of(part):
                section, end = heading
                found.append((section, []))
                part = replace(part, words=part.between(end, len(part.text)))
            if part.words:
                found[-1][1].append(part)
    return found


def _parted_at_headings(line: PdfLine, size: float) -> list[PdfLine]:
    """The line, begun anew where a heading begins."""
    parts = line.segments(HEADING_GAP * size)
    starts = [number for number, part in enumerate(parts) if number and section_of(part)]
    edges = pairwise((0, *starts, len(parts)))
    return [
        replace(line, words=tuple(word for part in parts[start:end] for word in part.words))
        for start, end in edges
    ]


# --- labels that wrap


def _mended(lines: list[PdfLine], size: float) -> list[PdfLine]:
    """The lines, with labels that go on in the next line put together in the first."""
    for number in range(len(lines) - 1):
        for _ in range(MOST_CELLS):
            line, following = lines[number : number + 2]
            if not (line.words and following.words):
                break
            near = 0 < following.y - line.y < NEXT_LINE * size and line.page == following.page
            joined = _joined(line, following, size) if near and ":" in following.text else None
            if joined is None:
                break
            lines[number], lines[number + 1] = joined
    return [line for line in lines if line.words]


def _joined(line: PdfLine, following: PdfLine, size: float) -> tuple[PdfLine, PdfLine] | None:
    """Both lines, after the rest of a label that begins in the first was moved there from the second."""
    beginnings = [line.folded[:end].rstrip() for end in _cell_ends(line, size)]
    for head, rest in BREAKABLE:
        if rest not in following.folded or head not in line.folded:
            continue
        for beginning in beginnings:
            start = len(beginning) - len(head)
            if not beginning.endswith(head) or (start and line.folded[start - 1].isalnum()):
                continue
            if moved := _rest_below(line.between(start, len(beginning))[0], following, rest, size):
                return _moved(line, len(beginning), following, *moved)
    return None


def _cell_ends(line: PdfLine, size: float) -> list[int]:
    """Where in a line's text a cell may end: before a label, before a gap, at its end."""
    gaps = [
        start
        for start, (before, word) in zip(line.starts[1:], pairwise(line.words), strict=True)
        if word.left - before.right > COLUMN_GAP * size
    ]
    ends = [*(label.start for label in labels_on(line)), *gaps]
    return [*ends[:MOST_ENDS], len(line.text)]


def _rest_below(first: PdfWord, following: PdfLine, rest: str, size: float) -> tuple[int, int] | None:
    """Where in the next line the rest of a label stands: below its beginning, or at the line's own."""
    for number, (word, at) in enumerate(zip(following.words, following.starts, strict=True)):
        below = abs(word.left - first.left) < SAME_COLUMN * size
        if (below or number == 0) and following.folded.startswith(rest, at):
            end = at + len(rest)
            colon = following.folded[end : end + 2].lstrip()[:1]
            if colon in {":", ";"}:
                return at, following.folded.index(colon, end) + 1
    return None


def _moved(line: PdfLine, at: int, following: PdfLine, start: int, end: int) -> tuple[PdfLine, PdfLine]:
    head, tail = line.between(0, at), line.between(at, len(line.text))
    moved = [
        replace(word, left=head[-1].right, right=head[-1].right) for word in following.between(start, end)
    ]
    left = (*following.between(0, start), *following.between(end, len(following.text)))
    return replace(line, words=(*head, *moved, *tail)), replace(following, words=left)


# --- cells


def _cells(lines: Sequence[PdfLine], shape: TableShape, *, in_columns: bool) -> list[LabelledCell]:
    rows = [_row(line) for line in lines]
    size = shape.size
    shape = replace(shape, columns=_columns(rows, size))
    if in_columns:
        for row in rows:
            _part(row, shape.columns, size)
    above: list[LabelledCell] = []
    last: PdfLine | None = None
    for number, row in enumerate(rows):
        below = rows[number + 1] if number + 1 < len(rows) else None
        if not row.cells and below and below.cells and _nearer(row.line, last, below.line, size):
            _prepend(row.before, below, shape)
        else:
            _append(row.before, above, row.line.page, shape)
        if row.cells:
            beside = above and last and last.page == row.line.page and row.line.y - last.y < SAME_ROW * size
            above = sorted([*above, *row.cells] if beside else row.cells, key=lambda cell: cell.left)
        last = row.line
    cells = [cell for row in rows for cell in row.cells]
    look_at(cells, shape)
    return cells


def _row(line: PdfLine) -> LabelRow:
    labels = labels_on(line)
    if not labels:
        return LabelRow(line, line.words, [])
    ends = [*(label.start for label in labels[1:]), len(line.text)]
    cells = [
        LabelledCell(
            label.key, printed[0].left, [*line.between(label.end, end)], printed, line.page, printed[-1].y
        )
        for label, end in zip(labels, ends, strict=True)
        if (printed := line.between(label.start, label.end))
    ]
    return LabelRow(line, line.between(0, labels[0].start), cells)


def _columns(rows: Iterable[LabelRow], size: float) -> list[float]:
    """Where the further cells of the rows begin, if most rows agree on it; none in running text."""
    lefts = [cell.left for row in rows for cell in row.cells[1:MOST_CELLS]][:MOST_ROWS]
    agreed = [
        left
        for left in lefts
        if sum(abs(left - other) < SAME_COLUMN * size for other in lefts) > len(lefts) / 2
    ]
    return agreed[:1] if len(lefts) > 1 else []


def _part(row: LabelRow, columns: Sequence[float], size: float) -> None:
    """Takes from a cell what stands in the next column behind a label that cannot be read."""
    for cell in row.cells[-1:]:
        for before, word in pairwise([PdfWord("", cell.left, cell.left, 0), *cell.words]):
            in_column = any(abs(word.left - column) < SAME_COLUMN * size / 2 for column in columns)
            if in_column and cell.left < word.left - size and word.left - before.right > COLUMN_GAP * size:
                at = cell.words.index(word)
                stray = LabelledCell(NO_KEY, word.left, cell.words[at:], (), cell.page, cell.bottom)
                row.cells.append(stray)
                del cell.words[at:]
                return


def _nearer(line: PdfLine, above: PdfLine | None, below: PdfLine, size: float) -> bool:
    """Whether a line stands beside the label below it, rather than under what is above."""
    if line.page != below.page:
        return False
    if above is None or above.page != line.page:
        return below.y - line.y < size
    return below.y - line.y < min(NEARER * (line.y - above.y), NEXT_LINE * size)


def _append(words: Iterable[PdfWord], cells: list[LabelledCell], page: int, shape: TableShape) -> None:
    """Puts what wrapped behind what it belongs to."""
    if not cells:
        return
    for cell, part in groupby(words, lambda word: _cell_of(word, cells, shape)):
        own = [*part]
        if continues(cell, own, page, shape):
            cell.words += own
            cell.page, cell.bottom = page, own[-1].y


def _prepend(words: Iterable[PdfWord], row: LabelRow, shape: TableShape) -> None:
    for word in reversed([*words]):
        _cell_of(word, row.cells, shape).words.insert(0, word)


def _cell_of(word: PdfWord, cells: list[LabelledCell], shape: TableShape) -> LabelledCell:
    """The cell above a word; in running text the last one."""
    if not shape.columns:
        return cells[-1]
    fitting = [cell for cell in cells if cell.left <= word.left + SAME_COLUMN * shape.size / 2]
    return fitting[-1] if fitting else cells[0]
