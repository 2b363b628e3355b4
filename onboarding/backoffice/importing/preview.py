"""What an import's page shows of its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict

from onboarding.backoffice.importing.columns import Column, columns
from onboarding.backoffice.importing.models import AccountImport, ImportRow

# Rows on a page; imports on the upload's page; good rows shown as examples.
ROWS, LATEST, EXAMPLES = 50, 10, 5


@dataclass(frozen=True)
class Cell:
    """A cell to correct: its column, what was written, and what to do."""

    label: str
    written: str
    sentences: list[str]


@dataclass(frozen=True)
class BadRow:
    """A row with its bad cells; `name` helps to find it in the sheet."""

    number: int
    name: str
    cells: list[Cell]


def title(job: AccountImport) -> str:
    """The page's heading."""
    if job.is_dead:
        return "La importación se detuvo"
    return {
        AccountImport.Stage.JUDGING: "Revisando las filas",
        AccountImport.Stage.PREVIEW: "Revise antes de crear",
        AccountImport.Stage.CREATING: "Creando las cuentas",
        AccountImport.Stage.CREATED: "Cuentas creadas",
        AccountImport.Stage.CANCELLED: "Importación cancelada",
    }[AccountImport.Stage(job.stage)]


def context(job: AccountImport, asked: QueryDict) -> dict[str, Any]:
    """The rows of the page: bad ones, and examples of the good ones or the accounts made of them."""
    if job.is_working or job.is_dead:
        return {}
    # Those that were removed since are told by number only.
    bad = Paginator(job.rows.bad(), ROWS).get_page(asked.get("p"))
    made = Paginator(_made(job), ROWS).get_page(asked.get("c"))
    return {
        "bad_page": bad,
        "bad_rows": list(_bad_rows(bad.object_list)),
        "made_page": made,
        "examples": job.rows.good()[:EXAMPLES] if job.stage == AccountImport.Stage.PREVIEW else [],
    }


def _made(job: AccountImport) -> Any:
    return job.rows.filter(company__isnull=False, company__deleted_at=None).select_related("company")


def _bad_rows(rows: Iterable[ImportRow]) -> Iterable[BadRow]:
    fields = columns()
    for row in rows:
        yield BadRow(row.number, row.values.get("name", ""), _cells(row, fields))


def _cells(row: ImportRow, fields: list[Column]) -> list[Cell]:
    """In the sheet's order; what is about the whole row comes last."""
    labels = {column.name: column.label for column in fields}
    names = [name for name in labels if name in row.errors]
    names += [name for name in row.errors if name not in labels]
    return [
        Cell(labels.get(name, "Toda la fila"), row.values.get(name, ""), row.errors[name]) for name in names
    ]
