"""Constancias that people really brought, where their collection is present."""

from datetime import date
from pathlib import Path

import pytest

from companies.csf.reading import read_csf
from companies.csf.result import VALUE_FIELDS, CsfResult, ValueState

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "csf"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the collection is not here")

VALLE = {
    "name": "TEXTILES DEL VALLE",
    "postal_code": "54080",
    "street": "CALLE LERDO DE TEJADA",
    "exterior_number": "27",
    "interior_number": "",
    "neighborhood": "CENTRO INDUSTRIAL",
    "locality": "TLALNEPANTLA DE BAZ",
    "municipality": "TLALNEPANTLA DE BAZ",
    "state": "MEXICO",
    "reference": "Entre PONIENTE 8 y NORTE 3",
}
ALMENDROS = {
    "name": "TEXTILES DEL VALLE",
    "postal_code": "11000",
    "street": "CALLE ALMENDROS",
    "exterior_number": "118",
    "interior_number": "",
    "neighborhood": "LOMAS VERDES",
    "locality": "",
    "municipality": "BENITO JUAREZ",
    "state": "CIUDAD DE MEXICO",
    "reference": "",
}
# MÉXICO has lost its accent there; so may have the others, and nothing tells.
LOST_ACCENTS = {"ocr_unaccented": ("neighborhood", "locality", "municipality", "state", "reference")}
NOVEMBER, MAY = date(2026, 11, 6), date(2026, 5, 6)


def read(name: str) -> CsfResult:
    return read_csf((CASES / f"{name}.pdf").read_bytes())


def values_of(found: CsfResult) -> dict[str, str]:
    assert found.ok, found.message
    return {name: found.text(name) for name in VALUE_FIELDS}


@pytest.mark.parametrize(
    ("name", "values", "issued_on", "rfc", "regimes"),
    [
        ("chain_time", ALMENDROS, NOVEMBER, "TDV010203AB1", ("601",)),
        ("cover_then_csf", VALLE, NOVEMBER, "TDV010203AB1", ("601",)),
        ("rot180", VALLE, NOVEMBER, "TDV010203AB1", ("601",)),
        ("ocr_unaccented", VALLE, MAY, "TDV010203AB1", ("601",)),
        ("reg_622", ALMENDROS, NOVEMBER, "TDV010203AB1", ("622",)),
        ("rfc_amp", ALMENDROS | {"name": "H & E"}, NOVEMBER, "H&E951128469", ("601",)),
        ("rfc_n_qr_pct_latin1", ALMENDROS | {"name": "ÑANDU"}, NOVEMBER, "ÑAN010203AB1", ("601",)),
        (
            "old_mail_same_line",
            ALMENDROS
            | {
                "name": "MI EMPRESA",
                "postal_code": "72030",
                "street": "CALLE MI CALLE",
                "exterior_number": "50",
                "interior_number": "12 Y 13",
                "neighborhood": "MI COLONIA",
                "municipality": "SAN JUAN",
                "reference": "Entre AVENIDA MI AVENIDA y CALLE DAKOTA",
            },
            NOVEMBER,
            "DIM8701081LA",
            ("601",),
        ),
        (
            "tv_CERRADA_CDA_O_PRIVADA_PRIV",
            ALMENDROS
            | {
                "postal_code": "31060",
                "street": "CERRADA TAMBOREL",
                "exterior_number": "3900",
                "neighborhood": "LEALTAD I",
                "locality": "CHIHUAHUA",
                "municipality": "CHIHUAHUA",
                "state": "CHIHUAHUA",
            },
            NOVEMBER,
            "TDV010203AB1",
            ("601",),
        ),
        (
            "live_2026",
            ALMENDROS
            | {
                "name": "ISABEL NUÑO PEREZ",
                "postal_code": "44100",
                "street": "CARRETERA TRANSPENINSULAR",
                "exterior_number": "S/N",
                "interior_number": "S/N",
                "neighborhood": "",
                "municipality": "GUADALAJARA",
                "state": "JALISCO",
                "reference": "Entre AVENIDA MI AVENIDA y CALLE DAKOTA",
            },
            NOVEMBER,
            "NUPI850317Q21",
            ("622",),
        ),
    ],
)
def test_every_value_is_read(
    name: str, values: dict[str, str], issued_on: date, rfc: str, regimes: tuple[str, ...]
) -> None:
    found = read(name)

    assert values_of(found) == values
    assert (found.issued_on, found.rfc, found.regimes) == (issued_on, rfc, regimes)
    assert found.is_active
    states = {field: found.value(field).state for field in VALUE_FIELDS}
    expected = {field: ValueState.READ if value else ValueState.EMPTY for field, value in values.items()}
    assert states == expected | dict.fromkeys(LOST_ACCENTS.get(name, ()), ValueState.DOUBTFUL)


def test_a_chain_with_another_rfc_is_refused() -> None:
    assert read("chain_time_disagrees").code == "rfc_disagrees"


def test_a_name_that_lost_its_enye_and_contradicts_the_head_is_doubtful() -> None:
    found = read("live_ocr")

    assert values_of(found) == VALLE | {"name": "ISABEL NUNO"}
    assert found.value("name").state is ValueState.DOUBTFUL
    assert (found.status, found.issued_on, found.regimes) == ("ACTIVO", MAY, ("601",))


def test_half_a_page_offers_nothing_that_is_not_on_it() -> None:
    found = read("crop_half")

    assert (found.text("name"), found.status, found.regimes) == ("TEXTILES DEL VALLE", "ACTIVO", ("601",))
    assert {found.value(name).state for name in VALUE_FIELDS[1:]} == {ValueState.NOT_FOUND}
    assert "Solo pudimos leer una parte" in found.remarks[0]
