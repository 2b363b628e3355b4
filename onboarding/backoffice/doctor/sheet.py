"""`doctor sheet FILE`: a sheet of accounts, judged as the import would, without opening any.

Asks the database: for the SAT's postal codes, and for user names that are taken.
"""

from argparse import ArgumentParser, Namespace

from django.db import Error

from onboarding.backoffice.account_import.reading import MAX_BYTES
from onboarding.backoffice.account_import.report import SheetFault, SheetReport, report
from onboarding.backoffice.doctor.base import BadArguments, Doctor, Finding, add_file, lines, read_file


class SheetDoctor(Doctor):
    """A CSV or XLSX with accounts to open."""

    name = "sheet"
    help = "una hoja con cuentas por importar (CSV o Excel)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_file(parser, "la hoja")

    def examine(self, options: Namespace) -> Finding:
        content = read_file(options.file, MAX_BYTES)
        try:
            told = report(content)
        except Error:
            raise BadArguments(
                "No hay una base de datos con el catálogo del SAT para comparar la hoja."
            ) from None
        return Finding(told["ok"], {**told}, _text(told))


def _text(told: SheetReport) -> str:
    return lines(
        [f"{told['rows']} filas, {told['good']} buenas"],
        map(_fault, told["bad"]),
        (f"! {doubt}" for doubt in told["doubts"]),
    )


def _fault(fault: SheetFault) -> str:
    where = [f"Fila {fault['row']}" if fault["row"] else "", fault["column"] or ""]
    return ": ".join(part for part in (", ".join(filter(None, where)), fault["message"]) if part)
