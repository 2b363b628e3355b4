"""The columns come from the form; headings are found as people write them; what does not fit is named."""

from django import forms

from companies.forms.fields import PostalCodeField
from companies.forms.fiscal import TaxRegimeField
from onboarding.backoffice.importing.columns import ADVICE, HeadingsRefused, as_meant, columns, letters, rows
from onboarding.backoffice.importing.reading import Sheet
from onboarding.backoffice.new_account import NewAccountForm
from tests.onboarding.backoffice.importing.sheets import HEADINGS, line


def found(*headings: str, cells: list[str] | None = None) -> dict[str, str]:
    ((_, values),) = rows(Sheet(list(headings), [(2, cells or line(1))]))
    return values


def refused(*headings: str, cells: list[str] | None = None) -> list[str]:
    try:
        list(rows(Sheet(list(headings), [(2, cells or line(1))])))
    except HeadingsRefused as error:
        return error.sentences
    return []


def test_every_field_that_one_types_is_a_column() -> None:
    typed = {
        name
        for name, field in NewAccountForm.base_fields.items()
        if not isinstance(field, forms.FileField | forms.BooleanField | forms.ModelChoiceField)
    }
    assert {column.name for column in columns()} == typed
    labels = [column.label for column in columns()]
    assert len(set(labels)) == len(labels)
    assert [column.label for column in columns() if column.required] == list(HEADINGS[:4])


def test_headings_are_found_ignoring_case_accents_and_blanks() -> None:
    plain = ["  NOMBRE *", "rfc", "nombre  completo del contacto:", "Correo electronico"]
    plain += ["TELEFONO (opcional)", "usuario"]
    assert found(*plain) == found(*HEADINGS)


def test_the_order_is_free_and_optional_columns_may_be_missing() -> None:
    values = found(*HEADINGS[3::-1], cells=line(1)[3::-1])
    assert values["rfc"] == "PAÑ190312001"
    assert "phone" not in values


def test_what_is_missing_doubled_or_unknown_is_named() -> None:
    assert refused("Nombre", "RFC", "Nombre completo del contacto", "Correo", cells=line(1)[:4]) == [
        "Falta la columna «Correo electrónico».",
        "La columna «Correo» no es de la plantilla. Quítela o corrija su nombre.",
    ]
    assert refused(*HEADINGS, "rfc") == ["La columna «RFC» está 2 veces. Deje solo una."]
    assert refused(*HEADINGS, cells=[*line(1), "", "perdido"]) == [
        "La columna H tiene datos y no tiene encabezado."
    ]


def test_our_own_advice_and_our_apostrophes_come_back_harmlessly() -> None:
    values = found(*HEADINGS, ADVICE, cells=[*line(1, phone="'+52 55 1234 5678"), "RFC: Corríjalo."])
    assert values["phone"] == "+52 55 1234 5678"
    assert set(values) == {"name", "rfc", "full_name", "email", "phone"}


def test_what_spreadsheets_do_to_codes_is_undone() -> None:
    assert as_meant(PostalCodeField(), "6000") == "06000"
    assert as_meant(TaxRegimeField(), "601 - General de Ley Personas Morales") == "601"
    assert as_meant(forms.CharField(), "6000") == "6000"


def test_columns_are_named_as_spreadsheets_do() -> None:
    assert [letters(position) for position in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
