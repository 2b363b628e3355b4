"""Pages of which an edge is cut off: nothing counts as read that the page does not show whole."""

import io
import random
from dataclasses import replace

import pypdfium2
import pytest

from companies.csf.reading import read_csf
from companies.csf.result import CsfResult, ValueState
from tests.companies.csf.canvas import Canvas
from tests.companies.csf.constancias import PERSON, Csf, Domicile, Layout
from tests.companies.csf.pdfs import pdf_of
from tests.companies.csf.test_reading_layouts import drawn

PARTIAL = "Solo pudimos leer una parte"
PLACES = Csf(
    address=Domicile(
        neighborhood="SAN MIGUEL CHAPULTEPEC SEGUNDA SECCION",
        municipality="SAN PEDRO TLAQUEPAQUE",
    )
)


def cut(pdf: bytes, edge: str, part: float) -> bytes:
    """The PDF, each page without a part of it at one edge; the text stays in the file, as in any program."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        left, bottom, right, top = page.get_mediabox()
        width, height = (right - left) * part, (top - bottom) * part
        boxes = {
            "left": (left + width, bottom, right, top),
            "right": (left, bottom, right - width, top),
            "bottom": (left, bottom + height, right, top),
            "top": (left, bottom, right, top - height),
        }
        page.set_cropbox(*boxes[edge])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def state_of(found: CsfResult, name: str) -> tuple[str, ValueState]:
    return found.text(name), found.value(name).state


@pytest.mark.parametrize("edge", ["left", "right", "top", "bottom"])
@pytest.mark.parametrize("seed", range(24))
def test_what_was_read_is_right_whichever_edge_is_cut(seed: int, edge: str) -> None:
    wanted, lot = drawn(seed), random.Random(f"{seed}{edge}")  # noqa: S311
    layout = replace(wanted.csf.layout, letters=lot.random() < 0.2)

    found = read_csf(cut(pdf_of(replace(wanted.csf, layout=layout)), edge, lot.uniform(0.02, 0.55)))

    assert found.ok, found.message
    sure = {ValueState.READ, ValueState.EMPTY}
    taken = {name: value.value for name, value in found.values.items() if value.state in sure}
    assert taken == {name: wanted.values[name] for name in taken}
    assert found.status in ("", wanted.csf.status)
    assert set(found.regimes) <= set(wanted.codes)
    assert found.unknown_regimes == ()
    assert len(taken) == len(found.values) or PARTIAL in found.remarks[0]


@pytest.mark.parametrize("width", [500, 480])
def test_a_value_at_the_edge_is_whole_and_doubtful(width: int) -> None:
    found = read_csf(cut(pdf_of(PLACES), "right", 1 - width / 612))

    assert state_of(found, "neighborhood") == ("SAN MIGUEL CHAPULTEPEC SEGUNDA SECCION", ValueState.DOUBTFUL)
    assert state_of(found, "municipality")[1] in (ValueState.DOUBTFUL, ValueState.NOT_FOUND)
    assert state_of(found, "postal_code") == ("37000", ValueState.READ)
    assert PARTIAL in found.remarks[0]
    assert "orilla" in found.value("neighborhood").doubt


def test_a_value_that_vanished_is_not_called_empty() -> None:
    found = read_csf(cut(pdf_of(Csf()), "right", 1 - 470 / 612))

    assert state_of(found, "municipality") == ("", ValueState.NOT_FOUND)
    assert PARTIAL in found.remarks[0]


@pytest.mark.parametrize("csf", [Csf(), PERSON], ids=["company", "person"])
def test_labels_that_are_cut_keep_values_apart(csf: Csf) -> None:
    found = read_csf(cut(pdf_of(csf), "left", 70 / 612))

    assert state_of(found, "state") == ("GUANAJUATO", ValueState.DOUBTFUL)
    assert state_of(found, "reference") == ("Entre HIDALGO y MORELOS", ValueState.DOUBTFUL)
    assert state_of(found, "interior_number") == ("", ValueState.NOT_FOUND)
    assert state_of(found, "municipality") == ("LEON", ValueState.READ)


@pytest.mark.parametrize("scale", [1.05, 1.1, 1.2])
def test_a_page_that_is_printed_too_large_is_read(scale: float) -> None:
    found = read_csf(pdf_of(replace(PLACES, layout=Layout(scale=scale))))

    assert found.text("municipality") == "SAN PEDRO TLAQUEPAQUE"
    assert (found.regimes, found.unknown_regimes) == (("601",), ())


def test_an_edge_beyond_which_nothing_is_left_makes_its_neighbours_doubtful() -> None:
    """Some programs that cut pages drop what stood outside, and the last word says no more that it was."""
    canvas = Canvas()
    for number, line in enumerate(
        (
            "CONSTANCIA DE SITUACIÓN FISCAL",
            "Datos de Identificación del Contribuyente:",
            "RFC: PNA190312AB1",
            "Denominación/Razón Social: PANADERÍA",
            "Estatus en el padrón: ACTIVO",
            "Datos del domicilio registrado",
            "Código Postal: 37000",
            "Nombre de la Colonia: SAN MIGUEL CHAPULTEPEC",
            "Nombre del Municipio o Demarcación Territorial: SAN PEDRO TLAQUEP",
        )
    ):
        canvas.text(43, 100 + 20 * number, line)

    found = read_csf(canvas.pdf(crop="0 0 300 792"))

    assert "orilla" in found.value("municipality").doubt
    assert "orilla" in found.value("neighborhood").doubt
    assert "orilla" not in found.value("postal_code").doubt
    assert PARTIAL in found.remarks[0]


def test_little_text_is_not_called_none() -> None:
    canvas = Canvas()
    canvas.text(43, 100, "Recibido en ventanilla")

    found = read_csf(canvas.pdf())

    assert (found.ok, found.code) == (False, "little_text")
    assert "muy poco texto" in found.message
