"""Papers drawn by typst with the company's own data: the sample invoice, the manual, the acta."""

from companies.papers.building import sample_for
from companies.papers.guide import Guide, GuideField, GuideStep, guide_pdf
from companies.papers.manual import ManifestManual, manifest_manual_pdf, manual_for
from companies.papers.record import Chapter, ConfigurationRecord, Pending, record_pdf
from companies.papers.sample import SampleInvoice, sample_invoice_pdf, sample_invoice_svg

__all__ = [
    "Chapter",
    "ConfigurationRecord",
    "Guide",
    "GuideField",
    "GuideStep",
    "ManifestManual",
    "Pending",
    "SampleInvoice",
    "guide_pdf",
    "manifest_manual_pdf",
    "manual_for",
    "record_pdf",
    "sample_for",
    "sample_invoice_pdf",
    "sample_invoice_svg",
]
