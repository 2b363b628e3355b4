"""Which words belong to which label, by where they stand."""

import pytest

from companies.csf.cells import content_of
from companies.csf.placed_words import PdfText, PdfWord

SIZE = 8.0
HEADING = (0, 200, "Datos del domicilio registrado")
SECOND = 311.9
# Two rows whose second cells agree on where the second column is.
ROWS = ((20, 43, "Código Postal: 37000"), (20, SECOND, "Tipo de Vialidad: CALLE"))
LAST = ((120, 43, "Nombre de la Entidad Federativa: MEXICO"), (120, SECOND, "Entre Calle: HIDALGO"))


def cells(*texts: tuple[float, float, str]) -> dict[str, str]:
    """What stands behind each label of texts at a height and a left edge."""
    words = []
    for y, left, text in (HEADING, *ROWS, *texts, *LAST):
        for word in text.split():
            words.append(PdfWord(word, left, left + 4.8 * len(word), y))
            left += 4.8 * len(word) + 2.4
    found = content_of(PdfText((tuple(words),)).lines, SIZE).cells
    return {cell.key: cell.text for cell in found if cell.key}


def test_cells_beside_each_other_wrap_each_below_itself() -> None:
    found = cells(
        (40, 43, "Nombre de la Localidad: TLALNEPANTLA"),
        (40, SECOND, "Nombre del Municipio o Demarcación Territorial: DOLORES"),
        (49, 43, "DE BAZ"),
        (49, SECOND, "HIDALGO CUNA DE LA"),
        (58, SECOND, "INDEPENDENCIA"),
    )

    assert found["locality"] == "TLALNEPANTLA DE BAZ"
    assert found["municipality"] == "DOLORES HIDALGO CUNA DE LA INDEPENDENCIA"
    assert (found["state"], found["between"]) == ("MEXICO", "HIDALGO")


def test_a_label_may_wrap_in_either_column() -> None:
    found = cells(
        (40, 43, "Nombre de la"),
        (40, SECOND, "Nombre del Municipio o"),
        (49, 43, "Localidad: BAZ"),
        (49, SECOND, "Demarcación Territorial: LEON"),
    )

    assert (found["locality"], found["municipality"]) == ("BAZ", "LEON")


def test_what_stands_behind_an_unreadable_label_is_nobodys() -> None:
    found = cells((40, 43, "Nombre de Vialidad: HIDALGO"), (40, SECOND, "Nvmero Exter1or 27"))

    assert found["street"] == "HIDALGO"
    assert "exterior_number" not in found


@pytest.mark.parametrize("middle", [4.5, 9])
def test_a_label_may_stand_beside_the_middle_of_what_wraps(middle: float) -> None:
    lines = ("PASEO DE LOS", "HÉROES DE LA", "NACIÓN")[: 2 if middle == 4.5 else 3]

    found = cells(
        (50 + middle, 43, "Nombre de Vialidad:"),
        *((50 + 9.0 * number, 150, line) for number, line in enumerate(lines)),
    )

    assert found["street"] == " ".join(lines)
    assert found["street_type"] == "CALLE"


def test_a_heading_beside_the_last_cell_ends_the_table() -> None:
    found = cells(
        (140, 43, "Y Calle: MORELOS"), (140, 241, "Actividades Económicas:"), (150, 43, "1 Comercio")
    )

    assert found["and_between"] == "MORELOS"


def test_page_numbers_are_no_part_of_a_value() -> None:
    found = cells((140, 43, "Y Calle: MORELOS"), (180, 500, "Página [1] de [3]"), (190, 43, "Pagina 2 de 3"))

    assert found["and_between"] == "MORELOS"
