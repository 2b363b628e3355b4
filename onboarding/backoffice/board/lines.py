"""A company's line on the board: where it stands, how to reach it, what to do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from companies import phones
from facturamos.admin.beside_rows import BesideRow
from mailing.models import Message
from onboarding.backoffice.board.bounces import latest_bounced
from onboarding.backoffice.board.companies import Row
from onboarding.backoffice.companies.pages import COMPANY_PAGES
from onboarding.backoffice.notes.services import OpenTasks


@dataclass(frozen=True)
class BoardLine:
    """What a template draws of one row."""

    row: Row
    beside: BesideRow
    tasks: OpenTasks | None = None
    # The last mail to its user, where it did not arrive.
    bounced: Message | None = None

    @property
    def url(self) -> str:
        """Its overview: reading comes before correcting."""
        return COMPANY_PAGES[0].url(self.row.company)

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


def lines(
    rows: Collection[Row], beside: Mapping[int, BesideRow], tasks: Mapping[int, OpenTasks]
) -> list[BoardLine]:
    """The rows with the buttons beside each, and with what somebody is to do about it; one query."""
    nothing, returned = BesideRow([], []), latest_bounced([row.company.pk for row in rows])
    return [
        BoardLine(row, beside.get(pk, nothing), tasks.get(pk), returned.get(pk))
        for row in rows
        for pk in (row.company.pk,)
    ]
