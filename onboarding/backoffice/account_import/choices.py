"""How somebody wants a file to be read, and the file as it is read then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from onboarding.backoffice.account_import import columns, reading
from onboarding.backoffice.account_import.columns import HeadingsRefused, Layout
from onboarding.backoffice.account_import.reading import ReadingChoice, Sheet, SheetRefused

# What becomes of hidden rows.
READ, SKIP = "read", "skip"


class Choice(TypedDict, total=False):
    """What somebody said, as an import keeps it; what is absent was not said."""

    letters: str
    sheet: str
    hidden: str
    # Fields by position, which JSON has as text.
    columns: dict[str, str]
    # Fields by the headings' keys, for the next sheets: of those columns that needed somebody's word.
    headings: dict[str, str]


@dataclass(frozen=True)
class Understood:
    """A sheet, which of its columns is which, and what somebody said about both."""

    sheet: Sheet
    layout: Layout
    choice: Choice

    @property
    def rows(self) -> list[columns.Values]:
        """The rows that are to be judged."""
        return columns.rows(self.sheet, self.layout)


def understand(content: bytes, choice: Choice, said: Mapping[str, str]) -> Understood:
    """Reads a file; `said` is what this distributor's people said of columns, by the headings' keys.

    Raises SheetRefused or HeadingsRefused.
    """
    wanted = ReadingChoice(letters=choice.get("letters", ""), sheet=choice.get("sheet", ""))
    sheet = reading.read(content, {*columns.known_headings(), *(key for key in said if said[key])}, wanted)
    if choice.get("hidden") == SKIP:
        hidden = set(sheet.hidden)
        sheet = replace(sheet, lines=[line for line in sheet.lines if line[0] not in hidden])
    if not columns.has_headings(sheet):
        raise SheetRefused("no_headings", str(sheet.headings_row))
    chosen = choice.get("columns")
    by_position = None if chosen is None else {int(position): field for position, field in chosen.items()}
    layout = columns.lay_out(sheet, by_position, said)
    if layout.missing and not layout.unused:
        missing = [f"Falta la columna «{column.label}»." for column in layout.missing]
        raise HeadingsRefused(missing, len(sheet.lines))
    understood = Understood(sheet, layout, choice)
    if not layout.missing and not understood.rows:
        raise SheetRefused("no_rows", sheet.name)
    return understood
