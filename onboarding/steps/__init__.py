"""The pages of the wizard, in order: the order is the product.

A new step is one file beside this one and its class in `STEPS`; see docs/recipes.md.
"""

from onboarding.steps.aviso_de_privacidad import PrivacyNoticeStep
from onboarding.steps.carta_manifiesto import ManifestLetterStep
from onboarding.steps.correo import MailboxStep
from onboarding.steps.datos_fiscales import FiscalDataStep
from onboarding.steps.direccion_de_emision import IssuingAddressStep
from onboarding.steps.direccion_fiscal import FiscalAddressStep
from onboarding.steps.documentos import DocumentsStep
from onboarding.steps.logotipo import LogoStep
from onboarding.steps.sellos import CsdStep
from onboarding.steps.terminar import FinishStep
from onboarding.steps.usuario import UserStep
from onboarding.wizard.step import Steps

STEPS: Steps = (
    PrivacyNoticeStep(),
    ManifestLetterStep(),
    FiscalDataStep(),
    FiscalAddressStep(),
    IssuingAddressStep(),
    UserStep(),
    LogoStep(),
    CsdStep(),
    MailboxStep(),
    DocumentsStep(),
    FinishStep(),
)
