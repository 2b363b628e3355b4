"""The sample invoice shows the company's own data, whatever they are, and never counts as an invoice."""

import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
import time_machine
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.documents import SampleInvoice, sample_for, sample_invoice_pdf, sample_invoice_svg
from companies.models import Company, DocumentType, Logo, User
from tests.companies.documents import reading
from tests.companies.documents.conftest import add_logo

KINDS = [kind.value for kind in DocumentType.Kind]
POSITIONS = [position.value for position in Logo.Position]


def text_of(invoice: SampleInvoice) -> str:
    return " ".join(reading.pages(sample_invoice_pdf(invoice)))


def strings(value: object) -> Iterator[str]:
    """Every text that the page is made of, but the address behind the QR and the logo."""
    if isinstance(value, str):
        yield from value.split("\n")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from strings(inner) if name not in ("position", "logo", "verification_url") else ()
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def bare(text: str) -> str:
    """Without blanks, which a line's end swallows, and in capitals, as labels are printed."""
    return re.sub(r"\s", "", text).upper()


@time_machine.travel(datetime(2026, 11, 22, 18, 30, tzinfo=UTC), tick=False)
def test_the_pdf_holds_every_field(sample: Callable[..., SampleInvoice]) -> None:
    text = text_of(sample())

    for field in (
        "SIN VALIDEZ FISCAL",
        "FACTURA",
        "CFDI 4.0",
        "PANADERÍA LA ÑAPA",
        "RFC: PNA190312AB1",
        "Régimen fiscal: 601 · General de Ley Personas Morales",
        "AVENIDA PEÑA 1234 Int. 3-B, Col. JARDINES DEL MORAL, C.P. 37160, LEÓN DE LOS ALDAMA, LEÓN",
        "Expedido en: CALLE MADERO 56, Col. CENTRO, C.P. 37000, LEÓN, GUANAJUATO",
        "477 123 4567",
        "Serie y folio INV 101",
        "Lugar de expedición 37000",
        "2026-11-22T12:30:00",
        "I · Ingreso",
        "00000000-0000-0000-0000-000000000000",
        "CLIENTE DE EJEMPLO",
        "G03 · Gastos en general",
        "03 · Transferencia electrónica de fondos",
        "PUE · Pago en una sola exhibición",
        "MXN · Peso Mexicano",
        "44121600",
        "H87 · Pieza",
        "Objeto de impuesto: 02",
        "Subtotal $6,560.00",
        "IVA 16 % $1,049.60",
        "Total $7,609.60",
        "SIETE MIL SEISCIENTOS NUEVE PESOS 60/100 M.N.",
        "Sello digital del CFDI",
        "Sello digital del SAT",
        "Cadena original del complemento de certificación digital del SAT",
        "||1.1|00000000-0000-0000-0000-000000000000|2026-11-22T12:30:00|",
    ):
        assert field in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("position", POSITIONS)
def test_each_kind_is_drawn_on_one_page_with_the_logo_in_each_position(
    sample: Callable[..., SampleInvoice], position: str, kind: str
) -> None:
    invoice = sample(position, kind)

    (page,) = reading.pages(sample_invoice_pdf(invoice))
    svg = ET.fromstring(sample_invoice_svg(invoice))  # noqa: S314 (our own)

    assert DocumentType.Kind(kind).label.upper() in page
    assert f"{kind[:3].upper()} 101" in page
    assert "SIN VALIDEZ FISCAL" in page
    assert [part for part in strings(asdict(invoice)) if bare(part) not in bare(page)] == []
    assert svg.get("viewBox") == "0 0 612 792"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("credit_note", ["E · Egreso", "01 · Nota de crédito de los documentos relacionados"]),
        ("debit_note", ["I · Ingreso", "02 · Nota de débito"]),
        ("waybill", ["T · Traslado", "Carta Porte 3.1", "S01 · Sin efectos fiscales", "Origen"]),
        ("payment", ["P · Pago", "Recepción de pagos 2.0", "CP01 · Pagos", "Parcialidad"]),
        ("payroll", ["N · Nómina", "Percepciones", "Deducciones", "CN01 · Nómina", "Neto por pagar"]),
        ("donation", ["84101600", "Donativo", "Total $5,000.00"]),
        ("lease", ["Renta", "IVA 16 % $2,400.00", "Total $17,400.00"]),
        ("anything else", ["FACTURA", "Total $7,609.60"]),
    ],
)
def test_a_kind_shows_what_is_its_own(
    sample: Callable[..., SampleInvoice], kind: str, words: list[str]
) -> None:
    text = text_of(sample(kind=kind))

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("regime", "withheld", "total"),
    [("612", "ISR retenido 10 %", "$11,440.00"), ("626", "ISR retenido 1.25 %", "$12,490.00")],
)
def test_taxes_are_withheld_from_a_persons_fees(
    other_issuer: User, regime: str, withheld: str, total: str
) -> None:
    assert other_issuer.company is not None
    other_issuer.company.tax_regime = regime

    text = text_of(sample_for(other_issuer.company, position="left", kind="fees"))

    assert withheld in text
    assert "IVA retenido 10.6667 % −$1,280.00" in text
    assert f"Total {total}" in text


def test_what_the_company_has_not_told_has_gentle_placeholders(company: Company) -> None:
    text = text_of(sample_for(company, position="center", kind="invoice"))

    for placeholder in ("Su logotipo", "Su régimen fiscal", "Su calle y número", "Su código postal"):
        assert placeholder in text
    assert "None" not in text


def test_a_logo_whose_file_is_gone_does_not_break_the_page(told: Company) -> None:
    Logo.objects.get(company=told).image.storage.delete(Logo.objects.get(company=told).image.name or "")

    assert "Su logotipo" in text_of(sample_for(told, position="left", kind="invoice"))


@pytest.mark.parametrize("size", [(800, 16), (16, 800), (1, 1), (800, 800)])
def test_a_logo_of_any_shape_fits(company: Company, size: tuple[int, int]) -> None:
    add_logo(company, size)

    for position in POSITIONS:
        assert (
            len(reading.pages(sample_invoice_pdf(sample_for(company, position=position, kind="invoice"))))
            == 1
        )


@pytest.mark.parametrize("name", ["Ñ" * 300, "COMERCIALIZADORA Ñ " * 16, "W" * 300])
def test_a_name_of_300_characters_does_not_break_the_page(told: Company, name: str) -> None:
    told.name = name[:300]

    for position in POSITIONS:
        (page,) = reading.pages(sample_invoice_pdf(sample_for(told, position=position, kind="invoice")))
        assert told.name.replace(" ", "") in page.replace(" ", "")
        assert "Total $7,609.60" in page


def test_forty_concepts_go_on_to_further_pages(sample: Callable[..., SampleInvoice]) -> None:
    invoice = sample()
    (table,) = invoice.tables
    rows = tuple((f"{number:08}", *row[1:]) for number, row in enumerate((table.rows * 14)[:40]))

    invoice = replace(invoice, tables=(replace(table, rows=rows),))
    pages = reading.pages(sample_invoice_pdf(invoice))

    whole = " ".join(pages)
    assert [f"{number:08}" for number in range(40) if f" {number:08} " not in whole] == []
    assert all("SIN VALIDEZ FISCAL" in page and f"de {len(pages)}" in page for page in pages)
    assert "Total $7,609.60" in whole
    assert "Sello digital del SAT" in pages[-1]
    assert sample_invoice_svg(invoice).startswith(b"<svg")


def test_the_qr_leads_to_the_sats_verification_page(sample: Callable[..., SampleInvoice]) -> None:
    invoice = sample()

    assert invoice.verification_url.startswith(
        "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"
        "?id=00000000-0000-0000-0000-000000000000&re=PNA190312AB1&rr=EJE010101AB1&tt=7609.60&fe="
    )


def test_a_telephone_reads_the_qr_on_the_page(sample: Callable[..., SampleInvoice]) -> None:
    invoice = sample()
    (page,) = reading.drawn(sample_invoice_pdf(invoice), scale=3)

    (found,) = zxingcpp.read_barcodes(page)

    assert found.text == invoice.verification_url


def test_an_rfc_with_an_ampersand_or_an_ñ_stays_whole_in_the_qr(company: Company) -> None:
    company.rfc = "Ñ&A190312AB1"

    url = sample_for(company, position="left", kind="invoice").verification_url

    assert "re=%C3%91%26A190312AB1&" in url


def test_the_company_is_data_and_never_a_command(company: Company) -> None:
    company.name = '#panic("x") *negritas* $x$ <a> @b \\ " ] } // --- ~'

    assert company.name in text_of(sample_for(company, position="left", kind="invoice"))


def test_no_string_breaks_the_page(company: Company) -> None:
    chance = random.Random(20261122)  # noqa: S311
    odd = [
        "\x00\x07\x1b",
        "\ud800",
        "\u202e\u2066",
        "\ufffe",
        "😀",
        "漢字",
        "e\u0301",
        "\r\n\t",
        "\u2028",
        "ﷺ",
    ]

    for _ in range(40):
        wide = "".join(chr(chance.choice([0x17F, 0x3000, 0x10FFFF])) for _ in range(chance.randrange(9)))
        company.name = "A" + chance.choice(odd) + wide
        invoice = sample_for(company, position="left", kind="invoice")
        assert sample_invoice_svg(invoice)
        assert sample_invoice_pdf(invoice)


def test_the_pdf_is_tagged_titled_and_carries_its_fonts(sample: Callable[..., SampleInvoice]) -> None:
    pdf = sample_invoice_pdf(sample())

    assert reading.metadata(pdf)["Title"] == "Muestra de Factura, sin validez fiscal"
    assert reading.metadata(pdf)["Author"] == "PANADERÍA LA ÑAPA"
    assert b"pdfuaid:part" in pdf
    assert pdf.count(b"/FontFile3") + pdf.count(b"/FontFile2") >= 2


def test_the_svg_needs_nothing_from_elsewhere(sample: Callable[..., SampleInvoice]) -> None:
    svg = sample_invoice_svg(sample()).decode()

    assert "<script" not in svg
    assert "@import" not in svg
    assert all(link.startswith(("#", "data:image/")) for link in re.findall('href="([^"]*)"', svg))


def test_it_takes_three_queries(told: Company) -> None:
    company = Company.objects.get(pk=told.pk)

    with CaptureQueriesContext(connection) as queries:
        sample_for(company, position="left", kind="invoice")

    assert len(queries) == 3


def test_threads_draw_at_the_same_time(sample: Callable[..., SampleInvoice]) -> None:
    invoice = sample()
    invoices = [replace(invoice, in_words=f"LETRA {number}") for number in range(12)]

    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(sample_invoice_pdf, invoices))

    for number, pdf in enumerate(drawn):  # pypdfium2 is not for threads
        assert f"LETRA {number} " in reading.pages(pdf)[0]
