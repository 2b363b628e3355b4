"""Adding an authority: the file, then what it says with the reason for trusting it."""

import base64
import binascii

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from certificates.authorities import trust
from certificates.authorities.proposed import AuthorityRefused, ProposedAuthority, propose
from certificates.file_types import MAX_BYTES
from certificates.models import SatAuthority
from facturamos.admin.actions import ReasonedConfirmation
from facturamos.forms import PageForm
from facturamos.prose import day


def read_authority(data: bytes) -> ProposedAuthority:
    """What an uploaded file would add. Raises ValidationError, which says why it would not."""
    known = trust.authorities()
    try:
        proposed = propose(data, trust.roots(), known)
    except AuthorityRefused as refused:
        raise ValidationError(str(refused)) from None
    row = SatAuthority.objects.filter(sha256=proposed.sha256).first()
    if row and row.withdrawn_at:
        raise ValidationError(
            f"Se retiró el {day(row.withdrawn_at)}. Si debe contar otra vez, ábrala en la lista y elija "
            "«Volver a aceptar»."
        )
    if proposed.sha256 in {authority.sha256 for authority in (*trust.roots().known, *known.known)}:
        raise ValidationError(f"Ya conocemos esta autoridad, «{proposed.name}»: no hace falta agregarla.")
    return proposed


class AuthorityFileForm(PageForm, forms.Form):
    """The first page: the file."""

    file = forms.FileField(
        label="Certificado de la autoridad (.cer)",
        allow_empty_file=True,
        error_messages={"required": "Elija el certificado de la autoridad."},
        help_text="Como lo publica el SAT o Banco de México. Antes de agregarla verá qué dice y su huella.",
    )

    def clean_file(self) -> ProposedAuthority:
        """The authority that the file describes. Refuses whatever is not one of the SAT's."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        # One byte more than is allowed, so that too big a file is seen to be so.
        return read_authority(bytes(file.read(MAX_BYTES + 1)))


class AuthorityConfirmation(ReasonedConfirmation):
    """The second page: the reason. The certificate travels in the page, being public, and is read again."""

    certificate = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def about(cls, proposed: ProposedAuthority) -> "AuthorityConfirmation":
        """The empty form for what the first page has read."""
        return cls(initial={"certificate": base64.b64encode(proposed.certificate.der).decode()})

    def clean_certificate(self) -> ProposedAuthority:
        """The same, from the hidden field that came back with the page."""
        try:
            data = base64.b64decode(self.cleaned_data["certificate"], validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError("El certificado no llegó completo. Elíjalo otra vez.") from None
        return read_authority(data)
