"""Another reader of workbooks finds the same values, wherever a cell has one."""

import random
from datetime import date, datetime, time
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from onboarding.backoffice.account_import.workbook import Workbook
from tests.onboarding.backoffice.account_import import hand_made
from tests.onboarding.backoffice.account_import.hand_made import (
    GOOD,
    HEADINGS,
    book,
    row,
    sheet,
    strings,
    styles,
)

FORMATS = (
    "0",
    "0.00",
    "00000",
    "dd/mm/yyyy",
    "d-mmm",
    "h:mm",
    "# ?/?",
    "@",
    '"$"#,##0',
    "[$-80A]d mmm yy;@",
    "General",
)
VALUES = (0, 1, 60, 61, 0.5, 12.5, 6000, 46054, 46054.75, 5512345678, 1e15, 2_958_465)


def written(seed: int) -> bytes:
    """A workbook with a few of everything."""
    dice = random.Random(seed)  # noqa: S311
    buffer = BytesIO()
    made = xlsxwriter.Workbook(buffer, {"date_1904": bool(seed % 2)})
    page = made.add_worksheet()
    formats = [made.add_format({"num_format": code}) for code in FORMATS]
    for _ in range(200):
        place = dice.randrange(3000), dice.randrange(30)
        kind = dice.randrange(4)
        if kind == 0:
            page.write_string(
                *place, dice.choice((*GOOD, " a  b ", "06000", "=1+1", "x\ny", "<&>", "Ñ" * 300))
            )
        elif kind == 1:
            page.write_boolean(*place, dice.random() < 0.5)
        elif kind == 2:
            page.write_formula(*place, "=A1", None, dice.choice((7, "ÑAPA", 1.25)))
        else:
            page.write_number(*place, dice.choice(VALUES), dice.choice(formats))
    made.close()
    return buffer.getvalue()


def ours(data: bytes) -> dict[tuple[int, int], str]:
    opened = Workbook(data)
    return {
        (number, column): text
        for number, cells in opened.table(opened.sheets[0]).rows
        for column, text in enumerate(cells)
        if text
    }


def theirs(data: bytes) -> dict[tuple[int, int], Any]:
    page = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
    return {
        (number, column): value
        for number, cells in enumerate(page.to_python(skip_empty_area=False), start=1)
        for column, value in enumerate(cells)
        if value != "" and not str(value).isspace()
    }


def same(text: str, value: bool | float | str | datetime | date | time | None) -> bool:
    if isinstance(value, bool):
        return text == ("VERDADERO" if value else "FALSO")
    if isinstance(value, time) and text == "1904-01-01":
        return value == time()  # day 0 of a Mac is a day to us
    if isinstance(value, datetime | date | time):
        return bool(text == value.isoformat().removesuffix("T00:00:00"))
    if isinstance(value, float):
        return float(sum(map(Fraction, text.split()))) == value  # «12 1/2», «06000»
    return bool(text == value)


@pytest.mark.parametrize("seed", range(6))
def test_values_are_the_same(seed: int) -> None:
    data = written(seed)
    mine, other = ours(data), theirs(data)
    assert mine.keys() == other.keys()
    assert [(place, mine[place], other[place]) for place in mine if not same(mine[place], other[place])] == []


def test_hand_made_values_are_the_same() -> None:
    data = book(
        sheet(row(1, *HEADINGS), row(3, *GOOD, '<c t="s"><v>0</v></c>', '<c s="1"><v>46054</v></c>')),
        parts={
            "styles": styles("d-mmm"),
            "sharedStrings": strings("<r><t xml:space='preserve'>LA </t></r><r><t>ÑAPA</t></r>"),
        },
    )
    mine, other = ours(data), theirs(data)
    assert mine.keys() == other.keys()
    assert all(same(mine[place], other[place]) for place in mine)
    assert (mine[3, 4], mine[3, 5]) == ("LA ÑAPA", "2026-02-01")


def test_what_the_other_one_loses_is_kept() -> None:
    data = book(hand_made.sheet(row(1, "<c><f>A9</f></c>", '<c t="e"><v>#N/A</v></c>')))
    assert theirs(data) == {}
    assert ours(data) == {(1, 0): "=A9", (1, 1): "#N/A"}
