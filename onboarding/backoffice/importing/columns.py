"""The sheet's columns: the fields of «Nueva cuenta» that one types, by their labels.

A field that the form gains is a new column by itself; none has to be named here.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import forms

from companies.forms.fields import PostalCodeField
from companies.forms.fiscal import TaxRegimeField
from companies.postal_codes import folded
from onboarding.backoffice.export import restored
from onboarding.backoffice.importing.reading import Line, Sheet
from onboarding.backoffice.new_account import NewAccountForm

# Our own file of rows to correct has this column too; it is no data.
ADVICE = "Qué corregir"
# Chosen once for the whole file.
NO_COLUMNS = ("distributor",)


@dataclass(frozen=True)
class Column:
    """One field of the form."""

    name: str
    label: str
    required: bool
    help_text: str


class HeadingsRefused(Exception):
    """The first row is not what the template has. The message is one Spanish sentence for each fault."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


def _typed(field: forms.Field) -> bool:
    """Whether people write the field's value: no file, no box to tick, nothing hidden."""
    return isinstance(field, forms.CharField | forms.ChoiceField) and not field.widget.is_hidden


def columns() -> list[Column]:
    """The columns in the form's order."""
    order = [name for name in NewAccountForm.field_order if name in NewAccountForm.base_fields]
    order += [name for name in NewAccountForm.base_fields if name not in order]
    fields = {name: NewAccountForm.base_fields[name] for name in order if name not in NO_COLUMNS}
    return [
        Column(name, str(field.label), field.required, _help(str(field.help_text)))
        for name, field in fields.items()
        if _typed(field)
    ]


def _help(text: str) -> str:
    # The list says itself which columns are optional.
    return text.removeprefix("Opcional.").strip()


def _key(heading: str) -> str:
    """Headings are the same ignoring case, accents, blanks, and a mark of obligation behind."""
    return folded(re.sub(r"\s*(\*|\(opcional\)|:)\s*$", "", heading, flags=re.IGNORECASE))


def rows(sheet: Sheet) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line's number and its values by field. Raises HeadingsRefused before the first."""
    names = _names(sheet)
    form = NewAccountForm.base_fields
    for number, cells in sheet.lines:
        values = {
            name: as_meant(form[name], restored(cell))
            for name, cell in zip(names, cells, strict=False)
            if name and cell
        }
        # A row with nothing but our own advice in it is empty.
        if values:
            yield number, values


def as_meant(field: forms.Field, text: str) -> str:
    """The value behind what spreadsheets make of it."""
    if isinstance(field, PostalCodeField) and re.fullmatch(r"[0-9]{4}", text):
        return f"0{text}"  # written as a number
    if isinstance(field, TaxRegimeField) and (code := re.match(r"[0-9]{3}\b", text)):
        return code[0]  # «601 General de Ley»
    return text


def _names(sheet: Sheet) -> list[str]:
    """The field of each column of the sheet; empty for what is no data."""
    known = {_key(column.label): column for column in columns()}
    keys = [_key(heading) for heading in sheet.headings]
    sentences = [*_missing(keys, known), *_doubled(keys, known), *_unknown(sheet, keys, known)]
    if sentences:
        raise HeadingsRefused(sentences)
    return [known[key].name if key in known else "" for key in keys]


def _missing(keys: list[str], known: dict[str, Column]) -> Iterator[str]:
    for key, column in known.items():
        if column.required and key not in keys:
            yield f"Falta la columna «{column.label}»."


def _doubled(keys: list[str], known: dict[str, Column]) -> Iterator[str]:
    for key, count in Counter(keys).items():
        if count > 1 and key in known:
            yield f"La columna «{known[key].label}» está {count} veces. Deje solo una."


def _unknown(sheet: Sheet, keys: list[str], known: dict[str, Column]) -> Iterator[str]:
    """Names every column that would be lost."""
    filled = _filled(sheet.lines)
    for position in range(max(len(keys), max(filled, default=-1) + 1)):
        key = keys[position] if position < len(keys) else ""
        if key and key not in known and key != _key(ADVICE):
            heading = sheet.headings[position][:60]
            yield f"La columna «{heading}» no es de la plantilla. Quítela o corrija su nombre."
        elif not key and position in filled:
            yield f"La columna {letters(position)} tiene datos y no tiene encabezado."


def _filled(lines: Iterable[Line]) -> set[int]:
    """The positions of the columns that have something in some row."""
    return {position for _, cells in lines for position, cell in enumerate(cells) if cell}


def letters(position: int) -> str:
    """A column as spreadsheets name it: 0 is A, 26 is AA."""
    found = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        found = chr(65 + rest) + found
    return found
