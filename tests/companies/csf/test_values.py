"""What is printed behind a label, in the words of our forms."""

import pytest

from companies.csf.result import CsfValue, ValueState
from companies.csf.values import address_of, status_of


def one(field: str, **labelled: str) -> CsfValue:
    return address_of({"municipality": "LEON", "between": "HIDALGO", **labelled})[field]


@pytest.mark.parametrize(
    ("kind", "name", "street"),
    [
        ("CALLE", "HIDALGO", "CALLE HIDALGO"),
        ("CALLE", "CALLE MI CALLE", "CALLE MI CALLE"),
        ("CALLE", "CALLEJUELA", "CALLE CALLEJUELA"),
        ("CALLE", "C. HIDALGO", "C. HIDALGO"),
        ("CERRADA (CDA) O PRIVADA (PRIV)", "TAMBOREL", "CERRADA TAMBOREL"),
        ("CERRADA (CDA) O PRIVADA (PRIV)", "PRIVADA TAMBOREL", "PRIVADA TAMBOREL"),
        ("CERRADA (CDA) O PRIVADA (PRIV)", "CDA. TAMBOREL", "CDA. TAMBOREL"),
        ("CARRETERA (CARR.)", "TRANSPENINSULAR", "CARRETERA TRANSPENINSULAR"),
        ("CARRETERA (CARR.)", "CARR. LEÓN-LAGOS", "CARR. LEÓN-LAGOS"),
        ("AVENIDA (AV.)", "AV INSURGENTES", "AV INSURGENTES"),
        ("AVENIDA", "AVE. INSURGENTES", "AVE. INSURGENTES"),
        ("BOULEVARD (BLVD.)", "DÍAZ ORDAZ", "BOULEVARD DÍAZ ORDAZ"),
        ("EJE VIAL", "EJE VIAL 3", "EJE VIAL 3"),
        ("EJE VIAL", "EJE 3", "EJE VIAL EJE 3"),
        ("OTRO", "RANCHO", "RANCHO"),
        ("OTRO (ESPECIFIQUE)", "RANCHO", "RANCHO"),
        ("OTRA NO ESPECIFICADA EN EL CATALOGO", "RANCHO", "RANCHO"),
        ("NINGUNO", "RANCHO", "RANCHO"),
        ("", "RANCHO", "RANCHO"),
        ("CALLE", "SIN NOMBRE", "CALLE SIN NOMBRE"),
    ],
)
def test_the_street_has_its_kind_once_and_no_parentheses(kind: str, name: str, street: str) -> None:
    assert one("street", street_type=kind, street=name) == CsfValue.of(street)


def test_a_kind_of_street_alone_is_no_street() -> None:
    assert one("street", street_type="CALLE", street="").state is ValueState.EMPTY
    assert one("street", street_type="CALLE").state is ValueState.NOT_FOUND


@pytest.mark.parametrize("field", ["exterior_number", "interior_number"])
@pytest.mark.parametrize(
    "printed", ["SIN NUMERO", "SIN NÚMERO", "S/N", "S / N", "SN", "S.N.", "S/N.", "SIN NUM."]
)
def test_without_a_number_is_said_in_one_way(field: str, printed: str) -> None:
    assert one(field, **{field: printed}) == CsfValue.of("S/N")


@pytest.mark.parametrize(
    ("field", "printed"),
    [
        ("exterior_number", ""),
        ("exterior_number", "-"),
        ("interior_number", "NINGUNO"),
        ("neighborhood", "OTRA NO ESPECIFICADA EN EL CATALOGO"),
        ("neighborhood", "OTRA NO ESPECIFICADA EN EL CATÁLOGO."),
        ("neighborhood", "NO ESPECIFICADA"),
        ("neighborhood", "SIN COLONIA"),
        ("locality", "30210010"),
        ("locality", "0001"),
        ("locality", "OTRA NO ESPECIFICADA EN EL CATALOGO"),
        ("municipality", "NO APLICA"),
    ],
)
def test_what_means_nothing_is_empty(field: str, printed: str) -> None:
    assert one(field, **{field: printed}) == CsfValue("", ValueState.EMPTY)


@pytest.mark.parametrize(
    ("between", "and_between", "reference"),
    [
        ("HIDALGO", "MORELOS", "Entre HIDALGO y MORELOS"),
        ("", "MORELOS", "Entre MORELOS"),
        ("SIN REFERENCIA", "OTRA NO ESPECIFICADA EN EL CATALOGO", ""),
        ("", "", ""),
    ],
)
def test_the_streets_beside_it_are_the_reference(between: str, and_between: str, reference: str) -> None:
    assert one("reference", between=between, and_between=and_between) == CsfValue.of(reference)


@pytest.mark.parametrize(
    ("field", "printed", "value"),
    [
        ("postal_code", "5408", "5408"),
        ("postal_code", "54080 Tip0 de Vialidad", "54080"),
        ("street", "LERDO Numero Exterlor 27", "LERDO Numero Exterlor 27"),
        ("municipality", "LEON Estado: x", "LEON Estado: x"),
        ("state", "GUANAJUATO 27", "GUANAJUATO 27"),
        ("exterior_number", "1" * 51, "1" * 51),
    ],
)
def test_what_does_not_look_like_it_is_doubtful(field: str, printed: str, value: str) -> None:
    found = one(field, **{field: printed})

    assert (found.value, found.state) == (value, ValueState.DOUBTFUL)
    assert found.doubt.endswith(".")


def test_small_letters_are_no_reason_to_doubt_where_all_values_have_them() -> None:
    found = address_of({"street": "Hidalgo", "neighborhood": "Centro", "municipality": "León"})

    assert found["street"] == CsfValue.of("Hidalgo")


def test_what_has_no_label_was_not_found() -> None:
    found = address_of({"street": "HIDALGO"})

    assert [name for name, value in found.items() if value.state is not ValueState.NOT_FOUND] == ["street"]


@pytest.mark.parametrize(
    ("printed", "status"),
    [("Activo", "ACTIVO"), ("SUSPENDIDO", "SUSPENDIDO"), ("", ""), ("ACTIVO Fecha: 1", ""), ("X" * 61, "")],
)
def test_the_status_is_in_capitals_or_was_not_read(printed: str, status: str) -> None:
    assert status_of(printed) == status
