"""Documents drawn by typst with the company's own data: the sample invoice, the manual, the guide."""

from companies.documents.guide import Guide, GuideField, GuideNote, GuideStep, guide_pdf
from companies.documents.manual import ManifestManual, manifest_manual_pdf, manual_for
from companies.documents.sample import SampleInvoice, sample_invoice_pdf, sample_invoice_svg
from companies.documents.sample_data import sample_for

__all__ = [
    "Guide",
    "GuideField",
    "GuideNote",
    "GuideStep",
    "ManifestManual",
    "SampleInvoice",
    "guide_pdf",
    "manifest_manual_pdf",
    "manual_for",
    "sample_for",
    "sample_invoice_pdf",
    "sample_invoice_svg",
]
