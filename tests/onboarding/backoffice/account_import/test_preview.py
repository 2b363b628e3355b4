"""The preview: every bad row and cell, and the file to correct them in."""

import csv
from io import StringIO

import pytest
from django.test import Client

from companies.models import Company, User
from onboarding.backoffice.models import AccountImport
from tests.onboarding.backoffice.account_import.sheets import BAD, imported, line, text, upload


def test_every_bad_row_and_cell_is_named(desk: Client) -> None:
    job = imported(desk, *BAD, line(3))
    page = text(desk, job)
    assert (job.total, job.bad, Company.objects.count()) == (4, 3, 0)
    for part in (
        "Fila 2 ·",
        "PAN19",
        "El RFC tiene 12",
        "Fila 3 ·",
        "begoña",
        "10 dígitos",
        "Fila 4",
        "(vacía)",
    ):
        assert part in page
    assert "Crear solo la correcta" in page
    assert "Crear las" not in page


def test_rows_that_are_the_same_name_each_other(desk: Client) -> None:
    job = imported(
        desk,
        line(1, username="Ana"),
        line(2, rfc="pañ-190312-001"),
        line(3, username="ANA"),
        line(4),
    )
    page = text(desk, job)
    assert job.bad == 3
    assert "Este RFC está también en la fila 3." in page
    assert "Este usuario está también en la fila 4." in page
    assert "Este RFC está también en la fila 2." in page


def test_what_others_have_is_taken_and_tells_nothing_more(
    desk: Client, issuer: User, other_issuer: User
) -> None:
    assert issuer.company
    assert other_issuer.company
    mine, theirs = issuer.company.rfc, other_issuer.company.rfc
    job = imported(
        desk, line(1, rfc=mine), line(2, rfc=theirs), line(3, username=other_issuer.username.upper())
    )
    assert list(job.rows.bad().values_list("number", flat=True)) == [2, 4]
    assert "NÚÑEZ" not in text(desk, job)


def test_a_formula_is_no_data(desk: Client) -> None:
    job = imported(desk, line(1, name='=HYPERLINK("http://x","y")'))
    assert "Tiene fórmulas sin resultado: péguelas como valores, o escriba el dato." in text(desk, job)


def test_very_many_bad_rows_come_in_pages(desk: Client) -> None:
    job = imported(desk, *(line(number, rfc="X") for number in range(120)))
    assert "Fila 52" not in text(desk, job)
    assert "Fila 52" in text(desk, job, p="2")
    assert "Página 3 de 3" in text(desk, job, p="99")
    assert "Página 1 de 3" in text(desk, job, p="no")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_bad_rows_come_back_to_be_corrected(desk: Client, kind: str) -> None:
    job = imported(desk, line(0), line(1, email="x", phone="+52 55 1234 5678", full_name="@SUM(A1)"))
    content = desk.get(f"/admin/backoffice/accountimport/{job.pk}/por-corregir.{kind}").content
    if kind == "csv":
        (headings, row) = csv.reader(StringIO(content.decode("utf-8-sig")))
        assert headings[-1] == "Qué corregir"
        assert row[-1].startswith("Correo electrónico: La dirección de correo")
        assert row[2:5] == ["'@SUM(A1)", "x", "'+52 55 1234 5678"]
    # As it is, it says the same again.
    again = upload(desk, content, f"por-corregir.{kind}")
    assert again.status_code == 302
    second = AccountImport.objects.exclude(pk=job.pk).get()
    assert list(second.rows.values_list("values", "errors")) == list(
        job.rows.bad().values_list("values", "errors")
    )
