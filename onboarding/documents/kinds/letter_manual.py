"""The manual that leads a company through signing its Carta Manifiesto."""

from companies.documents import manifest_manual_pdf, manual_for
from companies.signed_in import IssuerRequest
from onboarding.documents.registry import Pdf, document
from onboarding.steps import STEPS
from onboarding.steps.carta_manifiesto import ManifestLetterStep
from onboarding.wizard import stepper


@document("carta_manual", at="configuracion/carta-manifiesto/manual.pdf")
def letter_manual(request: IssuerRequest) -> Pdf:
    """Made for this company, with the PAC and the support of the settings."""
    manual = manual_for(request.company, step=stepper.place_of(ManifestLetterStep.slug, STEPS))
    return Pdf(f"manual-carta-manifiesto-{request.company.rfc}.pdf", manifest_manual_pdf(manual))
