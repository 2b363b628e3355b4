"""What a postal code fills in of an address, and what it leaves alone."""

import pytest

from companies.sat.filling import believing, contradictions, filled
from companies.sat.postal_codes import Place


def place(**known: object) -> Place:
    """León's centre, unless `known` says otherwise."""
    values = {
        "code": "37000",
        "state": "Guanajuato",
        "municipality": "León",
        "locality": "León de los Aldama",
        "time_zone": "Tiempo del Centro",
        "neighborhoods": ("Centro", "Obregón"),
    }
    return Place(**{**values, **known})  # type: ignore[arg-type]


LEON = place()
MEXICO = place(code="06000", state="Ciudad de México", municipality="Cuauhtémoc", locality="")
DECIDED = {"state": "Guanajuato", "municipality": "León", "locality": "León de los Aldama"}


def test_what_is_empty_is_filled_in() -> None:
    assert filled({"street": "Hidalgo", "state": ""}, LEON) == {"street": "Hidalgo", **DECIDED}


@pytest.mark.parametrize("name", Place.DECIDES)
def test_what_was_typed_stays(name: str) -> None:
    assert filled({name: "Lo mío"}, LEON)[name] == "Lo mío"


def test_what_is_stored_is_replaced() -> None:
    stored = {"state": "Jalisco", "municipality": "Zapopan", "locality": ""}

    assert filled(stored, LEON, stored=stored) == DECIDED


def test_what_a_former_postal_code_filled_in_goes_with_it() -> None:
    typed = {**DECIDED, "municipality": "Lo mío"}

    found = filled(typed, MEXICO, former=LEON)

    assert found == {"state": "Ciudad de México", "municipality": "Lo mío", "locality": ""}


def test_what_is_stored_stays_where_the_catalogue_says_nothing() -> None:
    stored = {"locality": "Tepito"}

    assert filled(stored, MEXICO, stored=stored)["locality"] == "Tepito"


def test_the_only_colonia_is_filled_in() -> None:
    assert filled({}, place(neighborhoods=("Centro",)))["neighborhood"] == "Centro"
    assert filled({"neighborhood": "Otra"}, place(neighborhoods=("Centro",)))["neighborhood"] == "Otra"
    assert "neighborhood" not in filled({}, LEON)
    assert "neighborhood" not in filled({}, place(neighborhoods=()))


def test_an_unknown_postal_code_changes_nothing() -> None:
    assert filled({"state": ""}, None) == {"state": ""}
    assert filled(DECIDED, None) == DECIDED


def test_before_an_unknown_postal_code_goes_what_a_known_one_filled_in() -> None:
    typed = DECIDED | {"municipality": "Lo mío", "neighborhood": "Centro", "street": "Hidalgo"}

    found = filled(typed, None, former=LEON)

    gone = {"state": "", "locality": "", "neighborhood": ""}
    assert found == {"municipality": "Lo mío", "street": "Hidalgo"} | gone


# --- what contradicts a postal code


def somewhere(state: str, municipality: str = "") -> Place:
    return place(state=state, municipality=municipality)


@pytest.mark.parametrize(
    ("there", "written"),
    [
        (LEON, {"state": "Guanajuato", "municipality": "León", "country": "México"}),
        (LEON, {"state": "GUANAJUATO", "municipality": "leon", "country": "MEXICO"}),
        (LEON, {"state": "Estado de Guanajuato", "municipality": "Municipio de León", "country": "MEX"}),
        (MEXICO, {"state": "CDMX", "municipality": "Alcaldía Cuauhtémoc", "country": "México."}),
        (MEXICO, {"state": "D.F.", "municipality": "Del. Cuauhtémoc", "country": "Estados Unidos Mexicanos"}),
        (somewhere("Coahuila"), {"state": "Coahuila de Zaragoza"}),
        (somewhere("Veracruz"), {"state": "Veracruz de Ignacio de la Llave"}),
        (somewhere("Jalisco", "Tlajomulco de Zúñiga"), {"municipality": "Tlajomulco"}),
        (somewhere("Nayarit", "Del Nayar"), {"municipality": "Del Nayar"}),
        (somewhere("Estado de México", "Toluca"), {"state": "Edo. de México"}),
        (somewhere("Estado de México", "Toluca"), {"state": "México"}),
        (somewhere("Nuevo León", "Monterrey"), {"state": "N.L."}),
        (somewhere("Querétaro"), {"state": "Qro"}),
        (somewhere("San Luis Potosí"), {"state": "S. L. P."}),
        (somewhere("Guanajuato"), {"state": "Gto."}),
        (LEON, {"state": "", "municipality": "", "country": ""}),
        (somewhere("", ""), {"state": "Jalisco", "municipality": "Zapopan"}),
    ],
)
def test_another_spelling_contradicts_nothing(there: Place, written: dict[str, str]) -> None:
    assert contradictions(written, there) == {}


@pytest.mark.parametrize(
    ("there", "written", "said"),
    [
        (LEON, {"state": "Jalisco", "municipality": "León"}, {"state": "Guanajuato"}),
        (LEON, {"country": "Estados Unidos"}, {"country": "México"}),
        (LEON, {"municipality": "Celaya"}, {"municipality": "León"}),
        (
            somewhere("Baja California"),
            {"state": "Baja California Sur"},
            {"state": "Baja California"},
        ),
        (MEXICO, {"state": "Estado de México"}, {"state": "Ciudad de México"}),
        (somewhere("Estado de México"), {"state": "CDMX"}, {"state": "Estado de México"}),
        (somewhere("Jalisco"), {"state": "Jal. no"}, {"state": "Jalisco"}),
    ],
)
def test_another_place_does(there: Place, written: dict[str, str], said: dict[str, str]) -> None:
    assert contradictions(written, there) == said


def test_who_believes_the_postal_code_keeps_nothing_of_elsewhere() -> None:
    written = {**DECIDED, "street": "Hidalgo", "neighborhood": "Centro", "country": "México"}

    assert believing(written, MEXICO) == {
        "street": "Hidalgo",
        "state": "Ciudad de México",
        "municipality": "Cuauhtémoc",
        "locality": "",
        "neighborhood": "Centro",
        "country": "México",
    }


def test_a_colonia_of_a_former_postal_code_goes_with_it() -> None:
    there = place(code="64000", neighborhoods=("Mitras", "Obispado"))

    assert filled({"neighborhood": "Centro"}, there, former=LEON)["neighborhood"] == ""
    assert filled({"neighborhood": "Lo mío"}, there, former=LEON)["neighborhood"] == "Lo mío"
    assert filled({"neighborhood": "Mitras"}, there, former=LEON)["neighborhood"] == "Mitras"
    one = place(code="06600", neighborhoods=("Juárez",))
    assert filled({"neighborhood": "Centro"}, one, former=LEON)["neighborhood"] == "Juárez"
