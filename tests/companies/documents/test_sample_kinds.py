"""Each kind of sample carries what the SAT asks of it: complements, codes, words."""

import re
from collections.abc import Callable

import pytest
import zxingcpp

from companies.documents import SampleInvoice, sample_invoice_pdf
from companies.models import Company
from tests.companies.documents import reading
from tests.companies.documents.test_sample import KINDS, POSITIONS, text_of


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "donation",
            ["Donatarias 1.1", "Núm. de autorización", "Fecha de autorización", "ampara un donativo"],
        ),
        ("lease", ["Cuenta predial: 000000000000"]),
        (
            "waybill",
            [
                "IdCCP: CCC00000-0000-0000-0000-000000000000",
                "Mercancías",
                "Material peligroso",
                "Peso bruto total: 80 kg",
                "Número total de mercancías: 1",
                "01 · Operador",
                "Licencia EJE00000000",
                "Seguro (resp. civil)",
                "Póliza 000000000",
                "Permiso SCT",
                "OR000001",
                "DE000001",
            ],
        ),
        ("payroll", ["Registro patronal", "01 · Contrato de trabajo por tiempo indeterminado"]),
        ("payment", ["Objeto de impuesto: 02 · Sí objeto de impuesto"]),
        ("invoice", ["Objeto de impuesto: 02 · Sí objeto de impuesto"]),
    ],
)
def test_a_kind_carries_what_the_sat_asks_of_it(
    sample: Callable[..., SampleInvoice], kind: str, words: list[str]
) -> None:
    text = text_of(sample(kind=kind))

    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_the_receiver_s_regime_and_the_object_of_tax_in_words(
    sample: Callable[..., SampleInvoice], kind: str
) -> None:
    invoice = sample(kind=kind)
    text = text_of(invoice)

    assert "Régimen fiscal" in [entry.label for entry in invoice.receiver.entries]
    assert re.findall(r"Objeto de impuesto: \d\d(?! · (?:No|Sí) objeto)", text) == []


def test_whoever_moves_its_own_goods_is_the_receiver_with_its_own_regime(
    told: Company, sample: Callable[..., SampleInvoice]
) -> None:
    receiver = sample(kind="waybill").receiver

    assert receiver.name == told.name
    assert {entry.label: entry.text for entry in receiver.entries}["Régimen fiscal"].startswith("601 · ")


@pytest.mark.parametrize("position", POSITIONS)
def test_a_telephone_reads_both_codes_of_a_carta_porte(
    sample: Callable[..., SampleInvoice], position: str
) -> None:
    invoice = sample(position, "waybill")
    (page,) = reading.drawn(sample_invoice_pdf(invoice), scale=3)

    found = {code.text for code in zxingcpp.read_barcodes(page)}

    assert invoice.complement is not None
    assert found == {invoice.verification_url, invoice.complement.verification_url}
    assert re.fullmatch(
        r"https://verificacfdi\.facturaelectronica\.sat\.gob\.mx/verificaccp/default\.aspx"
        r"\?IdCCP=CCC[0-9A-F]{5}(-[0-9A-F]{4}){3}-[0-9A-F]{12}&FechaOrig=[\dT:-]{19}&FechaTimb=[\dT:-]{19}",
        invoice.complement.verification_url,
    )


def test_documents_are_set_in_the_sans_of_the_site_s_pages(sample: Callable[..., SampleInvoice]) -> None:
    pdf = sample_invoice_pdf(sample())

    assert b"SourceSans3" in pdf
    assert b"Libertinus" not in pdf
