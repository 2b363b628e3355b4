"""What a sheet leaves open is asked before anything is judged, without JavaScript; the answers are kept."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from companies.models import Company, User
from facturamos import sandbox
from onboarding.backoffice.account_import import reading
from onboarding.backoffice.models import AccountImport, ImportFile
from tests.onboarding.backoffice.account_import.hand_made import book, row, sheet
from tests.onboarding.backoffice.account_import.sheets import (
    HEADINGS,
    as_csv,
    create,
    imported,
    line,
    text,
    upload,
    url,
)

SignIn = Callable[[User], Client]
PLAIN = ("Nombre", "RFC", "Contacto", "Correo", "Tel")
CLIENTS = ("No.", "Razón Social", "RFC", "Contacto", "E-mail", "Tel.", "Notas")


def clients(*numbers: int) -> bytes:
    """A list as a distributor has it: a title above, columns of its own, other names."""
    rows = [[str(number), *line(number)[:5], "debe $3"] for number in numbers]
    return b"Clientes de la zona norte\n" + as_csv(*rows, headings=CLIENTS, separator=";")


def received(desk: Client, data: bytes, name: str = "clientes.csv", **more: Any) -> AccountImport:
    before = set(AccountImport.objects.values_list("pk", flat=True))
    response = upload(desk, data, name, **more)
    assert response.status_code == 302, response.content.decode()
    return AccountImport.objects.exclude(pk__in=before).get()


def answered(desk: Client, job: AccountImport, **answers: str) -> str:
    """Sends the page's form with what it shows, and these answers; the page that comes then."""
    page = text(desk, job) if job.stage == "asking" else desk.get(url(job, "lectura")).content.decode()
    shown = dict(re.findall(r'<select name="(column\d+)"(?:.|\n)*?<option value="(\w*)" selected', page))
    checked = dict(re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]* checked', page))
    data = {html.unescape(name): html.unescape(value) for name, value in (checked | shown | answers).items()}
    response = desk.post(url(job, "lectura"), data, follow=True)
    assert response.status_code == 200
    job.refresh_from_db()
    return response.content.decode()


def names(job: AccountImport) -> list[str]:
    return [each.values["name"] for each in job.rows.all()]


def test_a_clear_sheet_raises_no_question(desk: Client) -> None:
    job = imported(desk, line(1))
    assert (job.stage, job.notes) == ("preview", [])


# --- columns


def test_a_list_of_real_clients_is_taken_after_one_question(desk: Client) -> None:
    job = received(desk, clients(1, 2))
    assert (job.stage, job.rows.count(), Company.objects.count()) == ("asking", 0, 0)
    page = text(desk, job)
    for part in ("Revise cómo se leyó su archivo", "Columna «Notas»", "debe $3", "No se usa", "Seguir"):
        assert part in page
    assert "¿Se leen bien los nombres?" not in page
    assert "Confirme que esas columnas se quedan fuera" in answered(desk, job)
    assert job.stage == "asking"
    page = answered(desk, job, unused="on")
    assert (job.stage, job.total, job.bad) == ("preview", 2, 0)
    assert "Los encabezados están en la fila 2; lo que hay arriba no se leyó." in page
    assert "No se usa: la columna «No.» y la columna «Notas»." in page
    assert names(job) == [line(1)[0], line(2)[0]]
    assert create(desk, job).accounts == 2


def test_the_next_list_of_the_same_distributor_is_understood_at_once(
    desk: Client, sign_in: SignIn, other_distributor: User
) -> None:
    job = received(desk, clients(1))
    answered(desk, job, unused="on")
    create(desk, job)
    second = received(desk, clients(2, 3))
    assert (second.stage, second.good) == ("preview", 2)
    assert "No se usa: la columna «No.» y la columna «Notas»." in second.notes
    assert received(sign_in(other_distributor), clients(2)).stage == "asking"


def test_a_missing_column_is_chosen_among_the_others(desk: Client) -> None:
    data = as_csv(line(1)[:4], headings=("Nombre", "RFC", "Persona", "Correo"))
    job = received(desk, data)
    page = text(desk, job)
    assert "No encontramos «Nombre completo del contacto»: elija qué columna lo tiene." in page
    page = answered(desk, job, column2="rfc", column1="", unused="on")
    assert "Falta «Nombre completo del contacto»" in page
    page = answered(desk, job, column2="rfc")
    assert "Eligió «RFC» para 2 columnas." in page
    answered(desk, job, column2="full_name")
    assert (job.stage, job.good) == ("preview", 1)


def test_a_column_that_is_nowhere_is_said_at_once(desk: Client) -> None:
    response = upload(desk, as_csv(line(1)[:3], headings=HEADINGS[:3]))
    assert "Falta la columna «Correo electrónico»." in response.content.decode()
    assert not AccountImport.objects.exists()


def test_a_sheet_without_headings_is_said_at_once(desk: Client) -> None:
    response = upload(desk, as_csv(line(2), headings=line(1)))
    assert "No encontramos los encabezados" in response.content.decode()


# --- letters


def test_letters_in_doubt_are_asked_with_three_rows_in_each_reading(desk: Client) -> None:
    rows = [line(number, name=f"PEÑA {number}") for number in range(5)]
    data = as_csv(*rows).replace("Begoña Ibáñez 2".encode(), b"Bego\xf1a Ib\xe1\xf1ez 2")
    job = received(desk, data)
    page = text(desk, job)
    assert job.stage == "asking"
    for part in ("¿Se leen bien los nombres?", "UTF-8 con letras de Windows", "Macintosh", "MS-DOS"):
        assert part in page
    assert page.count("<li>PEÑA ") == 3
    assert "Begoña Ibáñez 2" in page
    page = answered(desk, job)
    assert (job.stage, job.choice["letters"]) == ("preview", "mixed")
    assert "Los acentos se leyeron como UTF-8 con letras de Windows." in page
    assert job.rows.get(number=4).values["full_name"] == "Begoña Ibáñez 2"


def test_the_person_s_reading_counts(desk: Client) -> None:
    rows = [line(1, name="O’HIGGINS", full_name="Ana", rfc="OHI190312AB1")]
    job = received(desk, as_csv(*rows, headings=PLAIN, encoding="mac_roman"))
    page = text(desk, job)
    for part in ("OÕHIGGINS", "O’HIGGINS"):
        assert part in page
    answered(desk, job, letters="mac_roman")
    assert (job.stage, names(job)) == ("preview", ["O’HIGGINS"])
    answered(desk, job, letters="cp1252")
    assert (job.stage, names(job)) == ("preview", ["OÕHIGGINS"])


def test_letters_that_are_sure_can_be_read_otherwise_too(desk: Client) -> None:
    rows = [line(1, name="MUÑOZ")]
    job = received(desk, as_csv(*rows, headings=PLAIN, encoding="mac_roman"))
    assert (job.stage, names(job)) == ("preview", ["MUÑOZ"])
    assert "Los acentos se leyeron como Macintosh." in job.notes
    assert "Leerlo de otro modo" in text(desk, job)
    answered(desk, job, letters="cp1252")
    assert (job.stage, names(job)) == ("preview", ["MU„OZ"])


def test_good_rows_with_something_to_look_at_are_shown_and_created(desk: Client) -> None:
    job = imported(desk, line(1, name="MU¥OZ", rfc="MUO190312AB1"), line(2, email="ana@hotmail.con"), line(3))
    page = text(desk, job)
    for part in (
        *("filas con algo que conviene mirar", "Sus cuentas sí se crean.", "Parece que dice «MUÑOZ»."),
        *("¿No será «hotmail.com»?", "Crear las 3 cuentas"),
    ):
        assert part in page
    assert create(desk, job).accounts == 3


def test_headings_in_other_letters_are_seen_again(desk: Client) -> None:
    job = received(
        desk, as_csv(line(1), headings=(*HEADINGS[:5], "Notas")).replace(b"Tel\xc3\xa9fono", b"Tel\xe9fono")
    )
    answered(desk, job, letters="mac_roman")
    assert job.stage == "asking"
    assert "TelÈfono" in text(desk, job)


# --- sheets and rows


def workbook() -> bytes:
    top, rows = row(1, *HEADINGS), [row(number, *line(number)) for number in range(2, 5)]
    hidden = row(5, *line(5), more=' hidden="1"')
    return book(
        sheet(top, *rows, hidden),
        sheet(top, rows[0]),
        sheet(row(1, "x")),
        names=("Enero", "Febrero", "Notas"),
    )


def test_which_of_several_sheets_is_asked_and_said(desk: Client) -> None:
    job = received(desk, workbook(), "clientes.xlsx")
    page = text(desk, job)
    for part in (
        "¿Qué hoja tiene las cuentas?",
        "«Enero»",
        "«Febrero»",
        "¿Qué hacemos con las filas ocultas?",
    ):
        assert part in page
    assert "Diga si las filas ocultas se leen o no." in answered(desk, job)
    page = answered(desk, job, hidden="skip")
    assert (job.stage, job.total) == ("preview", 3)
    assert (
        "Se leyó la hoja «Enero». No se leyó: la hoja «Febrero» (2 filas) y la hoja «Notas» (1 fila)." in page
    )
    assert "No se leyeron las filas ocultas: 5." in page
    answered(desk, job, hidden="read")
    assert (job.total, job.notes[1]) == (4, "Se leyeron también las filas ocultas: 5.")
    page = answered(desk, job, sheet="Febrero")
    assert (job.stage, job.total) == ("preview", 1)
    assert "Se leyó la hoja «Febrero»." in page


def test_merged_cells_are_said(desk: Client) -> None:
    behind = '<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'
    rows = [row(2, *line(2)), row(3, *line(3, full_name=""))]
    job = received(desk, book(sheet(row(1, *HEADINGS), *rows, behind=behind)), "x.xlsx")
    assert job.notes == ["El valor de las celdas combinadas vale para cada una de sus filas: C2:C3."]
    assert [each.values["full_name"] for each in job.rows.all()] == ["Begoña Ibáñez 2"] * 2


def test_formulas_and_errors_are_faults_of_their_rows(desk: Client) -> None:
    formulas = ["<c><f>VLOOKUP(A2,Hoja2!A:B,2)</f></c>"] * 6
    error = '<c t="e"><v>#N/A</v></c>'
    rows = [row(2, *formulas), row(3, *line(3)[:4], error), row(4, *line(4))]
    job = received(desk, book(sheet(row(1, *HEADINGS), *rows)), "x.xlsx")
    assert (job.total, job.bad) == (3, 2)
    page = text(desk, job)
    assert "Tiene fórmulas sin resultado: péguelas como valores" in page
    assert "La celda tiene un error («#N/A»)" in page


# --- when


def test_answers_that_come_too_late_change_nothing(desk: Client) -> None:
    job = imported(desk, line(1))
    create(desk, job)
    assert not ImportFile.objects.exists()
    response = desk.post(url(job, "lectura"), {"column0": ""})
    assert response["Location"].endswith("/change/")
    assert desk.get(url(job, "lectura"))["Location"].endswith("/change/")
    job.refresh_from_db()
    assert (job.stage, Company.objects.count()) == ("created", 1)


def test_a_server_that_is_busy_says_so_and_asks_again(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    job = received(desk, clients(1))
    with monkeypatch.context() as busy:
        busy.setattr(reading, "LIMITS", sandbox.Limits(cpu_seconds=1, memory_mb=200, seconds=0.0001))
        page = text(desk, job)
        assert "No pudimos" in page
        assert "Intentarlo otra vez" in page
    assert "Columna «Notas»" in text(desk, job)


def test_nothing_is_created_while_a_question_is_open(desk: Client) -> None:
    job = received(desk, clients(1))
    create(desk, job)
    assert (job.stage, Company.objects.count()) == ("asking", 0)


def test_a_cancelled_question_leaves_nothing(desk: Client) -> None:
    job = received(desk, clients(1))
    desk.post(url(job, "cancelar"))
    job.refresh_from_db()
    assert (job.stage, ImportFile.objects.count()) == ("cancelled", 0)
    assert "No se creó ninguna cuenta." in text(desk, job)


def test_a_double_click_asks_once(desk: Client) -> None:
    assert upload(desk, clients(1))["Location"] == upload(desk, clients(1))["Location"]
    assert AccountImport.objects.count() == 1


def test_anothers_file_is_not_there(desk: Client, sign_in: SignIn, other_distributor: User) -> None:
    job = received(desk, clients(1))
    other = sign_in(other_distributor)
    assert other.get(url(job, "lectura")).status_code == 404
    assert other.post(url(job, "lectura"), {"unused": "on"}).status_code == 404
    job.refresh_from_db()
    assert job.stage == "asking"


@pytest.mark.parametrize(
    "answers", [{"letters": "x"}, {"sheet": "Otra"}, {"column0": "distributor"}, {"hidden": "x"}]
)
def test_answers_that_nobody_offered_are_refused(desk: Client, answers: dict[str, str]) -> None:
    job = received(desk, workbook(), "clientes.xlsx")
    answered(desk, job, **{"hidden": "skip", **answers})
    assert job.stage == ("preview" if "letters" in answers else "asking")


def test_support_s_distributor_has_its_own_columns(sign_in: SignIn, support: User, distributor: User) -> None:
    desk = sign_in(support)
    whose = str(distributor.distributor_id)
    job = received(desk, clients(1), distributor=whose)
    answered(desk, job, unused="on")
    create(desk, job)
    assert received(desk, clients(2), distributor=whose).stage == "preview"
