"""The board as a file: nothing in it that a spreadsheet would run."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from companies.models import User
from onboarding.backoffice.board import companies, export_file
from onboarding.backoffice.board.export_file import as_csv, as_xlsx, lines, neutral, packed, unpacked

EVIL = ["=1+1", "+52 55", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"]


@pytest.mark.parametrize("text", EVIL)
def test_it_neutralises_formulas(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["PANADERÍA", "a=b", "", "55 1234 5678"])
def test_it_leaves_other_text_alone(text: str) -> None:
    assert neutral(text) == text


def test_a_csv_has_an_apostrophe_before_what_would_run(issuer: User) -> None:
    assert issuer.company is not None
    [row] = companies.rows([issuer.company.pk])
    row.company.name = '=HYPERLINK("http://example.com","x")'
    assert "'=HYPERLINK" in b"".join(as_csv(lines([row]))).decode()


def test_a_full_sheet_is_followed_by_another(issuer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert issuer.company is not None
    monkeypatch.setattr(export_file, "SHEET_ROWS", 2)
    rows = companies.rows([issuer.company.pk]) * 5
    file = BytesIO()
    as_xlsx(lines(rows), file)
    book = CalamineWorkbook.from_object(BytesIO(file.getvalue()))
    assert {name: len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names} == {
        "Empresas": 3,
        "Empresas 2": 3,
        "Empresas 3": 2,
    }


def test_without_companies_there_are_headings() -> None:
    file = BytesIO()
    as_xlsx([], file)
    book = CalamineWorkbook.from_object(BytesIO(file.getvalue()))
    assert book.get_sheet_by_index(0).to_python() == [[*export_file.HEADINGS]]


def test_lines_come_through_another_process_as_they_were() -> None:
    lines = [["F000001", 'LA "ÑAPA" {1}\n=1', None, 12, date(2026, 11, 28)], []]
    assert unpacked(packed(lines)) == lines
