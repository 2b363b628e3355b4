"""The Constancia de Situación Fiscal, as a file that the issuer lends us for a moment."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from companies.csf.constancia import Constancia
from companies.csf.reading import MAX_BYTES, MAX_PAGES, CsfRefused, read
from companies.models import Company
from facturamos.forms import PageForm

GET_IT = (
    "Descárguela del portal del SAT («Genera tu Constancia de Situación Fiscal») y súbala tal como llega."
)
MESSAGES = {
    "empty": f"El archivo está vacío. {GET_IT}",
    "too_big": f"El archivo pesa más de {MAX_BYTES // 1024**2} MB; el del SAT pesa mucho menos. {GET_IT}",
    "picture": f"Esto es una foto o una imagen, y de ella no podemos leer los datos. {GET_IT}",
    "not_pdf": f"Este archivo no es un PDF. {GET_IT}",
    "scan": f"Este PDF es una foto o un escaneo: no contiene texto que podamos leer. {GET_IT}",
    "password": f"Este PDF está protegido con contraseña. {GET_IT}",
    "broken": f"Este PDF está dañado o incompleto. {GET_IT}",
    "too_long": f"Este PDF tiene más de {MAX_PAGES} hojas y no parece una constancia. {GET_IT}",
    "too_slow": f"No pudimos leer este PDF a tiempo. {GET_IT}",
    "unavailable": "No pudimos revisar el archivo en este momento. Vuelva a subirlo en un minuto.",
    "other_pdf": f"Este PDF no es una Constancia de Situación Fiscal. {GET_IT}",
    "rfc_disagrees": "El RFC no es el mismo en todas las partes de este PDF y no podemos confiar en él. "
    f"{GET_IT}",
    "other_rfc": "Esta constancia es de otro RFC, no del de su empresa. Suba la de su empresa o, si su RFC "
    "está mal escrito, corríjalo primero en el paso 4.",
}


class ConstanciaForm(PageForm, forms.Form):
    """One PDF; its value is what it says. Without `company`, which is yet to be, it may be anybody's."""

    file = forms.FileField(
        label="Constancia de Situación Fiscal (PDF)",
        help_text=f"El PDF del SAT, de hasta {MAX_BYTES // 1024**2} MB. Lo leemos y no lo guardamos.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"required": "Falta «Constancia de Situación Fiscal (PDF)». Elija el archivo."},
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, company: Company | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean_file(self) -> Constancia:
        """What the file says, if it is the company's own constancia, where there is a company."""
        try:
            constancia = read(self.cleaned_data["file"].read())
            if self.company and constancia.rfc != self.company.rfc:
                raise CsfRefused("other_rfc")
        except CsfRefused as refused:
            raise ValidationError(MESSAGES[refused.code], code=refused.code) from None
        return constancia
