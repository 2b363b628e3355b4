"""The Constancia de Situación Fiscal, as a file that the issuer lends us for a moment."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from companies.csf import misread
from companies.csf.messages import MAX_BYTES, REFUSED
from companies.csf.result import CsfResult
from companies.csf.uploads import read_upload
from companies.limits import CSF_UPLOADS, TOO_MANY_FILES
from companies.models import Company
from facturamos.forms import PageForm


class CsfUploadForm(PageForm, forms.Form):
    """One PDF; its value is what it says. Without `company`, which is yet to be, it may be anybody's."""

    file = forms.FileField(
        label="Constancia de Situación Fiscal (PDF)",
        help_text=f"El PDF del SAT, de hasta {MAX_BYTES // 1024**2} MB. Lo leemos y no lo guardamos. "
        "De una foto de su código QR solo podemos leer de quién es.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf,image/jpeg,image/png"}),
        error_messages={"required": "Falta «Constancia de Situación Fiscal (PDF)». Elija el archivo."},
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, company: Company | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean_file(self) -> CsfResult:
        """What the file says, if it is the company's own constancia, where there is a company."""
        if self.company and not CSF_UPLOADS.take(self.company.pk):
            raise ValidationError(TOO_MANY_FILES, code="too_many")
        csf = read_upload(self.cleaned_data["file"].read())
        # The QR code of a scan or a photograph tells that, too.
        if self.company and csf.rfc:
            if not misread.is_of(csf, self.company.rfc):
                raise ValidationError(REFUSED["other_rfc"], code="other_rfc")
            csf = misread.as_of(csf, self.company.rfc)
        if not csf.ok:
            raise ValidationError(csf.message, code=csf.code)
        return csf
