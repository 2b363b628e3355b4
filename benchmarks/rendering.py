"""The sample invoice as SVG and PDF, beside satcfdi's HTML and PDF of the same CFDI; and the test invoice.

Both draw an income with the same issuer, receiver, three concepts, stamp, seals and QR. They take turns in
one process; each round is another company's, as on the site.

Their HTML is a template filled in, which a browser still has to lay out: it stands beside our SVG without a
mark. Their PDF is a page laid out, as ours is.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from lxml import etree
from satcfdi.cfdi import CFDI
from satcfdi.create.cfd import cfdi40
from satcfdi.render import html_str, pdf_bytes

from benchmarks.documents import other, told_company
from benchmarks.figures import Figure, median, milliseconds, sized
from certificates.test_invoice import cfdi
from certificates.test_invoice.issuer import InvoiceIssuer
from certificates.test_invoice.stages import make_test_invoice
from certificates.x509 import certificate as cer
from certificates.x509 import key_header, private_key
from companies.documents import SampleInvoice, sample_for, sample_invoice_pdf, sample_invoice_svg
from companies.documents.sample_data import SAMPLE_CERTIFICATE, SAMPLE_SEAL
from companies.documents.sample_parts import SAMPLE_UUID
from tests.authority import known_ca

ROUNDS = sized(6, 2)
STAMP = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
CONCEPTS = (
    ("44121600", 20, "H87", "Producto de ejemplo: paquete de papel carta, 500 hojas", "124.00"),
    ("80101500", 6, "HUR", "Servicio de ejemplo: asesoría a su negocio", "650.00"),
    ("78102203", 1, "E48", "Envío a domicilio", "180.00"),
)


def run() -> Iterator[Figure]:
    """Milliseconds of each, the medians of rounds that take turns, and how often ours fits into theirs."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        ours = sample_for(told_company(), position="left", kind="invoice")
        transaction.set_rollback(True)
    pairs = [(other(ours, number), receipt(number)) for number in range(2 * ROUNDS)]
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    yield compared("svg_beside_html", sample_invoice_svg, html_str, pairs[:ROUNDS])
    yield compared("pdf_beside_pdf", sample_invoice_pdf, pdf_bytes, pairs[ROUNDS:], at_least=5)
    yield test_invoice()


def compared(
    name: str,
    ours: Callable[[SampleInvoice], object],
    theirs: Callable[[Any], object],
    pairs: list[tuple[SampleInvoice, Any]],
    at_least: float | None = None,
) -> Figure:
    """The medians without the first round, which warms up."""
    timed = [(milliseconds(partial(ours, mine)), milliseconds(partial(theirs, his))) for mine, his in pairs][
        1:
    ]
    mine, his = (median(list(column)) for column in zip(*timed, strict=True))
    details = {"ours_ms": mine, "satcfdi_ms": his}
    return Figure(name, round(his / mine, 1), "×", at_least=at_least, details=details)


def receipt(number: int) -> CFDI:
    """The same invoice as satcfdi knows it, stamped with the same made-up seals."""
    made = cfdi40.Comprobante(
        emisor=cfdi40.Emisor(rfc="PNA190312AB1", nombre=f"EMPRESA {number}", regimen_fiscal="601"),
        lugar_expedicion="37000",
        receptor=cfdi40.Receptor("EJE010101AB1", "CLIENTE DE EJEMPLO", "06600", "601", "G03"),
        conceptos=[
            cfdi40.Concepto(
                clave_prod_serv=key,
                cantidad=Decimal(quantity),
                clave_unidad=unit,
                descripcion=description,
                valor_unitario=Decimal(price),
                impuestos=cfdi40.Impuestos(traslados=cfdi40.Traslado("002", "Tasa", cfdi.VAT)),
            )
            for key, quantity, unit, description, price in CONCEPTS
        ],
        forma_pago="03",
        metodo_pago="PUE",
        serie="A",
        folio=str(101 + number),
        fecha=datetime(2026, 11, 22, 12, 30),  # noqa: DTZ001 (a CFDI's times have no zone)
    )
    made["NoCertificado"], made["Certificado"], made["Sello"] = SAMPLE_CERTIFICATE, "", SAMPLE_SEAL
    tree = made.to_xml()
    stamp = etree.SubElement(etree.SubElement(tree, f"{{{tree.nsmap['cfdi']}}}Complemento"), STAMP)
    said = {
        "Version": "1.1",
        "UUID": SAMPLE_UUID,
        "FechaTimbrado": "2026-11-22T12:31:00",
        "RfcProvCertif": "PPR010101AA1",
        "SelloCFD": SAMPLE_SEAL,
        "NoCertificadoSAT": SAMPLE_CERTIFICATE,
        "SelloSAT": SAMPLE_SEAL,
    }
    for name, value in said.items():
        stamp.set(name, value)
    return CFDI.from_xml(tree)


def test_invoice() -> Figure:
    """A whole test: key opened, XML built, validated, sealed, verified. The schema is compiled once."""
    now = timezone.now()
    pair = known_ca().issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA", valid_from=now - timedelta(days=90))
    certificate = cer.load(pair.certificate)
    issuer = InvoiceIssuer("PNA190312AB1", "PANADERÍA LA ÑAPA", "601", "37000")

    def whole(moment: datetime) -> None:
        opened = lambda: private_key.open_with(key_header.read(pair.key), pair.password).key  # noqa: E731
        assert make_test_invoice(issuer, certificate, opened, moment).ok

    first, *times = (
        milliseconds(partial(whole, now + timedelta(seconds=number))) for number in range(sized(40, 2))
    )
    return Figure("test_invoice", median(times), "ms", details={"first_ms": round(first, 1)})
