"""The company's own document as its customers will see it: which one, and where its logo stands."""

from companies.documents import SampleInvoice, sample_for, sample_invoice_pdf
from companies.models import DocumentType
from companies.signed_in import IssuerRequest
from onboarding.documents.registry import Pdf, document
from onboarding.steps.logotipo import kind_asked, position_asked


def sample_of(request: IssuerRequest) -> SampleInvoice:
    """The sample that the page's choices ask for."""
    position = position_asked(request.GET.get("posicion", ""), request.company)
    return sample_for(request.company, position=position, kind=_kind(request))


def _kind(request: IssuerRequest) -> DocumentType.Kind:
    return kind_asked(request.GET.get("documento", ""))


@document("muestra_pdf", at="configuracion/logotipo/factura.pdf")
def sample_pdf(request: IssuerRequest) -> Pdf:
    """The sample with all its pages; as a picture it is a view's."""
    return Pdf(f"muestra-{_kind(request).label.lower()}.pdf", sample_invoice_pdf(sample_of(request)))
