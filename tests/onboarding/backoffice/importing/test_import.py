"""«Importar»: preview with every bad cell, all or only the good ones, and never half."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.models import Company, User
from facturamos.jobs import Job
from mailing.models import Message
from onboarding.backoffice.importing import services
from onboarding.models import AccountImport, ImportRow, Onboarding
from tests.conftest import make_issuer
from tests.onboarding.backoffice.importing.sheets import (
    ADD,
    as_csv,
    as_xlsx,
    create,
    imported,
    line,
    upload,
    url,
)

SignIn = Callable[[User], Client]
BAD = (line(0, rfc="PAN19"), line(1, email="begoña", phone="12"), line(2, name=""))


@pytest.fixture
def desk(sign_in: SignIn, distributor: User) -> Client:
    return sign_in(distributor)


def text(desk: Client, job: AccountImport, **query: str) -> str:
    return desk.get(url(job), query).content.decode()


# --- the upload


def test_the_templates_have_headings_and_no_example(desk: Client) -> None:
    content = desk.get("/admin/onboarding/accountimport/plantilla.csv").content.decode("utf-8-sig")
    assert content == "Nombre,RFC,Nombre completo del contacto,Correo electrónico,Teléfono,Usuario\r\n"
    book = ZipFile(BytesIO(desk.get("/admin/onboarding/accountimport/plantilla.xlsx").content))
    assert "Obligatoria" in book.read("xl/sharedStrings.xml").decode()
    assert book.read("xl/worksheets/sheet1.xml").decode().count("<row ") == 1


def test_a_template_that_was_filled_in_is_taken(desk: Client) -> None:
    empty = desk.get("/admin/onboarding/accountimport/plantilla.csv").content
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
    assert "<b>" not in text(desk, job)


def test_a_double_click_makes_one_import(desk: Client) -> None:
    assert upload(desk, as_csv(line(1)))["Location"] == upload(desk, as_csv(line(1)))["Location"]
    assert AccountImport.objects.count() == 1


def test_support_chooses_whose_the_accounts_are(sign_in: SignIn, support: User, distributor: User) -> None:
    desk = sign_in(support)
    assert "Falta «Distribuidor»" in upload(desk, as_csv(line(1))).content.decode()
    upload(desk, as_csv(line(1)), distributor=str(distributor.distributor_id))
    create(desk, AccountImport.objects.get())
    assert Company.objects.get().distributor_id == distributor.distributor_id


# --- the preview


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
    assert "Escriba el dato, no una fórmula." in text(desk, job)


def test_very_many_bad_rows_come_in_pages(desk: Client) -> None:
    job = imported(desk, *(line(number, rfc="X") for number in range(120)))
    assert "Fila 52" not in text(desk, job)
    assert "Fila 52" in text(desk, job, p="2")
    assert "Página 3 de 3" in text(desk, job, p="99")
    assert "Página 1 de 3" in text(desk, job, p="no")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_bad_rows_come_back_to_be_corrected(desk: Client, kind: str) -> None:
    job = imported(desk, line(0), line(1, email="x", phone="+52 55 1234 5678", full_name="@SUM(A1)"))
    content = desk.get(f"/admin/onboarding/accountimport/{job.pk}/por-corregir.{kind}").content
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


# --- the creation


def test_all_are_created_with_code_user_way_and_mail(desk: Client, distributor: User) -> None:
    job = create(desk, imported(desk, *(line(number) for number in range(5))))
    assert (job.stage, job.accounts, job.bad) == ("created", 5, 0)
    assert Company.objects.filter(distributor=distributor.distributor).count() == 5
    users = User.objects.filter(company__isnull=False)
    assert [user.username for user in users] == [user.company.code.lower() for user in users if user.company]
    assert all(user.password_is_temporary and not user.has_usable_password() for user in users)
    assert Onboarding.objects.count() == 5
    about = Message.objects.filter(kind="companies.credentials").values_list("about", "to", "company")
    assert set(about) == {(str(user.pk), user.email, user.company_id) for user in users}
    assert set(job.rows.values_list("company", flat=True)) == set(
        Company.objects.values_list("pk", flat=True)
    )
    # The companies hold it now.
    assert all(row.values == {} for row in job.rows.all())


def test_an_account_is_as_if_opened_by_hand(desk: Client) -> None:
    job = create(desk, imported(desk, line(1, username="begona")))
    assert job.accounts == 1
    labels = ("name", "rfc", "full_name", "email", "phone", "username")
    data = dict(zip(labels, line(2, username="ana"), strict=True))
    assert desk.post("/admin/companies/company/add/", data).status_code == 302
    mine = {"company__isnull": False}
    kinds: list[tuple[Any, dict[str, Any]]] = [(Company, {}), (User, mine), (Onboarding, {}), (Message, {})]
    rows = [list(model.objects.filter(**only).order_by("created_at").values()) for model, only in kinds]
    own = {
        "id",
        "code",
        "company_id",
        "password",
        "created_at",
        "run_after",
        "give_up_at",
        "about",
        "sent_at",
    }
    changed = {"name", "rfc", "full_name", "email", "username", "to"}
    for imported_row, by_hand in rows:
        differ = {name for name in by_hand if imported_row[name] != by_hand[name]}
        assert differ <= own | times | changed
    assert {len(found) for found in rows} == {2}


def test_a_name_that_looks_like_a_code_is_left_to_its_owner(desk: Client) -> None:
    imported_first = create(desk, imported(desk, line(0)))
    company = Company.objects.get()
    assert imported_first.accounts == 1
    following = [f"f{company.pk + ahead:06}" for ahead in (1, 2)]
    create(desk, imported(desk, line(1), line(2, username=following[0]), line(3)))
    names = set(User.objects.filter(company__isnull=False).values_list("username", flat=True))
    assert {following[0], f"{following[0]}-2"} <= names


def test_only_the_good_ones_are_created_when_asked(desk: Client) -> None:
    job = imported(desk, *BAD, line(3), line(4))
    create(desk, job, "todas")
    assert (job.stage, Company.objects.count()) == ("preview", 0)
    create(desk, job, "correctas")
    assert (job.stage, job.accounts, job.bad, Company.objects.count()) == ("created", 2, 3, 2)
    page = text(desk, job)
    assert "Se crearon 2 cuentas" in page
    assert "3 filas quedaron fuera" in page
    assert "PAN19" in page


def test_two_clicks_two_tabs_and_back_create_once(desk: Client) -> None:
    job = imported(desk, line(1), line(2))
    for _ in range(2):
        create(desk, job)
    desk.post(url(job, "cancelar"))
    job.refresh_from_db()
    assert (job.stage, Company.objects.count(), Message.objects.count()) == ("created", 2, 2)


def test_a_cancelled_import_creates_nothing_and_keeps_nothing(desk: Client) -> None:
    job = imported(desk, line(1))
    desk.post(url(job, "cancelar"))
    create(desk, job)
    assert (job.stage, Company.objects.count(), ImportRow.objects.count()) == ("cancelled", 0, 0)
    assert "No se creó ninguna cuenta." in text(desk, job)


def test_a_get_changes_nothing(desk: Client) -> None:
    job = imported(desk, line(1))
    for page in ("crear", "cancelar"):
        assert desk.get(url(job, page)).status_code == 302
    job.refresh_from_db()
    assert job.stage == "preview"


def test_all_means_all_when_something_changed_meanwhile(desk: Client, distributor: User) -> None:
    job = imported(desk, line(1), line(2))
    make_issuer(distributor, name="OTRA", rfc=line(2)[1], username="otra")
    create(desk, job)
    assert (job.stage, job.bad, Company.objects.count()) == ("preview", 1, 1)
    page = text(desk, job)
    assert "Mientras tanto algo cambió" in page
    assert "Ya hay una empresa con este RFC" in page
    create(desk, job, "correctas")
    assert (job.stage, job.accounts, Company.objects.count()) == ("created", 1, 2)


def test_only_the_good_ones_leaves_out_what_is_good_no_longer(desk: Client, distributor: User) -> None:
    job = imported(desk, line(1), line(2), BAD[0])
    make_issuer(distributor, name="OTRA", rfc=line(2)[1], username="otra")
    create(desk, job, "correctas")
    assert (job.stage, job.accounts, job.bad) == ("created", 1, 2)
    assert "dejó de estarlo mientras tanto" in text(desk, job)


# --- whose it is, and what stays


def test_anothers_import_is_not_there(desk: Client, sign_in: SignIn, other_distributor: User) -> None:
    job = imported(desk, line(1))
    other = sign_in(other_distributor)
    for page in ("change", "crear", "cancelar", "estado"):
        assert other.get(url(job, page)).status_code == 404
        assert other.post(url(job, page)).status_code == 404
    for kind in ("csv", "xlsx"):
        assert other.get(f"/admin/onboarding/accountimport/{job.pk}/por-corregir.{kind}").status_code == 404
    assert "cuentas.csv" not in other.get(ADD).content.decode()
    job.refresh_from_db()
    assert job.stage == "preview"


def test_each_row_leaves_one_event_with_who_confirmed(desk: Client, distributor: User) -> None:
    create(desk, imported(desk, line(1), line(2)))
    for label in ("companies.CompanyEvent", "companies.UserEvent", "onboarding.OnboardingEvent"):
        all_events = apps.get_model(label).objects
        events = all_events.filter(pgh_context__metadata__source="onboarding.accountimport")
        assert events.count() == 2
        assert {event.pgh_context.metadata["user"] for event in events} == {distributor.pk}


def test_old_imports_are_forgotten(desk: Client) -> None:
    waiting = imported(desk, line(1))
    done = create(desk, imported(desk, line(2), BAD[0]), "correctas")
    AccountImport.objects.update(created_at="2026-01-01T00:00Z")
    services.forget_old()
    waiting.refresh_from_db()
    assert waiting.stage == "cancelled"
    assert [row.values for row in ImportRow.objects.all()] == [{}]
    assert "ya no se guarda" in text(desk, done)


def test_a_dead_import_is_told_and_can_run_again(desk: Client) -> None:
    job = imported(desk, line(1))
    AccountImport.objects.update(state=Job.State.DEAD, stage=AccountImport.Stage.JUDGING)
    page = text(desk, job)
    assert "La importación se detuvo" in page
    assert "Ejecutar otra vez" in page
    assert desk.post(url(job, "ejecutar-otra-vez")).status_code == 302
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_rows_cost_no_statements_of_their_own(desk: Client) -> None:
    def statements(*lines: list[str]) -> tuple[int, int, int]:
        with CaptureQueriesContext(connection) as judging:
            job = imported(desk, *lines)
        with CaptureQueriesContext(connection) as showing:
            desk.get(url(job))
        with CaptureQueriesContext(connection) as creating:
            create(desk, job)
        return len(judging), len(showing), len(creating)

    few = statements(*(line(number) for number in range(30)))
    many = statements(*(line(number) for number in range(100, 280)))
    assert max(abs(one - other) for one, other in zip(few, many, strict=True)) <= 2, (few, many)


def test_an_excel_sheet_with_numbers_is_understood(desk: Client) -> None:
    number = line(1)
    number[4] = 5512345678  # type: ignore[call-overload]
    upload(desk, as_xlsx(number), "cuentas.xlsx")
    create(desk, AccountImport.objects.get())
    assert Company.objects.get().phone == "5512345678"
