"""Thousands of damaged sheets: each is read or refused by name, and judged; nothing breaks.

The long form runs with FUZZ=1 (`make fuzz`).
"""

import contextlib
import json
import os
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO

import pytest

from facturamos import sandbox
from onboarding.backoffice.account_import.choices import Choice, understand
from onboarding.backoffice.account_import.columns import HeadingsRefused, known_headings
from onboarding.backoffice.account_import.file_kinds import kind_of
from onboarding.backoffice.account_import.forms import MESSAGES
from onboarding.backoffice.account_import.reading import SheetRefused, take_apart
from onboarding.backoffice.account_import.report import report
from tests.onboarding.backoffice.account_import.hand_made import (
    GOOD,
    HEADINGS,
    book,
    row,
    sheet,
    strings,
    styles,
)
from tests.onboarding.backoffice.account_import.sheets import as_csv, as_xlsx, line

COUNT = 5_000 if os.environ.get("FUZZ") else 250
# So many of them go all the way: through the limited child, the forms and the database.
JUDGED = COUNT // 10

ORDER = json.dumps([sorted(known_headings()), {}]).encode() + b"\n"
FORMULA = "<c><f>A1</f></c>"
SHEETS = (
    as_xlsx(*(line(number) for number in range(5))),
    book(
        sheet(
            row(1, *HEADINGS, "Régimen"),
            row(2, *GOOD, '<c s="1"><v>46054</v></c>', '<c t="b"><v>1</v></c>'),
            row(
                3, '<c t="s"><v>0</v></c>', FORMULA, *GOOD[2:], '<c t="e"><v>#N/A</v></c>', more=' hidden="1"'
            ),
            behind='<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>',
        ).replace("<sheetData>", '<cols><col min="2" max="3" width="0" hidden="1"/></cols><sheetData>'),
        sheet(row(1, *HEADINGS), row(2, *GOOD)),
        parts={
            "styles": styles("d-mmm"),
            "sharedStrings": strings("PEÑA", "<r><t>LA </t></r><r><t>ÑAPA</t></r>"),
        },
        properties='<workbookPr date1904="0"/>',
    ),
    as_csv(*(line(number) for number in range(5))),
    as_csv(*(line(number) for number in range(5)), separator=";", encoding="cp1252"),
    as_csv(*(line(number) for number in range(5)), separator="\t", encoding="utf-16"),
    as_csv(*(line(number) for number in range(5)), encoding="utf-32"),
    as_csv(*(line(number) for number in range(5))).replace(b"\r\n", b"\r"),
)
# What makes readers stumble.
PIECES = (
    *(
        b"",
        b"\0",
        b"\xff",
        b'"',
        b'""',
        b"'",
        b",",
        b";",
        b"\t",
        b"\r",
        b"\n",
        b"\x1a",
        b"=1+1",
        b"\xc3",
        b"\xe2\x80",
    ),
    *(
        b"<",
        b">",
        b"/>",
        b"&",
        b"&x;",
        b"<c>",
        b"</row>",
        b"<!--",
        b"]]>",
        b"-1",
        b"1e999",
        b"99999999999",
        b"NaN",
    ),
    *(
        b'r="A1"',
        b't="s"',
        b't="e"',
        b's="9"',
        b"_x0000_",
        b"_xD800_",
        b"_xFFFF_",
        b"#REF!",
        "Ñ".encode(),
        b"@",
    ),
)


def cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def flip(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def insert(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        data = (
            data[:at] + dice.choice(PIECES) * dice.choice((1, 1, 1, 50)) + data[at + dice.choice((0, 0, 3)) :]
        )
    return data


def repeat(data: bytes, dice: random.Random) -> bytes:
    start, length = dice.randrange(len(data)), dice.randint(1, 200)
    return data[:start] + data[start : start + length] * dice.choice((0, 2, 3)) + data[start + length :]


DAMAGE: tuple[Callable[[bytes, random.Random], bytes], ...] = (cut, flip, insert, repeat)


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Damage to a file; of a workbook now and then to the XML of one of its parts, or to a part's name."""
    if not data.startswith(b"PK") or dice.random() < 0.2:
        return dice.choice(DAMAGE)(data, dice)
    source, buffer = zipfile.ZipFile(BytesIO(data)), BytesIO()
    victim = dice.choice(source.namelist())
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == victim and content:
                content = dice.choice(DAMAGE)(content, dice)
            if name != victim or dice.random() > 0.05:
                target.writestr(name, content)
    return buffer.getvalue()


def outcome(data: bytes) -> str:
    """What becomes of a file, in this process: whatever breaks is seen."""
    if code := kind_of(data):
        return code
    try:
        take_apart(ORDER + data)
    except sandbox.Refused as refused:
        return refused.code.partition(":")[0]
    return "read"


@pytest.mark.parametrize("seed", range(5))
def test_fuzz_of_mutated_sheets_reads_or_refuses(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    outcomes = Counter(outcome(damaged(dice.choice(SHEETS), dice)) for _ in range(COUNT // 5))
    assert set(outcomes) <= {"read", *MESSAGES}
    assert outcomes["read"] > COUNT // 50
    assert outcomes["broken"] > 0


@pytest.mark.django_db
def test_fuzz_of_mutated_sheets_is_judged() -> None:
    dice = random.Random(12)  # noqa: S311
    for _ in range(JUDGED):
        found = report(damaged(dice.choice(SHEETS), dice))
        assert found["ok"] == (not found["bad"])
        assert 0 <= found["good"] <= found["rows"]


@pytest.mark.django_db
def test_fuzz_of_choices_is_read_or_refused() -> None:
    dice = random.Random(7)  # noqa: S311
    for _ in range(JUDGED // 2):
        choice = Choice(
            letters=dice.choice(("", "cp850", "utf-8", "rot13")), sheet=dice.choice(("", "Hoja2", "x"))
        )
        if dice.random() < 0.5:
            choice["columns"] = {str(place): dice.choice(("", "name", "rfc", "email")) for place in range(6)}
        with contextlib.suppress(SheetRefused, HeadingsRefused):
            understood = understand(damaged(dice.choice(SHEETS), dice), choice, {"nombre": "rfc"})
            assert understood.sheet.lines
