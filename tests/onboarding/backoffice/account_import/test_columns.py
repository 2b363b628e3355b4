"""The columns come from the form; headings are found as people write them; what is not clear is said."""

import pytest
from django import forms

from onboarding.backoffice.account_import.columns import (
    ADVICE,
    Layout,
    columns,
    has_headings,
    known_headings,
    lay_out,
    rows,
)
from onboarding.backoffice.account_import.headings import SYNONYMS, key, letters
from onboarding.backoffice.account_import.reading import Sheet
from onboarding.backoffice.board import export_file
from onboarding.backoffice.new_account.forms import NewAccountForm
from tests.onboarding.backoffice.account_import.sheets import HEADINGS, line

REQUIRED = HEADINGS[:4]


def laid_out(*headings: str, said: dict[str, str] | None = None) -> Layout:
    return lay_out(Sheet(list(headings), [(2, [f"x{place}" for place, _ in enumerate(headings)])]), said=said)


def fields(*headings: str) -> list[str]:
    return [column.field for column in laid_out(*headings).columns]


def doubts(*headings: str) -> list[str]:
    return [column.heading for column in laid_out(*headings).columns if column.doubtful]


def values(*headings: str, cells: list[str]) -> dict[str, str]:
    sheet = Sheet(list(headings), [(2, cells)])
    ((_, found),) = rows(sheet, lay_out(sheet))
    return found


def test_every_field_that_one_types_is_a_column() -> None:
    typed = {
        name
        for name, field in NewAccountForm.base_fields.items()
        if not isinstance(field, forms.FileField | forms.BooleanField | forms.ModelChoiceField)
    }
    assert {column.name for column in columns()} == typed
    labels = [key(column.label) for column in columns()]
    assert len(set(labels)) == len(labels)
    assert [column.label for column in columns() if column.required] == list(REQUIRED)


def test_every_synonym_means_one_field_and_is_written_as_headings_are_compared() -> None:
    words = [word for each in SYNONYMS.values() for word in each]
    assert len(set(words)) == len(words)
    assert [word for word in words if key(word) != word] == []
    labels = {key(column.label): column.name for column in columns()}
    for field, each in SYNONYMS.items():
        assert {labels.get(word, field) for word in each} == {field}


def test_our_own_template_leaves_no_doubt() -> None:
    layout = laid_out(*(column.label for column in columns()))
    assert [column.field for column in layout.columns] == [column.name for column in columns()]
    assert not layout.doubtful


@pytest.mark.parametrize(
    "headings",
    [
        ("  NOMBRE *", "rfc", "nombre  completo del contacto:", "Correo electronico"),
        ("Razón Social", "R.F.C.", "Contacto", "E-mail"),
        ("razon_social", "RFC (13)", "Nombre del contacto", "Correo"),
        ("EMPRESA", "Registro Federal de Contribuyentes", "Responsable", "MAIL"),
        ("Denominación o Razón Social", "RFC", "Representante Legal", "Correo electrónico (opcional)"),
        ("Cliente\u200b", "RFC\u00a0cliente", "Atención a:", "Correo-e"),
        ("Nombre o razón social:", "RFC:", "Persona de contacto", "Email"),
    ],
)
def test_required_columns_are_found_as_people_call_them(headings: tuple[str, ...]) -> None:
    layout = laid_out(*headings)
    assert [column.field for column in layout.columns] == ["name", "rfc", "full_name", "email"]
    assert not layout.doubtful


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Tel.", "phone"),
        ("Teléfono de contacto", "phone"),
        ("No. de Celular", ""),
        ("Celular", "phone"),
        ("Régimen", "tax_regime"),
        ("Clave de Régimen Fiscal", "tax_regime"),
        ("C.P.", "expedition_place"),
        ("Código Postal", "expedition_place"),
        ("Lugar de expedición (CP)", "expedition_place"),
        ("Usuario", "username"),
        ("Notas", ""),
        ("Saldo", ""),
    ],
)
def test_optional_columns_are_found_too(heading: str, field: str) -> None:
    assert fields(*REQUIRED, heading)[4] == field
    assert doubts(*REQUIRED, heading) == ([] if field else [heading])


def test_with_a_street_an_address_is_meant() -> None:
    address = [
        "Calle",
        "No. Ext.",
        "N° Int",
        "Col.",
        "C.P.",
        "Ciudad",
        "Alcaldía",
        "Edo.",
        "País",
        "Entre calles",
    ]
    assert fields(*REQUIRED, *address)[4:] == [
        *("street", "exterior_number", "interior_number", "neighborhood", "postal_code", "locality"),
        *("municipality", "state", "country", "reference"),
    ]
    assert doubts(*REQUIRED, *address) == []


def test_without_a_street_no_address_is_begun() -> None:
    assert fields(*REQUIRED, "Ciudad", "Estado", "C.P.")[4:] == ["", "", "expedition_place"]
    assert doubts(*REQUIRED, "Ciudad", "Estado", "C.P.") == ["Ciudad", "Estado"]
    assert doubts(*REQUIRED, "Lugar de expedición", "C.P.") == ["C.P."]


def test_a_name_beside_the_company_s_is_the_person_s_and_asked() -> None:
    layout = laid_out("Nombre", "Razón social", "RFC", "Correo")
    assert [column.field for column in layout.columns] == ["full_name", "name", "rfc", "email"]
    assert layout.doubtful
    assert doubts("Nombre", "Razón social", "RFC", "Correo", "Contacto") == ["Nombre", "Razón social"]


def test_our_own_export_of_the_board_can_be_matched() -> None:
    layout = laid_out(*export_file.HEADINGS)
    assert not layout.missing
    assert {column.heading: column.field for column in layout.columns if column.field} == {
        **{"Nombre": "name", "RFC": "rfc", "Usuario": "username", "Nombre completo": "full_name"},
        **{"Correo electrónico": "email", "Teléfono": "phone"},
    }


def test_what_is_there_twice_is_asked() -> None:
    assert fields(*REQUIRED, "Correo", "Tel.", "Celular") == [
        *("name", "rfc", "full_name", "email", "", "phone", ""),
    ]
    assert doubts(*REQUIRED, "Correo", "Tel.", "Celular") == ["Correo", "Celular"]


def test_a_column_without_a_heading_is_asked_when_something_stands_in_it() -> None:
    sheet = Sheet(list(HEADINGS), [(2, [*line(1), "", "perdido"])])
    (column,) = [each for each in lay_out(sheet).columns if each.doubtful]
    assert (column.name, column.examples) == ("H (sin encabezado)", ("perdido",))


def test_an_unknown_column_without_values_is_nobody_s_business() -> None:
    sheet = Sheet([*HEADINGS, "Notas"], [(2, line(1))])
    assert not lay_out(sheet).doubtful


def test_a_required_column_that_is_empty_is_not_missing() -> None:
    layout = lay_out(Sheet(list(REQUIRED), [(2, ["x", "y", "z"])]))
    assert layout.missing == []
    assert not layout.doubtful


def test_what_is_missing_is_said() -> None:
    layout = laid_out("Nombre", "RFC", "Apodo", "Correo")
    assert [column.label for column in layout.missing] == ["Nombre completo del contacto"]
    assert layout.doubtful


def test_what_a_distributor_s_people_said_decides() -> None:
    headings = ("Nombre", "Razón social", "RFC", "Correo", "Apodo", "Notas")
    said = {"nombre": "", "razonsocial": "name", "apodo": "full_name", "notas": ""}
    layout = laid_out(*headings, said=said)
    assert [column.field for column in layout.columns] == ["", "name", "rfc", "email", "full_name", ""]
    assert not layout.doubtful
    assert laid_out(*headings, "Saldo", said=said).doubtful


def test_what_a_person_chose_leaves_no_doubt() -> None:
    sheet = Sheet(["A", "B", "C", "D", "E"], [(2, ["1", "2", "3", "4", "5"])])
    layout = lay_out(sheet, {0: "email", 1: "name", 2: "rfc", 3: "full_name", 4: ""})
    assert layout.fields == {0: "email", 1: "name", 2: "rfc", 3: "full_name"}
    assert [column.name for column in layout.unused] == ["«E»"]
    assert not layout.doubtful


def test_a_first_row_of_data_is_no_row_of_headings() -> None:
    assert not has_headings(Sheet(["PANADERÍA", "PNA190312AB1", "Begoña", "b@example.com"], []))
    assert not has_headings(Sheet(["PANADERÍA", "x", "Begoña", "b@example.com"], []))
    assert has_headings(Sheet(["Uno", "Dos"], []))
    assert has_headings(Sheet(["Nombre", "ana@example.com"], []))


def test_our_own_advice_and_our_apostrophes_come_back_harmlessly() -> None:
    found = values(*HEADINGS, ADVICE, cells=[*line(1, phone="'+52 55 1234 5678"), "RFC: Corríjalo."])
    assert found["phone"] == "+52 55 1234 5678"
    assert set(found) == {"name", "rfc", "full_name", "email", "phone"}


def test_a_row_with_nothing_in_the_columns_that_are_used_is_none() -> None:
    sheet = Sheet([*HEADINGS, "No."], [(2, [*line(1), "1"]), (3, ["", "", "", "", "", "", "2"])])
    layout = lay_out(sheet, dict(enumerate(("name", "rfc"))))
    assert [number for number, _ in rows(sheet, layout)] == [2]


@pytest.mark.django_db
def test_a_postal_code_gets_its_zero_back_where_the_catalogue_has_it_so() -> None:
    headings = (*REQUIRED, "Lugar de expedición", "Calle", "Código postal")
    found = values(*headings, cells=["a", "b", "c", "d", "6000", "e", "6000.0"])
    assert (found["expedition_place"], found["postal_code"]) == ("06000", "06000")
    # 03700 is none of the few that the tests have.
    assert values(*headings, cells=["a", "b", "c", "d", "3700"])["expedition_place"] == "3700"
    assert values(*headings, cells=["a", "b", "c", "d", "37000"])["expedition_place"] == "37000"


def test_columns_are_named_as_spreadsheets_do() -> None:
    assert [letters(position) for position in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_every_field_has_its_headings() -> None:
    assert set(known_headings().values()) == {column.name for column in columns()}
