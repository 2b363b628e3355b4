"""What a sheet leaves open, asked of the person who uploaded it: its letters, its sheet, its columns.

Nothing is judged before these are answered. What needs no answer is told by `notes`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.http import QueryDict

from facturamos.forms import PageForm
from facturamos.prose import listed
from onboarding.backoffice.account_import import encodings
from onboarding.backoffice.account_import.choices import READ, SKIP, Choice, Understood
from onboarding.backoffice.account_import.columns import SheetColumn, columns
from onboarding.backoffice.account_import.reading import OtherSheet

# Our own template's explanations are nobody's accounts.
HELP_SHEET = "Instrucciones"
LETTERS, SHEET, HIDDEN, COLUMNS = "letters", "sheet", "hidden", "columns"
# How many rows or ranges a sentence names.
NAMED = 8
# Letters that need no word: what Excel writes, and what everybody else does.
USUAL = ("", encodings.UTF8, encodings.WINDOWS, *encodings.WIDE)


def open_questions(understood: Understood) -> set[str]:
    """Which questions nobody has answered."""
    sheet, choice = understood.sheet, understood.choice
    asked = {
        LETTERS: not sheet.letters_sure and not choice.get("letters"),
        SHEET: bool(_with_accounts(sheet.others)) and not choice.get("sheet"),
        HIDDEN: bool(sheet.hidden) and not choice.get("hidden"),
        COLUMNS: understood.layout.doubtful,
    }
    return {name for name, is_open in asked.items() if is_open}


def _with_accounts(others: Sequence[OtherSheet]) -> list[OtherSheet]:
    """The sheets that might have been meant as well."""
    return [each for each in others if each.shown and each.has_headings and each.rows > 1]


# --- what is told


def notes(understood: Understood, rows: int) -> list[str]:
    """Sentences about how the sheet was read; `rows` have something in a column that is used."""
    return list(_notes(understood, rows))


def _notes(understood: Understood, rows: int) -> Iterator[str]:
    sheet = understood.sheet
    if filled := [each for each in sheet.others if each.name != HELP_SHEET]:
        yield f"Se leyó la hoja «{sheet.name}». No se leyó: {_listed([_of_sheet(each) for each in filled])}."
    if sheet.above:
        yield f"Los encabezados están en la fila {sheet.headings_row}; lo que hay arriba no se leyó."
    if sheet.letters not in USUAL:
        yield f"Los acentos se leyeron como {encodings.NAMES[sheet.letters]}."
    if sheet.hidden:
        shown = _listed([str(number) for number in sheet.hidden])
        skipped = understood.choice.get("hidden") == SKIP
        yield f"{'No se leyeron' if skipped else 'Se leyeron también'} las filas ocultas: {shown}."
    if out_of_sight := [each.name for each in understood.layout.columns if each.field and each.hidden]:
        yield f"Se leyeron también las columnas ocultas: {_listed(out_of_sight)}."
    if sheet.merged:
        yield f"El valor de las celdas combinadas vale para cada una de sus filas: {_listed(sheet.merged)}."
    if told := understood.layout.remembered:
        labels = {each.name: each.label for each in columns()}
        meant = [f"{each.name} es «{labels[each.field]}»" for each in told]
        yield f"Como usted dijo antes: {_listed(meant)}."
    if unused := [column.name for column in understood.layout.unused]:
        yield f"No se usa: {_listed([f'la columna {name}' for name in unused])}."
    if empty := len(sheet.lines) - rows:
        yield f"{empty} fila{'' if empty == 1 else 's'} sin datos en las columnas que se usan no se contaron."


def letters_in_doubt(understood: Understood) -> str:
    """The question about the letters with the rows to decide by, in one line; empty when they are sure."""
    sheet = understood.sheet
    if sheet.letters_sure:
        return ""
    rows = " / ".join(sheet.samples.get(sheet.letters, []))
    return f"¿Se leen bien los nombres? Se leyeron como {encodings.NAMES[sheet.letters]}: {rows}"


def _of_sheet(other: OtherSheet) -> str:
    hidden = "" if other.shown else ", oculta"
    return f"la hoja «{other.name}» ({other.rows} fila{'' if other.rows == 1 else 's'}{hidden})"


def _listed(words: Sequence[str]) -> str:
    shown = [*words[:NAMED], *([f"{len(words) - NAMED} más"] if len(words) > NAMED else [])]
    return listed(shown)


# --- what is asked


class QuestionsForm(PageForm, forms.Form):
    """All that can be said about how a sheet is read. `choice` is what was said."""

    letters = forms.ChoiceField(label="¿Se leen bien los nombres?", widget=forms.RadioSelect)
    sheet = forms.ChoiceField(label="¿Qué hoja tiene las cuentas?", widget=forms.RadioSelect)
    hidden = forms.ChoiceField(
        label="¿Qué hacemos con las filas ocultas?",
        widget=forms.RadioSelect,
        choices=((SKIP, "No crear cuentas de ellas"), (READ, "Crear sus cuentas también")),
        error_messages={"required": "Diga si las filas ocultas se leen o no."},
    )
    unused = forms.BooleanField(label="Las columnas con «No se usa» se quedan fuera", required=False)

    def __init__(self, data: QueryDict | None = None, *, understood: Understood) -> None:
        super().__init__(data)
        self.understood = understood
        self.open = open_questions(understood)
        sheet, choice = understood.sheet, understood.choice
        self._add_choice(LETTERS, [(name, encodings.NAMES[name]) for name in self._readings], sheet.letters)
        names = [sheet.name, *(each.name for each in _with_accounts(sheet.others))]
        self._add_choice(SHEET, [(name, f"«{name}»") for name in names], choice.get("sheet") or sheet.name)
        self.fields[HIDDEN].initial = choice.get("hidden")
        self.fields[HIDDEN].help_text = (
            f"Filas {_listed([str(number) for number in sheet.hidden])}." if (sheet.hidden) else ""
        )
        if not sheet.hidden:
            del self.fields[HIDDEN]
        for column in understood.layout.columns:
            self.fields[_name(column)] = forms.ChoiceField(
                label=f"Columna {column.name}",
                choices=[("", "No se usa"), *((each.name, each.label) for each in columns())],
                initial=column.field,
                required=False,
            )

    @property
    def _readings(self) -> list[str]:
        return list(self.understood.sheet.samples)

    def _add_choice(self, name: str, choices: list[tuple[str, str]], initial: str) -> None:
        """Nothing where there is but one choice."""
        if len(choices) < 2:
            del self.fields[name]
            return
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices, field.initial = choices, initial

    # --- what the page shows

    @property
    def readings(self) -> list[tuple[BoundWidget, list[str]]]:
        """Each reading's radio button, and its rows."""
        samples = self.understood.sheet.samples
        return [(radio, samples[name]) for radio, name in zip(self[LETTERS], samples, strict=True)]

    @property
    def mapping(self) -> list[tuple[SheetColumn, BoundField]]:
        """Each column of the sheet with its field."""
        return [(column, self[_name(column)]) for column in self.understood.layout.columns]

    @property
    def missing(self) -> str:
        """What no column has been found for."""
        return _listed([f"«{each.label}»" for each in self.understood.layout.missing] or [""])

    # --- clean

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if not self.reads_differently:
            self._clean_columns()
        return data

    @property
    def reads_differently(self) -> bool:
        """Whether other letters or another sheet were chosen: then the columns are to be seen again."""
        sheet = self.understood.sheet
        chosen = self.cleaned_data.get(LETTERS, sheet.letters), self.cleaned_data.get(SHEET, sheet.name)
        return chosen != (sheet.letters, sheet.name)

    def _clean_columns(self) -> None:
        fields = self._fields
        labels = {each.name: each.label for each in columns()}
        for name, count in Counter(fields.values()).items():
            if name and count > 1:
                self.add_error(None, f"Eligió «{labels[name]}» para {count} columnas. Deje solo una.")
        for column in columns():
            if column.required and column.name not in fields.values():
                self.add_error(None, f"Falta «{column.label}»: elija qué columna lo tiene.")
        if COLUMNS in self.open and "" in fields.values() and not self.cleaned_data.get("unused"):
            self.add_error("unused", "Confirme que esas columnas se quedan fuera, o elija qué son.")

    @property
    def _fields(self) -> dict[int, str]:
        layout = self.understood.layout
        return {each.position: self.cleaned_data.get(_name(each), "") for each in layout.columns}

    @property
    def choice(self) -> Choice:
        """What was said. Other letters or another sheet have other columns: nothing is known of them yet."""
        sheet = self.understood.sheet
        choice = Choice(
            letters=self.cleaned_data.get(LETTERS, sheet.letters),
            sheet=self.cleaned_data.get(SHEET, sheet.name),
        )
        if self.reads_differently:
            return choice
        fields = self._fields
        choice["hidden"] = self.cleaned_data.get(HIDDEN, "")
        choice["columns"] = {str(position): field for position, field in fields.items()}
        if told := self.understood.choice.get("headings", {}) | self._told:
            choice["headings"] = told
        return choice

    @property
    def _told(self) -> dict[str, str]:
        """What no program would have known, by the columns' names; not of two that are called the same."""
        columns, fields = self.understood.layout.columns, self._fields
        times = Counter(each.key for each in columns)
        return {
            each.key: fields[each.position]
            for each in columns
            if each.key and times[each.key] == 1 and (each.doubtful or fields[each.position] != each.field)
        }


def _name(column: SheetColumn) -> str:
    return f"column{column.position}"
