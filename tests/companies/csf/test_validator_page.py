"""The SAT's validator page, read from its bytes to the facts; what is nobody's business never comes out."""

import json
from dataclasses import replace
from datetime import date

import pytest

from companies.csf.result import CsfResult, CsfSource, ValueState
from companies.csf.validator_page import read_page, take_apart
from companies.sat import rfc
from facturamos.devserver import validator_pages as pages
from facturamos.devserver.validator_pages import (
    FISCAL,
    IDENTITY,
    PLACE,
    Look,
    Taxpayer,
    company,
    found,
    person,
)

MORAL, FISICA = "PNA190312AB1", "NUPJ800101AB2"
TODAY = date(2026, 11, 28)
LOOKS = {
    "usual": Look(),
    "without prolog": Look(prolog=False),
    "other ids": Look(first_id=4711),
    "unbroken labels": Look(broken_labels=False),
}


def read(page: str | bytes, asked: str = MORAL) -> CsfResult:
    data = page.encode() if isinstance(page, str) else page
    return read_page(data, rfc.parse(asked), TODAY)


def texts(result: CsfResult) -> dict[str, str]:
    """The values that were read."""
    return {name: each.value for name, each in result.values.items() if each.is_read}


def placed(taxpayer: Taxpayer, **changes: str | None) -> Taxpayer:
    """With other values in its address; None takes the label away."""
    labels = {
        "colonia": "Colonia",
        "cp": "CP",
        "interior": "Número interior",
        "street": "Nombre de la vialidad",
    }
    changed = {labels[name]: value for name, value in changes.items()}
    place = ((label, changed.get(label, value)) for label, value in taxpayer.place)
    return replace(taxpayer, place=tuple((label, value) for label, value in place if value is not None))


ADDRESS = {
    "postal_code": "37000",
    "street": "AVENIDA DE LOS ÑANDÚES",
    "exterior_number": "12-B",
    "neighborhood": "CENTRO",
    "municipality": "LEON",
    "state": "GUANAJUATO",
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_company_is_read_however_the_page_is_written(look: Look) -> None:
    result = read(found(company(MORAL), look))

    assert (result.ok, result.code, result.source) == (True, "read", CsfSource.VALIDATOR)
    assert (result.rfc, result.status, result.issued_on) == (MORAL, "ACTIVO", TODAY)
    assert texts(result) == {"name": "PANADERÍA LA ÑAPA & HIJOS", **ADDRESS}
    assert (result.regimes, result.unknown_regimes) == (("601",), ())


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_person_is_read_with_all_regimes(look: Look) -> None:
    result = read(found(person(FISICA), look), FISICA)

    assert texts(result) == {"name": "JOSÉ NÚÑEZ PEÑA", **ADDRESS}
    assert result.regimes == ("612", "606")


def test_curp_birth_date_and_mail_never_leave_the_child() -> None:
    facts = take_apart(found(person(FISICA)).encode()).decode()
    result = repr(read(found(person(FISICA)), FISICA))

    for private in ("NUPJ800101HGTXXS09", "01-01-1980", "contacto@example.com", "GUANAJUATO 2"):
        assert private in found(person(FISICA))
        assert private not in facts
        assert private not in result


def test_an_empty_value_is_empty_and_a_missing_label_is_not_found() -> None:
    result = read(found(placed(company(MORAL), interior="", cp="", colonia=None)))

    states = {name: result.value(name).state for name in ("interior_number", "postal_code", "neighborhood")}
    assert states == {
        "interior_number": ValueState.EMPTY,
        "postal_code": ValueState.EMPTY,
        "neighborhood": ValueState.NOT_FOUND,
    }
    assert result.value("reference").state is ValueState.NOT_FOUND


def test_a_locality_by_its_number_is_no_locality() -> None:
    taxpayer = placed(company(MORAL), colonia=None)
    numbered = replace(taxpayer, place=(*taxpayer.place, ("Localidad", "30210010")))

    result = read(found(numbered))

    assert result.value("locality").state is ValueState.EMPTY
    assert "30210010" not in json.dumps(result.as_json())


def test_a_locality_by_its_name_is_one() -> None:
    taxpayer = company(MORAL)
    named = replace(taxpayer, place=(*taxpayer.place, ("Localidad", "PUEBLO NUEVO")))

    assert read(found(named)).text("locality") == "PUEBLO NUEVO"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Régimen General de Ley Personas Morales", "601"),
        ("Régimen de los Coordinados.", "624"),
        ("Régimen de Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras PM", "622"),
        ("Régimen Simplificado de Confianza", "626"),
    ],
)
def test_regimes_are_known_by_the_sats_own_spellings(name: str, code: str) -> None:
    taxpayer = replace(company(MORAL), regimes=((name, "01-01-2020"),))

    assert read(found(taxpayer)).regimes == (code,)


def test_an_unknown_regime_is_named() -> None:
    taxpayer = replace(company(MORAL), regimes=(("Régimen de los Venideros", "01-01-2030"),))

    result = read(found(taxpayer))

    assert (result.regimes, result.unknown_regimes) == ((), ("Régimen de los Venideros",))


@pytest.mark.parametrize(
    ("without", "missing"),
    [({IDENTITY}, ["name"]), ({PLACE}, ["postal_code", "street", "state"]), ({FISCAL}, [])],
    ids=["identity", "place", "fiscal"],
)
def test_a_missing_list_leaves_its_values_out(without: set[str], missing: list[str]) -> None:
    result = read(found(company(MORAL), Look(without=without)))

    assert result.ok
    assert [result.value(name).state for name in missing] == [ValueState.NOT_FOUND] * len(missing)
    assert bool(result.regimes) == (FISCAL not in without)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (pages.not_found(), "not_found"),
        (pages.not_found(Look(prolog=False)), "not_found"),
        (pages.other(), "unknown_page"),
        (found(company(MORAL), Look(without={IDENTITY, PLACE, FISCAL})), "unknown_page"),
        (found(company(MORAL)).replace("tiene asociada", "no tiene"), "unknown_page"),
        (found(company("EKU9003173C9")), "other_rfc"),
        ("", "unknown_page"),
        ("\0\0\0", "unknown_page"),
        ("%PDF-1.7", "unknown_page"),
    ],
    ids=["nobody", "nobody bare", "other", "no lists", "no RFC", "another's", "empty", "NUL", "PDF"],
)
def test_a_page_without_the_answer_is_one_sentence(page: str, code: str) -> None:
    result = read(page)

    assert (result.ok, result.code, result.values) == (False, code, {})
    assert result.message.endswith(".")


def test_a_page_in_latin_1_is_read() -> None:
    assert read(found(company(MORAL)).encode("latin-1")).text("name") == "PANADERÍA LA ÑAPA & HIJOS"


@pytest.mark.parametrize("written", ["ÑAM190312AB1", "?AM190312AB1"])
def test_the_sat_may_write_a_question_mark_for_ene(written: str) -> None:
    page = found(company("ÑAM190312AB1")).replace("El RFC: ÑAM190312AB1", f"El RFC: {written}")

    assert read(page, "ÑAM190312AB1").rfc == "ÑAM190312AB1"


def test_an_ampersand_in_the_rfc_is_one() -> None:
    assert read(found(company("A&M190312AB1")), "A&M190312AB1").ok


def test_characters_that_nobody_sees_are_left_out() -> None:
    page = found(company(MORAL, "PANADERÍA\u200b LA\xa0ÑA\x07PA"))

    assert read(page).text("name") == "PANADERÍA LA ÑAPA"
