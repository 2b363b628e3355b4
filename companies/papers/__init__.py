"""Papers drawn by typst with the company's own data: the sample invoice and the Carta Manifiesto's manual."""

from companies.papers.building import sample_for
from companies.papers.manual import ManifestManual, manifest_manual_pdf, manual_for
from companies.papers.sample import SampleInvoice, sample_invoice_pdf, sample_invoice_svg

__all__ = [
    "ManifestManual",
    "SampleInvoice",
    "manifest_manual_pdf",
    "manual_for",
    "sample_for",
    "sample_invoice_pdf",
    "sample_invoice_svg",
]
