"""What a stamp, a footer or a note beside a table makes of its values: nothing, or a doubt."""

from dataclasses import replace

import pytest

from companies.csf.cells import content_of
from companies.csf.placed_words import PdfText, PdfWord
from companies.csf.reading import read_csf
from companies.csf.result import CsfResult, ValueState
from tests.companies.csf.constancias import Csf, Domicile
from tests.companies.csf.pdfs import pdf_of

REFERENCE = "Entre HIDALGO y MORELOS"
SIZE = 8.0


def stamped(*stamps: tuple[int, float, float, str], csf: Csf | None = None) -> CsfResult:
    """A Constancia on which something was put: page, place, text."""
    csf = csf or Csf()
    found = read_csf(pdf_of(replace(csf, layout=replace(csf.layout, stamps=stamps))))
    assert found.ok, found.message
    return found


@pytest.mark.parametrize(
    "text",
    [
        *("COPIA PARA FACTURACION", "Copia para cliente", "07/11/2026 18:03", "1 de 3", "1"),
        "https://rfcampc.siat.sat.gob.mx/app/seguro/IdcGeneraConstancia.jsf",
    ],
)
@pytest.mark.parametrize("y", [22, 770], ids=["header", "footer"])
@pytest.mark.parametrize("x", [43, 250, 450])
def test_headers_and_footers_are_no_part_of_the_last_value(x: float, y: float, text: str) -> None:
    found = stamped(*((page, x, y, text) for page in (1, 2, 3)))

    assert found.value("reference").value == REFERENCE
    assert found.value("reference").is_read
    assert found.regimes == ("601",)


@pytest.mark.parametrize("y", [640, 660, 700])
def test_nor_what_stands_below_the_table(y: float) -> None:
    empty = Csf(address=Domicile(between="", and_between=""))
    found = stamped((1, 43, y + 80, "ENTREGADO A COMPRAS"), csf=empty)

    assert found.value("reference").state is ValueState.EMPTY


@pytest.mark.parametrize("x", [43, 120, 235, 318, 400, 500])
@pytest.mark.parametrize("y", range(330, 650, 7))
def test_a_stamp_on_the_table_never_is_a_value_that_was_read(x: float, y: int) -> None:
    found = stamped((1, x, y, "RECIBIDO"))

    taken = [name for name, value in found.values.items() if "RECIBIDO" in value.value and value.is_read]
    assert taken == []
    assert "RECIBIDO" not in found.status


@pytest.mark.parametrize(("x", "y"), [(43, 545), (312, 545), (400, 500), (235, 480), (500, 590)])
def test_a_stamp_between_two_rows_is_doubted(x: float, y: float) -> None:
    found = stamped((1, x, y, "RECIBIDO"))

    assert not any("RECIBIDO" in value.value and value.is_read for value in found.values.values())


def cells(*texts: tuple[int, float, float, str]) -> dict[str, tuple[str, bool]]:
    """What stands behind each label, and whether it is sure, of texts on a page at a height and left edge."""
    pages: list[list[PdfWord]] = [[], []]
    for page, y, left, text in ((0, 100, 43, "Datos del domicilio registrado"), *texts):
        for word in text.split():
            pages[page].append(PdfWord(word, left, left + 4.8 * len(word), y))
            left += 4.8 * len(word) + 2.4
    found = content_of(PdfText(tuple(map(tuple, pages))).lines, SIZE).cells
    return {cell.key: (cell.text, cell.is_sure) for cell in found if cell.key}


# Two rows of two cells, whose right edge a long label tells.
TABLE = (
    (0, 120, 43, "Código Postal: 37000"),
    (0, 120, 311.9, "Tipo de Vialidad: CALLE"),
    (0, 140, 43, "Nombre de la Localidad: LEON"),
    (0, 140, 311.9, "Nombre del Municipio o Demarcación Territorial: LEON"),
)


def test_a_value_goes_on_at_the_top_of_the_next_page() -> None:
    found = cells(
        *TABLE,
        (0, 700, 43, "Nombre de Vialidad: PASEO DE LOS HEROES DE LA"),
        (1, 100, 43, "INDEPENDENCIA"),
        (1, 121, 43, "Y Calle: MORELOS"),
    )

    assert found["street"] == ("PASEO DE LOS HEROES DE LA INDEPENDENCIA", True)


def test_a_stamp_at_another_place_of_the_next_page_is_none_of_it() -> None:
    found = cells(
        *TABLE,
        (0, 700, 43, "Nombre de Vialidad: PASEO"),
        (1, 30, 43, "COPIA"),
        (1, 100, 43, "Y Calle: MORELOS"),
        (1, 300, 43, "RECIBIDO"),
    )

    assert found["street"] == ("PASEO", True)
    assert found["and_between"] == ("MORELOS", True)


def test_what_would_have_had_room_above_is_doubtful() -> None:
    found = cells(
        *TABLE,
        (0, 160, 43, "Nombre de Vialidad: HIDALGO"),
        (0, 169, 43, "PAGADO"),
        (0, 182, 43, "Y Calle: MORELOS"),
    )

    assert found["street"] == ("HIDALGO PAGADO", False)


def test_what_stands_apart_on_the_line_is_doubtful() -> None:
    found = cells(
        *TABLE, (0, 160, 43, "Número Exterior: 12"), (0, 160, 250, "PAGADO"), (0, 180, 43, "Y Calle: MORELOS")
    )

    assert found["exterior_number"] == ("12 PAGADO", False)


def test_what_wraps_for_want_of_room_is_sure() -> None:
    found = cells(
        *TABLE,
        (0, 160, 43, "Nombre de Vialidad: DE LOS INSURGENTES DEL SUR"),
        (0, 169, 43, "INDEPENDIENTES"),
        (0, 182, 43, "Y Calle: MORELOS"),
    )

    assert found["street"] == ("DE LOS INSURGENTES DEL SUR INDEPENDIENTES", True)
