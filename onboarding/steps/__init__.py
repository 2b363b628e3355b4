"""The pages of the wizard, in order: the order is the product.

A new step is one file beside this one, one import and one line in `STEPS`; see docs/adding-a-step.md.
"""

from onboarding.steps.aviso_de_privacidad import step as aviso_de_privacidad
from onboarding.steps.base import Step
from onboarding.steps.carta_manifiesto import step as carta_manifiesto
from onboarding.steps.correo import step as correo
from onboarding.steps.datos_fiscales import step as datos_fiscales
from onboarding.steps.direccion_de_emision import step as direccion_de_emision
from onboarding.steps.direccion_fiscal import step as direccion_fiscal
from onboarding.steps.documentos import step as documentos
from onboarding.steps.logotipo import step as logotipo
from onboarding.steps.sellos import step as sellos
from onboarding.steps.terminar import step as terminar
from onboarding.steps.usuario import step as usuario

STEPS: tuple[Step, ...] = (
    aviso_de_privacidad,
    carta_manifiesto,
    datos_fiscales,
    direccion_fiscal,
    direccion_de_emision,
    usuario,
    logotipo,
    sellos,
    correo,
    documentos,
    terminar,
)
