"""A sheet judged by itself, as `manage.py doctor sheet` does: the same verdicts, nothing stored."""

from pathlib import Path

import pytest

from companies.models import Company, User
from onboarding.backoffice.account_import.report import report
from onboarding.backoffice.models import AccountImport, ImportRow
from tests.onboarding.backoffice.account_import.sheets import HEADINGS, as_csv, as_xlsx, line

CASES = Path(__file__).resolve().parents[5] / "shared" / "cases" / "sheets"

pytestmark = pytest.mark.django_db


def test_good_rows_are_counted_and_nothing_is_stored() -> None:
    found = report(as_xlsx(line(1), line(2)))
    assert (found["ok"], found["rows"], found["good"], found["bad"]) == (True, 2, 2, [])
    assert not any(model.objects.exists() for model in (AccountImport, ImportRow, Company, User))


def test_each_bad_cell_has_its_row_its_column_and_what_to_do() -> None:
    found = report(as_csv(line(1), line(2, email="#N/D", phone="5.51E+09"), line(3, rfc="PAN19")))
    assert (found["ok"], found["rows"], found["good"]) == (False, 3, 1)
    told = [(each["row"], each["column"]) for each in found["bad"]]
    assert told == [(3, "Correo electrónico"), (3, "Teléfono"), (4, "RFC")]
    assert [each["message"].split("(")[0].strip() for each in found["bad"][:2]] == [
        "La celda tiene un error",
        "Excel acortó el teléfono. Dé a la celda formato de texto y escríbalo con sus 10 dígitos.",
    ]


def test_whose_accounts_there_are_makes_no_difference(issuer: User) -> None:
    assert issuer.company
    assert report(as_csv(line(1, rfc=issuer.company.rfc)))["ok"]
    assert not report(as_csv(line(1, username=issuer.username)))["ok"]


def test_a_file_that_is_no_sheet_is_refused_as_a_whole() -> None:
    found = report(b"%PDF-1.7")
    assert (found["ok"], found["rows"], found["good"]) == (False, 0, 0)
    ((row, column, message),) = [(each["row"], each["column"], each["message"]) for each in found["bad"]]
    assert (row, column) == (None, None)
    assert message.startswith("Es un PDF")


def test_a_column_that_no_heading_names_is_missing() -> None:
    found = report(as_csv(line(1), headings=("Nombre", "RFC", "Apodo", "Correo", "Tel.")))
    assert not found["ok"]
    assert [(each["row"], each["column"]) for each in found["bad"]] == [(1, "Nombre completo del contacto")]
    assert found["doubts"] == ["No se usa: la columna «Apodo»."]


def test_what_is_doubtful_is_told() -> None:
    rows = [
        [*line(1, email="ana@hotmail.con"), "vip"],
        [*line(2, name="Tortillería Peña, S.A. de C.V.", rfc="TPE190312AB9"), ""],
    ]
    data = b"Clientes\n" + as_csv(*rows, headings=(*HEADINGS, "Notas")).replace(
        "Begoña".encode(), "Begoña".encode("cp1252"), 1
    )
    found = report(data)
    assert (found["ok"], found["good"]) == (True, 2)
    told = " / ".join(found["doubts"])
    for part in (
        "¿Se leen bien los nombres? Se leyeron como UTF-8 con letras de Windows:",
        "PANADERÍA ÑANDÚ 1 · PAÑ190312001 · Begoña Ibáñez 1",
        "Los encabezados están en la fila 2; lo que hay arriba no se leyó.",
        "No se usa: la columna «Notas».",
        "Fila 3, Correo electrónico: ¿No será «hotmail.com»?",
        "Fila 4, Nombre: Ante el SAT suele ser «TORTILLERÍA PEÑA»",
        "Fila 4, RFC: El último carácter",
    ):
        assert part in told


@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not here")
@pytest.mark.parametrize(
    ("name", "rows", "good", "bad"),
    [
        ("error_cells_optional.xlsx", 1, 0, [(2, "Teléfono"), (2, "Régimen fiscal")]),
        ("sparse_row_45000.xlsx", 3, 3, []),
        (
            "values.csv",
            61,
            37,
            [
                *((row, "Correo electrónico") for row in (5, 6, 10, 11)),
                *((row, "RFC") for row in (17, 18, 19, 20)),
                *((row, "Nombre") for row in (31, 33)),
                *((row, "Régimen fiscal") for row in (38, 39, 40, 43)),
                *((row, "Lugar de expedición") for row in (45, 46)),
                (49, "Teléfono"),
                *((row, "Usuario") for row in (52, 54, 55)),
                *((row, "RFC") for row in (58, 59)),
                (60, "Nombre completo del contacto"),
                (62, "Nombre"),
            ],
        ),
    ],
)
def test_the_sheets_that_people_brought(name: str, rows: int, good: int, bad: list[tuple[int, str]]) -> None:
    found = report((CASES / name).read_bytes())
    assert (found["rows"], found["good"]) == (rows, good)
    assert [(each["row"], each["column"]) for each in found["bad"]] == bad
