"""The table of régimenes."""

import pytest

from companies.csf.placed_words import PdfText, PdfWord
from companies.csf.regime_table import RegimeRow, rows_of

HEAD = [("Régimen", 215), ("Fecha", 440), ("Inicio", 470), ("Fecha", 516), ("Fin", 546)]
LONG = ("Régimen de las Personas Físicas con", "Actividades Empresariales y", "Profesionales")


def table(*rows: tuple[float, float, str]) -> list[RegimeRow]:
    """Rows of height, left edge and text, below the heading's own."""
    words = [PdfWord(text, left, left + 30, 0) for text, left in HEAD]
    for y, left, text in rows:
        for word in text.split():
            words.append(PdfWord(word, left, left + 4.8 * len(word), y))
            left += 4.8 * (len(word) + 1)
    lines = PdfText((tuple(words),)).lines
    return rows_of(lines, 8.0)


def running(*lines: str) -> list[RegimeRow]:
    """Rows in text that knows no columns."""
    return rows_of(PdfText.of_text("\n".join(lines)).lines, 8.0)


@pytest.mark.parametrize("down", [0, 9, 18])
def test_the_dates_may_stand_beside_any_line_of_a_name(down: float) -> None:
    found = table(
        *((20 + 9 * number, 41, line) for number, line in enumerate(LONG)),
        (20 + down, 448, "01/01/2014"),
        (20 + down, 516, "31/12/2021"),
        *((60 + 9 * number, 41, line) for number, line in enumerate(LONG)),
        (60 + down, 448, "01/01/2022"),
    )

    assert [(row.code, row.ended) for row in found] == [("612", True), ("612", False)]


@pytest.mark.parametrize("down", [0, 9])
def test_a_name_that_is_not_known_stays_whole(down: float) -> None:
    found = table(
        (20, 41, "Régimen de los Venideros"),
        (29, 41, "y de sus Hijos"),
        (20 + down, 448, "01/01/2030"),
        (45, 41, "Régimen de los Idos"),
        (54, 41, "y de sus Padres"),
        (45 + down, 448, "01/01/2030"),
    )

    names = ["Régimen de los Venideros y de sus Hijos", "Régimen de los Idos y de sus Padres"]
    assert [row.name for row in found] == names


def test_an_end_date_may_stand_alone_below_its_heading() -> None:
    found = table((20, 41, "Régimen de Arrendamiento"), (20, 448, "01/01/2014"), (24, 516, "31/12/2021"))

    assert found == [RegimeRow("Régimen de Arrendamiento", ended=True)]


def test_running_text_has_no_columns() -> None:
    found = running(
        "Régimen Fecha Inicio Fecha Fin",
        "Régimen de Arrendamiento 01/01/2014",
        "Demás ingresos 02/01/2014 03/01/2014",
    )

    assert [(row.code, row.ended) for row in found] == [("606", False), ("608", True)]


def test_a_names_end_may_slip_behind_its_date() -> None:
    found = running(
        "Régimen de las Personas Físicas con Actividades Empresariales y 01/01/2020",
        "Profesionales",
        "Arrendamiento 01/01/2021",
    )

    assert [row.code for row in found] == ["612", "606"]


def test_a_table_without_dates_has_no_rows() -> None:
    assert rows_of(PdfText.of_text("Régimen de Arrendamiento").lines, 8.0) == []
    assert rows_of((), 8.0) == []


@pytest.mark.parametrize(
    "stamp",
    [
        (10, 450, "RECIBIDO"),
        (29, 120, "PAGADO"),
        (20, 330, "COPIA FIEL"),
        (32, 500, "X"),
        (0, 43, "FOLIO 4471"),
    ],
)
def test_a_stamp_is_no_part_of_a_name(stamp: tuple[float, float, str]) -> None:
    found = table(stamp, (20, 41, "Régimen General de Ley Personas Morales"), (20, 448, "01/01/2014"))

    assert [(row.code, row.ended) for row in found] == [("601", False)]


def test_a_name_that_is_unknown_stays_whole() -> None:
    found = table((20, 41, "Régimen de los Ingresos de"), (29, 41, "Marte"), (20, 448, "01/01/2014"))

    assert [row.name for row in found] == ["Régimen de los Ingresos de Marte"]
