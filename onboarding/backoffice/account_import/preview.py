"""What an import's page shows of its rows."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import QueryDict

from companies.models import Company
from onboarding.backoffice.account_import.columns import columns
from onboarding.backoffice.account_import.judging import Errors
from onboarding.backoffice.account_import.models import AccountImport, ImportRow, ImportRowQuerySet

# Rows on a page; imports on the upload's page; good rows shown as examples.
ROWS, LATEST, EXAMPLES = 50, 10, 5


@dataclass(frozen=True)
class ToldCell:
    """A cell to look at: its column, what was written, and what to do."""

    label: str
    written: str
    sentences: list[str]


@dataclass(frozen=True)
class ToldRow:
    """A row with its cells to look at; `name` helps to find it in the sheet."""

    number: int
    name: str
    cells: list[ToldCell]


def title(job: AccountImport) -> str:
    if job.is_dead:
        return "La importación se detuvo"
    return {
        AccountImport.Stage.ASKING: "Revise cómo se leyó su archivo",
        AccountImport.Stage.JUDGING: "Revisando las filas",
        AccountImport.Stage.PREVIEW: "Revise antes de crear",
        AccountImport.Stage.CREATING: "Creando las cuentas",
        AccountImport.Stage.CREATED: "Cuentas creadas",
        AccountImport.Stage.CANCELLED: "Importación cancelada",
    }[AccountImport.Stage(job.stage)]


def context(job: AccountImport, asked: QueryDict) -> dict[str, object]:
    """The rows of the page: bad ones, and examples of the good ones or the accounts made of them."""
    if job.is_working or job.is_dead or job.stage == AccountImport.Stage.ASKING:
        return {}
    # Those that were removed since are told by number only.
    bad = Paginator(job.rows.bad(), ROWS).get_page(asked.get("p"))
    made = Paginator(_made(job), ROWS).get_page(asked.get("c"))
    return {
        "bad_page": bad,
        "bad_rows": [_told(row, row.errors) for row in bad],
        "made_page": made,
        **(_before_creating(job, asked) if job.stage == AccountImport.Stage.PREVIEW else {}),
    }


def _before_creating(job: AccountImport, asked: QueryDict) -> dict[str, object]:
    """What the good rows will become, and those with something that may be wrong."""
    doubtful = Paginator(job.rows.doubtful(), ROWS).get_page(asked.get("d"))
    return {
        "doubtful_page": doubtful,
        "doubtful_rows": [_told(row, row.doubts) for row in doubtful],
        "examples": job.rows.good()[:EXAMPLES],
    }


def _made(job: AccountImport) -> ImportRowQuerySet:
    """Not those that have gone to another distributor since: they are its business alone."""
    theirs = Company.objects.alive().filter(distributor=job.distributor_id)
    return job.rows.filter(company__in=theirs).select_related("company")


def _told(row: ImportRow, sentences: Errors) -> ToldRow:
    """In the sheet's order; what is about the whole row comes last."""
    labels = {column.name: column.label for column in columns()}
    names = [name for name in labels if name in sentences]
    names += [name for name in sentences if name not in labels]
    cells = [
        ToldCell(labels.get(name, "Toda la fila"), row.values.get(name, ""), sentences[name])
        for name in names
    ]
    return ToldRow(row.number, row.values.get("name", ""), cells)
