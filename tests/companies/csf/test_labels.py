"""Labels, found without looking at accents and case."""

import pytest

from companies.csf.labels import LABELS, UNWANTED, CsfSection, key_of, labels_on, section_of
from companies.csf.placed_words import PdfLine, PdfText


def line_of(text: str) -> PdfLine:
    return PdfText.of_text(text).lines[0]


def keys_on(text: str) -> list[str]:
    return [label.key for label in labels_on(line_of(text))]


@pytest.mark.parametrize("key", LABELS)
def test_a_label_is_known_in_any_dress(key: str) -> None:
    for printed in LABELS[key]:
        plain = printed.translate(str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU"))
        for dress in (printed, plain, printed.upper(), plain.lower(), printed.replace(" ", "")):
            assert key_of(dress) == key
            assert keys_on(f"{dress}: X") == [key]
            assert keys_on(f"{dress} :X") == [key]


@pytest.mark.parametrize("printed", UNWANTED)
def test_a_label_that_only_ends_others_is_known_and_not_wanted(printed: str) -> None:
    assert key_of(f"{printed}:") == ""
    assert keys_on(f"Y Calle: DAKOTA {printed}: algo") == ["and_between", ""]


def test_labels_share_a_line() -> None:
    assert keys_on("Código Postal:37000 Tipo de Vialidad: CALLE") == ["postal_code", "street_type"]
    assert keys_on("Nombre de la Localidad: Nombre del Municipio o Demarcación Territorial: LEON") == [
        "locality",
        "municipality",
    ]


def test_a_label_that_nobody_knows_ends_a_value_too() -> None:
    assert keys_on("Y Calle: DAKOTA Clave de Ubicación Nueva: 3") == ["and_between", ""]
    assert keys_on("Y Calle: KM: 3 MZ 4") == ["and_between"]


def test_a_label_may_have_lost_its_colon() -> None:
    assert keys_on("Codigo Postal 37000 Tipo de Vialidad CALLE") == ["postal_code", "street_type"]
    assert keys_on("Entre Calle HIDALGO") == ["between"]
    # These are words of a value.
    assert keys_on("Entre Calle: PRIMERA Y CALLE SEGUNDA") == ["between"]
    assert keys_on("Nombre de Vialidad: CODIGO POSTAL 5") == ["street"]


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("Datos de Identificación del Contribuyente:", CsfSection.IDENTIFICATION),
        ("DATOS DE UBICACION", CsfSection.ADDRESS),
        ("Datos del domicilio registrado", CsfSection.ADDRESS),
        ("Regimenes:", CsfSection.REGIMES),
        ("Cadena Original Sello: ||2026", CsfSection.END),
        ("Obligaciones: las de siempre", CsfSection.OBLIGATIONS),
        ("Régimen Fecha Inicio Fecha Fin", None),
        ("Regímenes que se ofrecen", None),
    ],
)
def test_a_heading_begins_a_section(text: str, section: CsfSection | None) -> None:
    found = section_of(line_of(text))

    assert (found[0] if found else None) is section


def test_a_label_that_is_not_known_has_no_key() -> None:
    assert key_of("Clave de Ubicación") is None
