"""A Constancia whose pages come in another order, behind a cover or with another document."""

from io import BytesIO
from itertools import permutations

import pypdfium2 as pdfium
import pytest

from companies.csf.page_order import first_page, in_order
from companies.csf.placed_words import PdfText
from companies.csf.reading import read_csf
from tests.companies.csf.constancias import Csf, Layout
from tests.companies.csf.documents import lines_of
from tests.companies.csf.pdfs import pdf_of

FORMER = ("Régimen General de Ley Personas Morales", "01/01/2010", "31/12/2021")
PRESENT = ("Régimen Simplificado de Confianza", "01/01/2022", "")


def arranged(order: list[int], *files: bytes) -> bytes:
    """The pages of all files, in another order."""
    made, pages = pdfium.PdfDocument.new(), pdfium.PdfDocument.new()
    for file in files:
        pages.import_pages(pdfium.PdfDocument(file))
    made.import_pages(pages, order)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("order", [list(order) for order in permutations(range(3))], ids=str)
def test_it_says_the_same_in_any_order(order: list[int]) -> None:
    data = pdf_of(Csf())

    assert read_csf(arranged(order, data)) == read_csf(data)


def test_a_table_that_goes_on_overleaf_is_put_together_again() -> None:
    layout = Layout(new_page_for_regimes=True, break_inside_regimes=True)
    data = pdf_of(Csf(regimes=(FORMER, PRESENT), layout=layout))
    count = len(pdfium.PdfDocument(data))

    assert read_csf(arranged([*range(count)][::-1], data)).regimes == ("626",)


def test_a_cover_stays_outside_wherever_it_lies() -> None:
    data = pdf_of(Csf(layout=Layout(cover="ACUSE DE ACTUALIZACIÓN RFC: AAA010101AAA Nombre: OTRA")))

    assert read_csf(data) == read_csf(arranged([3, 2, 1, 0], data)) == read_csf(pdf_of(Csf()))


def test_pages_without_a_number_are_turned_round_by_their_chain() -> None:
    pages = "\n".join(line for line in lines_of(Csf()) if not line.startswith("Página")).split("\f")
    text = PdfText.of_text("\f".join(pages[::-1]))

    assert in_order(text) == PdfText.of_text("\f".join(pages))


def test_two_constancias_in_one_file_are_not_shuffled() -> None:
    """Both are numbered from 1 to 3; what both say is offered, the first one's first."""
    both = arranged([*range(6)], pdf_of(Csf()), pdf_of(Csf(regimes=(PRESENT,))))

    assert read_csf(both).regimes == ("601", "626")


def test_another_documents_page_number_is_no_reason_to_take_it() -> None:
    cover, own = "Informe. Página 2 de 7", "Datos de Identificación del Contribuyente: Página 1 de 1"

    assert in_order(PdfText.of_text(f"{cover}\f{own}")).pages == PdfText.of_text(f"{cover}\f{own}").pages[1:]


def test_the_first_page_is_found_behind_a_cover() -> None:
    cover = "Le enviamos su Constancia de Situación Fiscal"

    assert first_page([cover, "Datos de Identificación del Contribuyente"]) == 1
    assert first_page([cover, "otra cosa"]) == 0
    assert first_page(["", "otra cosa"]) is None
