"""Sheets of other writers: no row lost and no value changed without a word.

Each holds the same three clients. `differs` is what a cell becomes where that is not what `ROWS` says:
another value, or «!» and how the fault begins; `asks` are the questions that are open, `says` parts of the
notes.
What is refused is refused by the name of its kind.
"""

import pytest

from companies.models import User
from onboarding.backoffice.account_import.choices import Choice, Understood, understand
from onboarding.backoffice.account_import.forms import MESSAGES
from onboarding.backoffice.account_import.judging import Known, judge
from onboarding.backoffice.account_import.models import ImportRow
from onboarding.backoffice.account_import.questions import notes, open_questions
from onboarding.backoffice.account_import.reading import SheetRefused
from tests.onboarding.backoffice.account_import.other_books import BOOKS, REFUSED
from tests.onboarding.backoffice.account_import.other_cases import FIELDS, ROWS, Case
from tests.onboarding.backoffice.account_import.other_texts import TEXTS

pytestmark = pytest.mark.django_db


def result(understood: Understood) -> list[ImportRow]:
    """The rows, judged for nobody, as `doctor sheet` does."""
    rows = [ImportRow(number=number_, values=values) for number_, values in understood.rows]
    known = Known.of(rows, None, User())
    for each in rows:
        judge(each, known)
    return rows


def shown(each: ImportRow, name: str) -> str:
    """What became of a cell: «!» and why it is refused, or its value."""
    return f"!{each.errors[name][0]}" if name in each.errors else each.values.get(name, "")


@pytest.mark.parametrize("case", [*TEXTS, *BOOKS], ids=lambda case: case.name)
def test_every_row_and_value_is_there_or_named(case: Case) -> None:
    understood = understand(case.data, Choice(), {})
    told = " ".join(notes(understood, len(understood.rows)))
    assert sorted(open_questions(understood)) == sorted(case.asks)
    assert [part for part in case.says if part not in told] == []
    if "letters" in case.asks:
        return
    rows = result(understood)
    assert tuple(each.number for each in rows) == case.numbers
    expected = {
        (number_, name): value
        for number_, each in enumerate(ROWS)
        for name, value in zip(FIELDS, each, strict=True)
    }
    for (number_, name), value in (expected | dict(case.differs)).items():
        found = shown(rows[number_], name)
        fits = found.startswith(value) if value.startswith("!") else normal(name, found) == value
        assert fits, (number_, name, found)


def normal(name: str, value: str) -> str:
    """An RFC as the account will have it: the form takes it with hyphens and in small letters."""
    return value.upper().replace("-", "").replace(" ", "") if name == "rfc" else value


@pytest.mark.parametrize(("data", "code"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_what_is_no_sheet_of_ours_is_named(data: bytes, code: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        understand(data, Choice(), {})
    assert refused.value.code == code
    assert code in MESSAGES
