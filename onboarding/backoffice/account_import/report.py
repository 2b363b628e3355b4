"""A sheet judged by itself, for `manage.py doctor sheet`: as an import would, for no distributor.

Nothing is stored.
"""

from collections.abc import Iterator, Sequence
from typing import TypedDict

from companies.models import User
from onboarding.backoffice.account_import import forms, questions
from onboarding.backoffice.account_import.choices import Choice, Understood, understand
from onboarding.backoffice.account_import.columns import HeadingsRefused, columns
from onboarding.backoffice.account_import.judging import Errors, Known, judge
from onboarding.backoffice.account_import.models import ImportRow
from onboarding.backoffice.account_import.reading import SheetRefused


class SheetFault(TypedDict):
    """What is wrong: with one cell, with a row (no column), or with the whole file (neither)."""

    row: int | None
    column: str | None
    message: str


class SheetReport(TypedDict):
    """What would become of a sheet. `good` of its `rows` would become accounts."""

    ok: bool
    rows: int
    good: int
    bad: list[SheetFault]
    doubts: list[str]


def report(content: bytes) -> SheetReport:
    """Judges the sheet in `content`."""
    try:
        understood = understand(content, Choice(), {})
    except (SheetRefused, HeadingsRefused) as refused:
        sentences = forms.sentences_of(refused)
        faults = [SheetFault(row=None, column=None, message=each) for each in sentences]
        return _refused(faults, rows=refused.rows if isinstance(refused, HeadingsRefused) else 0)
    if missing := understood.layout.missing:
        rows = len(understood.sheet.lines)
        faults = [_missing(each.label, understood) for each in missing]
        return _refused(faults, rows, _about_the_file(understood, rows))
    return _judged(understood)


def _missing(label: str, understood: Understood) -> SheetFault:
    message = f"Falta la columna «{label}»."
    return SheetFault(row=understood.sheet.headings_row, column=label, message=message)


def _refused(faults: list[SheetFault], rows: int, doubts: Sequence[str] = ()) -> SheetReport:
    return SheetReport(ok=False, rows=rows, good=0, bad=faults, doubts=[*doubts])


def _judged(understood: Understood) -> SheetReport:
    rows = [ImportRow(number=number, values=values) for number, values in understood.rows]
    nobody = User()
    known = Known.of(rows, None, nobody)
    good = sum(judge(row, known) is not None for row in rows)
    faults = [fault for row in rows for fault in _faults(row)]
    doubts = [*_about_the_file(understood, len(rows)), *(doubt for row in rows for doubt in _doubts(row))]
    return SheetReport(ok=not faults, rows=len(rows), good=good, bad=faults, doubts=doubts)


def _about_the_file(understood: Understood, rows: int) -> list[str]:
    asked = [questions.letters_in_doubt(understood)]
    return [*filter(None, asked), *questions.notes(understood, rows)]


def _faults(row: ImportRow) -> Iterator[SheetFault]:
    for column, sentence in _labelled(row.errors):
        yield SheetFault(row=row.number, column=column, message=sentence)


def _doubts(row: ImportRow) -> Iterator[str]:
    for column, sentence in _labelled(row.doubts):
        yield f"Fila {row.number}, {column}: {sentence}"


def _labelled(sentences: Errors) -> Iterator[tuple[str | None, str]]:
    """In the sheet's order; what is about the whole row comes last."""
    labels = {column.name: column.label for column in columns()}
    names = [name for name in labels if name in sentences]
    for name in [*names, *(name for name in sentences if name not in labels)]:
        for sentence in sentences[name]:
            yield labels.get(name), sentence
