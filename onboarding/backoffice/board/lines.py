"""A company's line on the board: where it stands, how to reach it, what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from companies import phones
from facturamos.admin.beside_rows import BesideRow
from onboarding.backoffice.board.companies import Row


@dataclass(frozen=True)
class BoardLine:
    """What a template draws of one row."""

    row: Row
    beside: BesideRow

    @property
    def step(self) -> str:
        """How far it has come."""
        return "Terminada" if self.row.finished_at else f"{self.row.reached} de {self.row.total}"

    @property
    def idle(self) -> str:
        """How long nothing has happened."""
        days = self.row.idle_days
        return "Hoy" if days == 0 else "1 día" if days == 1 else f"{days} días"

    @property
    def call(self) -> str:
        """A link that a telephone dials; "" without a number that it could."""
        dialled = phones.dialled(self.row.phone)
        return f"tel:{dialled}" if dialled else ""

    @property
    def whatsapp(self) -> str:
        """A link that opens a conversation; "" likewise."""
        dialled = phones.dialled(self.row.phone)
        return f"https://wa.me/{dialled.removeprefix('+')}" if dialled else ""


def lines(rows: Iterable[Row], beside: Mapping[int, BesideRow]) -> list[BoardLine]:
    """The rows with the buttons beside each."""
    return [BoardLine(row, beside.get(row.company.pk, BesideRow([], []))) for row in rows]
