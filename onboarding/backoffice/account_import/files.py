"""The files that an import gives: the template, and the rows that are to be corrected."""

import csv
from collections.abc import Iterable
from io import BytesIO, StringIO

import xlsxwriter

from onboarding.backoffice.account_import.columns import ADVICE, AccountColumn, columns
from onboarding.backoffice.account_import.judging import Errors
from onboarding.backoffice.account_import.models import AccountImport
from onboarding.backoffice.account_import.questions import HELP_SHEET
from onboarding.backoffice.board.export_file import neutral

WIDTH = 26
# The sheet's own help, as its second sheet.
RULES = (
    "Llene una fila por cuenta en la hoja «Cuentas», sin cambiar los encabezados.",
    "Las columnas opcionales pueden quedar vacías o quitarse.",
    "Antes de crear nada verá todas las filas revisadas.",
)

Table = Iterable[list[str]]


def headings() -> list[str]:
    return [column.label for column in columns()]


def to_correct(job: AccountImport) -> Table:
    """The bad rows as they were written, with what to do behind; ready to be uploaded again."""
    fields = columns()
    yield [*headings(), ADVICE]
    for row in job.rows.bad().iterator(chunk_size=1000):
        yield [*(row.values.get(column.name, "") for column in fields), advice(row.errors, fields)]


def advice(errors: Errors, fields: list[AccountColumn]) -> str:
    """All that is wrong with a row, in one cell."""
    labels = {column.name: column.label for column in fields}
    told = (
        f"{labels[name]}: {sentence}" if name in labels else sentence
        for name, sentences in errors.items()
        for sentence in sentences
    )
    return " · ".join(told)


def as_csv(table: Table) -> bytes:
    """UTF-8 with the mark that tells Excel so."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerows([neutral(cell) for cell in cells] for cells in table)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """A workbook of texts: an RFC, a telephone or a postal code keeps its zeros. A second sheet explains."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet, help_sheet = book.add_worksheet("Cuentas"), book.add_worksheet(HELP_SHEET)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns()), WIDTH, text)
    for number, cells in enumerate(table):
        for position, cell in enumerate(cells):
            if cell or number == 0:
                sheet.write_string(number, position, cell, text if number else bold)
    help_sheet.set_column(0, 1, WIDTH)
    help_sheet.set_column(2, 2, 3 * WIDTH, book.add_format({"text_wrap": True}))
    lines = [*((rule,) for rule in RULES), (), ("Columna", "", "Qué lleva"), *map(_explained, columns())]
    for number, line in enumerate(lines):
        help_sheet.write_row(number, 0, line)
    book.close()
    return buffer.getvalue()


def _explained(column: AccountColumn) -> tuple[str, ...]:
    return (column.label, "Obligatoria" if column.required else "Opcional", column.help_text)
