"""The table of what happened to the product: one row for each event that a test put it through.

A test notes its row by the fixture `chaos`; at the end of the session all rows are printed together. They
travel as properties of a test's report, so that those of other processes (xdist) come along.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

PROPERTY = "chaos"
HEADINGS = ("event", "lost", "twice", "raw 500", "friendly after")


@dataclass(frozen=True)
class ChaosRow:
    """An event, and what came of what was under way."""

    event: str
    lost: int
    twice: int
    # Answers that were neither a page nor the page that says «por un momento».
    raw: int
    # The slowest friendly answer; None where no page was touched by it.
    seconds: float | None = None

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        after = "—" if self.seconds is None else f"{self.seconds:.1f} s"
        return (self.event, str(self.lost), str(self.twice), str(self.raw), after)


def noted(row: ChaosRow) -> tuple[str, dict[str, object]]:
    """The row as a property of a report."""
    return PROPERTY, asdict(row)


def table(properties: Iterable[tuple[str, object]]) -> list[str]:
    """Lines of the table; none where nothing was noted."""
    rows = [ChaosRow(**value) for name, value in properties if name == PROPERTY and isinstance(value, dict)]
    if not rows:
        return []
    cells = [HEADINGS, *(row.cells() for row in sorted(rows, key=_event))]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [" │ ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]


def _event(row: ChaosRow) -> str:
    return row.event
