"""The template and the upload: whose it is, what cannot be read, double clicks."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.models import Company, User
from onboarding.backoffice.models import AccountImport
from tests.onboarding.backoffice.account_import.sheets import ADD, as_csv, create, line, text, upload

SignIn = Callable[[User], Client]


def test_the_templates_have_headings_and_no_example(desk: Client) -> None:
    content = desk.get("/admin/backoffice/accountimport/plantilla.csv").content.decode("utf-8-sig")
    assert content.startswith(
        "Nombre,RFC,Nombre completo del contacto,Correo electrónico,Teléfono,Usuario,Lugar de expedición,"
    )
    assert content.count("\r\n") == 1
    book = ZipFile(BytesIO(desk.get("/admin/backoffice/accountimport/plantilla.xlsx").content))
    assert "Obligatoria" in book.read("xl/sharedStrings.xml").decode()
    assert book.read("xl/worksheets/sheet1.xml").decode().count("<row ") == 1


def test_a_template_that_was_filled_in_is_taken(desk: Client) -> None:
    empty = desk.get("/admin/backoffice/accountimport/plantilla.csv").content
    filled = empty + ",".join(line(1)).encode()
    assert upload(desk, filled).status_code == 302
    assert AccountImport.objects.get().good == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "El archivo está vacío"),
        (b"%PDF-1.7", "Es un PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "formato antiguo (.xls)"),
        (b'Nombre,RFC\n"A,B\n', "Cerca de la fila 2"),
        (b"Nombre,RFC\nA,B\n", "Falta la columna «Correo electrónico»."),
        (as_csv(), "no tiene filas"),
        (
            b"Qu\xc3\xa9 corregir,Nombre,RFC,Nombre completo del contacto,Correo electr\xc3\xb3nico\nx\n",
            "no tiene filas",
        ),
    ],
)
def test_what_cannot_be_read_is_told_on_the_page(desk: Client, data: bytes, says: str) -> None:
    response = upload(desk, data, "cuentas.xlsx")
    assert response.status_code == 200
    assert says in response.content.decode()
    assert not AccountImport.objects.exists()


def test_no_file_at_all_is_told(desk: Client) -> None:
    assert "Falta «Archivo»" in desk.post(ADD).content.decode()


def test_odd_names_of_files_do_no_harm(desk: Client) -> None:
    name = "..\\..\\<b>cuentas</b>\u202e" + "x" * 300 + ".csv"
    desk.post(ADD, {"file": SimpleUploadedFile(name, as_csv(line(1)))})
    job = AccountImport.objects.get()
    assert len(job.file_name) <= 100
    assert "<b>cuentas" not in text(desk, job)


def test_a_double_click_makes_one_import(desk: Client) -> None:
    assert upload(desk, as_csv(line(1)))["Location"] == upload(desk, as_csv(line(1)))["Location"]
    assert AccountImport.objects.count() == 1


def test_support_chooses_whose_the_accounts_are(sign_in: SignIn, support: User, distributor: User) -> None:
    desk = sign_in(support)
    assert "Falta «Distribuidor»" in upload(desk, as_csv(line(1))).content.decode()
    upload(desk, as_csv(line(1)), distributor=str(distributor.distributor_id))
    create(desk, AccountImport.objects.get())
    assert Company.objects.get().distributor_id == distributor.distributor_id
