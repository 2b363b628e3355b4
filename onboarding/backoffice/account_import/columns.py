"""The sheet's columns: the fields of «Nueva cuenta» that one types, by their labels.

A field that the form gains is a new column by itself; none has to be named here, but its other names in
headings.py. What a column means is decided by a person, by what this distributor's people said of a
column of that name, by the labels, by the usual synonyms; in this order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django import forms

from companies.forms.fields import PostalCodeField
from companies.models import SatPostalCode
from companies.sat import rfc
from facturamos.text import clean
from onboarding.backoffice.account_import import headings
from onboarding.backoffice.account_import.cells import as_meant
from onboarding.backoffice.account_import.reading import Line, Sheet
from onboarding.backoffice.new_account.forms import ADDRESS, NewAccountForm

# Our own file of rows to correct has this column too; it is no data.
ADVICE = "Qué corregir"
# Chosen once for the whole file.
NO_COLUMNS = ("distributor",)
EXAMPLES = 3

# A row's number, and its values by field.
Values = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class AccountColumn:
    """One field of the form."""

    name: str
    label: str
    required: bool
    help_text: str


@dataclass(frozen=True)
class SheetColumn:
    """One column of the sheet with something in it, and the field that it is taken for; empty for none."""

    position: int
    heading: str
    examples: tuple[str, ...]
    field: str
    # Whether somebody should say so: an unknown heading, or one that may mean two things.
    doubtful: bool = False
    # Nobody sees it in the sheet.
    hidden: bool = False
    # Taken for what somebody of this distributor once said of a column that is called the same.
    remembered: bool = False

    @property
    def name(self) -> str:
        """How a person finds it."""
        return (
            f"«{self.heading[:60]}»"
            if self.heading
            else f"{headings.letters(self.position)} (sin encabezado)"
        )

    @property
    def key(self) -> str:
        """What the same column of another sheet has too."""
        return headings.key(self.heading)


@dataclass(frozen=True)
class Layout:
    """Which column of a sheet is which field."""

    columns: tuple[SheetColumn, ...]

    @property
    def fields(self) -> dict[int, str]:
        """The field of each position that has one."""
        return {column.position: column.field for column in self.columns if column.field}

    @property
    def missing(self) -> list[AccountColumn]:
        """The fields that an account cannot do without."""
        found = set(self.fields.values())
        return [column for column in columns() if column.required and column.name not in found]

    @property
    def unused(self) -> list[SheetColumn]:
        """The columns that nothing is taken from."""
        return [column for column in self.columns if not column.field]

    @property
    def remembered(self) -> list[SheetColumn]:
        """The columns that mean what somebody once said, and no program would have known."""
        return [column for column in self.columns if column.field and column.remembered]

    @property
    def doubtful(self) -> bool:
        """Whether a person has to say which column is which."""
        return bool(self.missing) or any(column.doubtful for column in self.columns)


class HeadingsRefused(Exception):
    """The sheet has no columns for all that an account needs. One Spanish sentence for each fault.

    `rows` is how many it has nevertheless.
    """

    def __init__(self, sentences: list[str], rows: int) -> None:
        super().__init__(*sentences)
        self.sentences, self.rows = sentences, rows


def _typed(field: forms.Field) -> bool:
    """Whether people write the field's value: no file, no box to tick, nothing hidden."""
    return isinstance(field, forms.CharField | forms.ChoiceField) and not field.widget.is_hidden


def _is_required(name: str, field: forms.Field) -> bool:
    """What the wizard requires later may stay open while an account is made."""
    return field.required and name not in NewAccountForm.OPTIONAL


@cache
def columns() -> list[AccountColumn]:
    """The columns in the form's order."""
    order = [name for name in NewAccountForm.field_order if name in NewAccountForm.base_fields]
    order += [name for name in NewAccountForm.base_fields if name not in order]
    fields = {name: NewAccountForm.base_fields[name] for name in order if name not in NO_COLUMNS}
    return [
        AccountColumn(name, str(field.label), _is_required(name, field), _help(str(field.help_text)))
        for name, field in fields.items()
        if _typed(field)
    ]


@cache
def known_headings() -> dict[str, str]:
    """The field behind each heading that is known."""
    return headings.known_keys({column.name: column.label for column in columns()})


def _help(text: str) -> str:
    # The list says itself which columns are optional.
    return text.removeprefix("Opcional.").strip()


# --- which column is which


def lay_out(
    sheet: Sheet, chosen: Mapping[int, str] | None = None, said: Mapping[str, str] | None = None
) -> Layout:
    """Finds the columns. `chosen` is by position and leaves no doubt; `said` is by the headings' keys."""
    examples = _examples(sheet.lines)
    positions = [
        position
        for position in range(max(len(sheet.headings), max(examples, default=-1) + 1))
        if position in examples and headings.key(_heading(sheet, position)) != headings.key(ADVICE)
    ]
    if chosen is not None:
        found = {position: chosen.get(position, "") for position in positions}
        doubtful: set[int] = set()
        remembered: set[int] = set()
    else:
        keys = {each: headings.key(_heading(sheet, each)) for each in positions}
        headed = {known_headings().get(headings.key(heading), "") for heading in sheet.headings}
        found, doubtful, remembered = _guessed(keys, said or {}, headed)
    empty = _without_values(sheet, found)
    return Layout(
        tuple(
            SheetColumn(
                position,
                _heading(sheet, position),
                examples.get(position, ()),
                found.get(position, "") or empty.get(position, ""),
                position in doubtful,
                position in sheet.hidden_columns,
                position in remembered,
            )
            for position in sorted({*positions, *empty})
        )
    )


def _heading(sheet: Sheet, position: int) -> str:
    return sheet.headings[position] if position < len(sheet.headings) else ""


def _examples(lines: Iterable[Line]) -> dict[int, tuple[str, ...]]:
    """The first different values of each column that has any."""
    found: dict[int, list[str]] = {}
    for _, cells in lines:
        for position, cell in enumerate(cells):
            if cell and len(seen := found.setdefault(position, [])) < EXAMPLES and cell not in seen:
                seen.append(cell)
    return {position: tuple(values) for position, values in found.items()}


def _without_values(sheet: Sheet, found: Mapping[int, str]) -> dict[int, str]:
    """Known columns in which nothing stands: a required one is then empty, and not missing."""
    taken, empty = set(found.values()), {}
    for position, heading in enumerate(sheet.headings):
        field = known_headings().get(headings.key(heading), "")
        if position not in found and field and field not in taken:
            empty[position] = field
            taken.add(field)
    return empty


def _guessed(
    keys: Mapping[int, str], said: Mapping[str, str], headed: set[str]
) -> tuple[dict[int, str], set[int], set[int]]:
    """The field of each position; the positions that a person should look at; those that one has told."""
    found: dict[int, str] = {}
    for position, key in keys.items():
        if key in said:
            _assign(found, position, said[key])
    remembered = set(found)
    labels = {headings.key(column.label): column.name for column in columns()}
    # A label of ours is surer than a synonym, and an early synonym than a late one.
    for names in (labels, known_headings()):
        for key, field in names.items():
            for position in (each for each in keys if each not in found and keys[each] == key):
                _assign(found, position, field)
    doubtful = _without_street(found, headed) | _tell_names_apart(found, keys)
    doubtful |= {each for each in keys if not found.get(each)}
    return found, doubtful - remembered, remembered


def _assign(found: dict[int, str], position: int, field: str) -> None:
    if not field or field not in found.values():
        found[position] = field


def _without_street(found: dict[int, str], headed: set[str]) -> set[int]:
    """Without a street there is no address to begin: «Ciudad» and «Estado» of a client list are not for one.

    A «C.P.» is then where the invoices are issued, unless another column says so.
    """
    if "street" in headed:
        return set()
    positions = {position for position, field in found.items() if field in ADDRESS}
    for position in positions:
        code = found[position] == "postal_code" and "expedition_place" not in headed
        found[position] = "expedition_place" if code else ""
    return {position for position in positions if not found[position]}


def _tell_names_apart(found: dict[int, str], keys: Mapping[int, str]) -> set[int]:
    """«Nombre» beside «Razón social» is more likely the person's; somebody should look at it."""
    person = next((each for each, field in found.items() if field == "name" and keys[each] == "nombre"), None)
    company = next(
        (each for each, key in keys.items() if not found.get(each) and _is_company(key)),
        None,
    )
    if person is None or company is None:
        return set()
    found[company] = "name"
    del found[person]
    _assign(found, person, "full_name")
    return {person, company}


def _is_company(key: str) -> bool:
    """Whether a heading says that it is the company's; a second «Nombre» is another table's."""
    return key != "nombre" and known_headings().get(key) == "name"


# --- the rows


def has_headings(sheet: Sheet) -> bool:
    """Whether what was taken for the headings is none of the rows: no RFC and no address stands in it."""
    known = any(headings.key(heading) in known_headings() for heading in sheet.headings)
    return known or not any("@" in text or rfc.persona_of(text) for text in sheet.headings)


def rows(sheet: Sheet, layout: Layout) -> list[Values]:
    """Each line's number and its values by field. A line without any is none."""
    form, fields = NewAccountForm.base_fields, layout.fields
    found = []
    for number, cells in sheet.lines:
        values = {
            fields[position]: as_meant(fields[position], form[fields[position]], text)
            for position, cell in enumerate(cells)
            if position in fields and (text := clean(cell))
        }
        # A row with nothing but our own advice in it is empty.
        if values:
            found.append((number, values))
    _give_zeros_back(found)
    return found


def _give_zeros_back(found: list[Values]) -> None:
    """A postal code that was a number lost its zero: it gets it back where the SAT's catalogue has it so."""
    names = [name for name, each in NewAccountForm.base_fields.items() if isinstance(each, PostalCodeField)]
    codes = {f"0{values[name]}" for _, values in found for name in names if len(values.get(name, "")) == 4}
    known = (
        set(SatPostalCode.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()
    )
    for _, values in found:
        for name in names:
            if (code := f"0{values.get(name, '')}") in known:
                values[name] = code
