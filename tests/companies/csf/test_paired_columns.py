"""A column of labels and a column of values, each of which wraps for itself."""

import pytest

from companies.csf.paired_columns import paired_cells
from companies.csf.placed_words import PdfText, PdfWord

SIZE, PITCH = 8.0, 9.5
ROWS = (
    (("RFC:",), ("PNA190312AB1",)),
    (
        ("Nombre, denominación o", "razón social:"),
        ("ASOCIACIÓN NACIONAL DE PRODUCTORES", "Y EXPORTADORES DE AGUACATE DE LA", "REPÚBLICA MEXICANA"),
    ),
    (("Régimen", "fiscal:"), ("RÉGIMEN GENERAL DE LEY PERSONAS MORALES",)),
    (("Número interior:",), ()),
    (("Código postal:",), ("64000",)),
)
EXPECTED = {
    "rfc": "PNA190312AB1",
    "business_name": "ASOCIACIÓN NACIONAL DE PRODUCTORES Y EXPORTADORES DE AGUACATE DE LA REPÚBLICA MEXICANA",
    "regime": "RÉGIMEN GENERAL DE LEY PERSONAS MORALES",
    "interior_number": "",
    "postal_code": "64000",
}
type Text = tuple[float, float, str]


def printed(*, centred: bool, padding: float = 4) -> list[Text]:
    """The rows as a browser prints them: height, left edge, text."""
    texts, y = list[Text](), 100.0
    for label, value in ROWS:
        most = max(len(label), len(value))
        for left, lines in ((60, label), (200, value)):
            down = PITCH * (most - len(lines)) / 2 if centred else 0
            texts += [(y + down + PITCH * number, left, line) for number, line in enumerate(lines)]
        y += most * PITCH + padding
    return texts


def cells(*texts: Text) -> dict[str, tuple[str, bool]]:
    words = []
    for y, left, text in texts:
        for word in text.split():
            words.append(PdfWord(word, left, left + 4.8 * len(word), y))
            left += 4.8 * len(word) + 2.4
    found = paired_cells(PdfText((tuple(words),)).lines, SIZE)
    return {cell.key: (cell.text, cell.is_sure) for cell in found if cell.key}


@pytest.mark.parametrize("padding", [3, 4, 8, 12])
@pytest.mark.parametrize("centred", [True, False])
def test_each_label_gets_its_lines(padding: float, *, centred: bool) -> None:
    found = cells(*printed(centred=centred, padding=padding))

    assert found == {key: (text, True) for key, text in EXPECTED.items()}


@pytest.mark.parametrize("y", [20, 40, 700])
def test_the_header_and_the_footer_of_a_browser_are_nobodys(y: float) -> None:
    found = cells(
        *printed(centred=True),
        (y, 24, "29/11/26, 5:33"),
        (y, 250, "Validador QR"),
        (y + 20, 24, "about: blank"),
    )

    assert found == {key: (text, True) for key, text in EXPECTED.items()}


def test_a_line_too_many_makes_a_value_unsure() -> None:
    found = cells(*printed(centred=True, padding=14), (109, 200, "PAGADO"))

    assert not found["rfc"][1]
    assert found["postal_code"] == ("64000", True)


def test_a_heading_may_wrap() -> None:
    below = [(y + 100, left, text) for y, left, text in printed(centred=True)]
    found = cells(
        (100, 60, "Situación del"), (109.5, 60, "contribuyente:"), (104.75, 200, "ACTIVO"),
        (118, 60, "Nombre:"), (118, 200, "ANA"),
        (150, 55, "Datos de Ubicación (domicilio fiscal,"), (159.5, 55, "vigente)"), *below,
    )  # fmt: skip

    assert found["status"] == ("ACTIVO", True)
    assert found["business_name"] == (EXPECTED["business_name"], True)


def test_running_text_is_read_as_any_other() -> None:
    found = cells(
        (100, 60, "RFC: PNA190312AB1"), (112, 60, "Código Postal: 64000"), (124, 60, "Municipio: LEON")
    )

    assert {key: text for key, (text, _) in found.items()} == {
        "rfc": "PNA190312AB1",
        "postal_code": "64000",
        "municipality": "LEON",
    }
