"""The board as a file: the same companies, and nothing that a spreadsheet would run."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from companies.models import Company, User
from onboarding.backoffice.board.export import neutral
from tests.journeys.test_admin_matrix import content_of

SignIn = Callable[[User], Client]
CSV = "/admin/companies/company/tablero/empresas.csv"
XLSX = "/admin/companies/company/tablero/empresas.xlsx"


def lines(response: Any) -> list[dict[str, str]]:
    text = content_of(response)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:])))


def test_csv_has_what_the_board_has(
    sign_in: SignIn, distributor: User, issuer: User, other_issuer: User
) -> None:
    response = sign_in(distributor).get(CSV)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="empresas-')
    [line] = lines(response)
    assert (line["RFC"], line["Nombre"], line["Paso"], line["De"]) == (
        "PNA190312AB1",
        "PANADERÍA LA ÑAPA",
        "1",
        "12",
    )


def test_it_follows_the_filter_and_the_search(sign_in: SignIn, distributor: User, issuer: User) -> None:
    client = sign_in(distributor)
    assert lines(client.get(CSV, {"estado": "terminada"})) == []
    assert lines(client.get(CSV, {"q": "no existe"})) == []
    assert len(lines(client.get(CSV, {"q": "ñapa", "estado": "sin-entrar"}))) == 1


@pytest.mark.parametrize("text", ["=1+1", "+52 55", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"])
def test_it_neutralises_formulas(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["PANADERÍA", "a=b", "", "55 1234 5678"])
def test_it_leaves_other_text_alone(text: str) -> None:
    assert neutral(text) == text


def test_a_formula_in_a_name_arrives_as_text(sign_in: SignIn, distributor: User, issuer: User) -> None:
    evil = '=HYPERLINK("http://example.com","x")'
    Company.objects.update(name=evil)
    client = sign_in(distributor)
    assert lines(client.get(CSV))[0]["Nombre"] == f"'{evil}"
    book = ZipFile(BytesIO(client.get(XLSX).content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet + book.read("[Content_Types].xml").decode()


def test_the_workbook_opens(sign_in: SignIn, distributor: User, issuer: User, other_issuer: User) -> None:
    response = sign_in(distributor).get(XLSX)
    book = ZipFile(BytesIO(response.content))
    assert book.testzip() is None
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "PNA190312AB1" in sheet
    assert "NUPJ800101AB2" not in sheet
