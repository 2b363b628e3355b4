"""Sheets as distributors send them."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onboarding.backoffice.models import AccountImport

HEADINGS = ("Nombre", "RFC", "Nombre completo del contacto", "Correo electrónico", "Teléfono", "Usuario")
ADD = "/admin/backoffice/accountimport/add/"

Line = Sequence[Any]


def line(number: int, **changes: str) -> list[str]:
    """A good row; each number has another RFC."""
    row = {
        "name": f"PANADERÍA ÑANDÚ {number}",
        "rfc": f"P{chr(65 + number // 1000)}Ñ190312{number % 1000:03}",
        "full_name": f"Begoña Ibáñez {number}",
        "email": f"persona{number}@example.com",
        "phone": "55 1234 5678",
        "username": "",
        **changes,
    }
    return list(row.values())


BAD = (line(0, rfc="PAN19"), line(1, email="begoña", phone="12"), line(2, name=""))


def as_csv(*lines: Line, headings: Line = HEADINGS, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    buffer = StringIO()
    csv.writer(buffer, delimiter=separator).writerows([headings, *lines])
    return buffer.getvalue().encode(encoding)


def as_xlsx(*lines: Line, headings: Line = HEADINGS, first: int = 0) -> bytes:
    """A workbook; numbers stay numbers, `first` rows stay empty."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"remove_timezone": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for number, cells in enumerate([headings, *lines], start=first):
        sheet.write_row(number, 0, cells)
    book.close()
    return buffer.getvalue()


def upload(client: Client, data: bytes, name: str = "cuentas.csv", **more: Any) -> Any:
    """Sends a file to «Importar»."""
    return client.post(ADD, {"file": SimpleUploadedFile(name, data), **more})


def imported(client: Client, *lines: Line) -> AccountImport:
    """The import of some rows, judged."""
    before = set(AccountImport.objects.values_list("pk", flat=True))
    response = upload(client, as_csv(*lines))
    assert response.status_code == 302, response.content.decode()
    return AccountImport.objects.exclude(pk__in=before).get()


def url(job: AccountImport, page: str = "change") -> str:
    """A page of an import."""
    return f"/admin/backoffice/accountimport/{job.pk}/{page}/"


def create(client: Client, job: AccountImport, which: str = "todas") -> AccountImport:
    """Confirms the preview."""
    assert client.post(url(job, "crear"), {"filas": which}).status_code == 302
    job.refresh_from_db()
    return job


def text(client: Client, job: AccountImport, **query: str) -> str:
    """An import's page."""
    return client.get(url(job), query).content.decode()
