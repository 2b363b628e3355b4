"""`doctor sheet`: every row judged as the import would, and no account opened."""

from collections.abc import Callable
from io import BytesIO

import pytest
import xlsxwriter
from django.db import connection

from companies.models import Company, User
from onboarding.backoffice.account_import.models import AccountImport, ImportRow
from tests.onboarding.backoffice.account_import.sheets import BAD, HEADINGS, Line, as_csv, as_xlsx, line
from tests.onboarding.backoffice.doctor.command import doctor

KEYS = ["ok", "rows", "good", "bad", "doubts"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("made", [as_csv, as_xlsx])
def test_a_good_sheet_as_json(made: Callable[..., bytes]) -> None:
    ran = doctor("sheet", "-", "--json", stdin=made(line(0, rfc="EKU9003173C9"), line(1)))

    assert (ran.status, list(ran.report)) == (0, KEYS)
    assert (ran.report["ok"], ran.report["rows"], ran.report["good"], ran.report["bad"]) == (True, 2, 2, [])
    assert [doubt.partition(":")[0] for doubt in ran.report["doubts"]] == ["Fila 3, RFC"]


def test_each_bad_cell_is_named_and_nothing_is_stored() -> None:
    ran = doctor("sheet", "-", "--json", stdin=as_csv(*BAD, line(3)))

    assert (ran.status, ran.report["rows"], ran.report["good"]) == (1, 4, 1)
    assert {(each["row"], each["column"]) for each in ran.report["bad"]} == {
        (2, "RFC"),
        (3, "Correo electrónico"),
        (3, "Teléfono"),
        (4, "Nombre"),
    }
    for model in (Company, User, AccountImport, ImportRow):
        assert not model.objects.exists()


def test_the_same_for_people() -> None:
    said = doctor("sheet", "-", stdin=as_csv(*BAD, line(3))).said

    assert said.startswith("4 filas, 1 buenas\nFila 2, RFC: ")


def test_cells_that_hold_no_text_are_named() -> None:
    odd: list[Line] = [[True, "PNA190312AB1", "Ana", "ana@example.com", 46054, ""], line(1)]
    odd += [[46054, True, False, "ana@example.com", True, ""]]

    ran = doctor("sheet", "-", "--json", stdin=as_xlsx(*odd))

    assert (ran.status, ran.report["rows"], ran.report["good"]) == (1, 3, 1)
    named = {(each["row"], each["column"]): each["message"] for each in ran.report["bad"]}
    assert "valor lógico («VERDADERO»)" in named[2, "Nombre"]
    assert "número («46054»)" in named[4, "Nombre"]
    assert {place for place, told in named.items() if "valor lógico" in told} == {
        (2, "Nombre"),
        (4, "RFC"),
        (4, "Nombre completo del contacto"),
        (4, "Teléfono"),
    }


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be", "utf-16-be"])
def test_wide_letters_are_read(encoding: str) -> None:
    ran = doctor("sheet", "-", "--json", stdin=as_csv(line(0), line(1), encoding=encoding))

    assert (ran.status, ran.report["good"]) == (0, 2)
    assert not any("¿Se lee" in doubt for doubt in ran.report["doubts"])


def test_what_nobody_sees_is_a_doubt() -> None:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for number, cells in enumerate([HEADINGS, line(0), line(1)]):
        sheet.write_row(number, 0, cells)
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column(3, 4, None, None, {"hidden": True})
    sheet.set_column(9, 16_383, None, None, {"hidden": True})
    book.close()

    doubts = doctor("sheet", "-", "--json", stdin=buffer.getvalue()).report["doubts"]

    assert "Se leyeron también las filas ocultas: 3." in doubts
    assert "Se leyeron también las columnas ocultas: «Correo electrónico» y «Teléfono»." in doubts


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"uno;dos\n1;2\n"])
def test_what_is_no_sheet_is_status_1_with_a_sentence(data: bytes) -> None:
    ran = doctor("sheet", "-", "--json", stdin=data)

    assert (ran.status, ran.report["ok"], ran.report["good"]) == (1, False, 0)
    assert all(each["message"] for each in ran.report["bad"])
    assert ran.report["bad"]


def test_a_sheet_that_lacks_columns_has_rows_nevertheless() -> None:
    ran = doctor("sheet", "-", "--json", stdin="Nombre,Teléfono\nPANADERÍA,5512345678\n".encode())

    assert (ran.status, ran.report["rows"], ran.report["good"]) == (1, 1, 0)
    assert "Falta la columna «RFC»." in [each["message"] for each in ran.report["bad"]]


def test_without_the_catalogue_it_says_so() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE companies_satpostalcode RENAME TO companies_elsewhere")

    place = [*line(0), "37000"]
    ran = doctor("sheet", "-", stdin=as_csv(place, headings=(*HEADINGS, "Lugar de expedición")))

    assert ran.status == 2
    assert ran.said.startswith("No hay una base de datos")
