"""The constancia of a Carta Manifiesto that was signed on its page."""

from django.http import Http404

from certificates.letter import evidence
from certificates.models import LetterSignature
from companies.signed_in import IssuerRequest
from onboarding.documents.registry import Pdf, document


@document("carta_constancia", at="configuracion/carta-manifiesto/constancia.pdf")
def letter_signature(request: IssuerRequest) -> Pdf:
    """Of the latest signature: who signed what, and how that is verified. A delegate has only its own."""
    signatures = LetterSignature.objects.filter(company=request.company)
    if asked := request.delegate:
        own = {"sent_by": asked.signature[:300], "user": None, "signed_at__gte": asked.since}
        signatures = signatures.filter(**own)
    signature = signatures.select_related("company", "user").first()
    if signature is None:
        raise Http404("nothing was signed here")
    name = f"constancia-de-firma-{request.company.rfc}.pdf"
    return Pdf(name, evidence.constancia(signature))
