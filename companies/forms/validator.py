"""Asking the SAT's validator: idCIF and RFC, typed, or read from the QR code of a PDF or a photograph."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from companies.csf import pictures, qr
from companies.csf.reading import read_csf
from companies.csf.validator import is_on
from companies.csf.validator_client import is_id_cif
from companies.forms.fields import MEGABYTE, RFCField
from companies.models import Company
from facturamos.forms import CleanCharField, PageForm

MESSAGES = {
    "too_big": f"El archivo pesa más de {pictures.MAX_BYTES // MEGABYTE} MB. Elija una foto más pequeña.",
    "not_picture": "Elija el PDF de su constancia, o una foto del código QR en JPG o PNG.",
    "too_many_pixels": "La foto es demasiado grande. Tómela con menos megapíxeles, o recorte el código QR.",
    "broken": "No pudimos leer este archivo. Tome otra foto del código QR, o escriba el idCIF y el RFC.",
    "unavailable": "No pudimos revisar el archivo en este momento. Vuelva a subirlo en un minuto.",
    "no_code": "No encontramos en este archivo el código QR del SAT. Tome la foto de cerca, con buena luz y "
    "sin inclinar, o escriba el idCIF y el RFC.",
    "other_rfc": "Ese RFC no es el de su empresa. Si el de su empresa está mal escrito, corríjalo primero en "
    "el paso «Datos fiscales».",
    "id_cif": "El idCIF tiene 11 dígitos. Está en su constancia, arriba, junto al código QR.",
}


class ValidatorForm(PageForm, forms.Form):
    """What identifies the company to the SAT; a file wins over what is typed. Gives `id_cif`."""

    marks_optional = False

    id_cif = CleanCharField(
        label="idCIF",
        required=False,
        max_length=300,
        help_text="Los 11 dígitos que están en su constancia, arriba, junto al código QR.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )
    rfc = RFCField(label="RFC", required=False)
    file = forms.FileField(
        label="O elija un archivo con el código QR",
        required=False,
        allow_empty_file=True,
        help_text="El PDF de su constancia, aunque sea un escaneo, o una foto de ella (JPG o PNG). Leemos el "
        "código y no guardamos el archivo.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(self, *args: object, company: Company, **kwargs: object) -> None:
        # Another form with a file stands on the same page.
        super().__init__(*args, auto_id="sat_%s", **kwargs)
        self.company = company
        self.fields["rfc"].initial = company.rfc

    @classmethod
    def for_company(cls, company: Company | None) -> "ValidatorForm | None":
        """An empty form, where the SAT may be asked about the company."""
        return cls(company=company) if company and is_on() else None

    def clean_id_cif(self) -> str:
        """The digits, without what people write around them; or those of the code's address, pasted whole."""
        typed: str = self.cleaned_data["id_cif"]
        if code := qr.parse(typed):
            return code.id_cif
        return re.sub(r"(?i)\AidCIF|[\W_]", "", typed)

    def clean(self) -> dict[str, object]:
        """Puts what the file says in the place of what was typed, and asks about nobody else."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if cleaned["file"]:
            self._read(cleaned["file"])
        elif not is_id_cif(cleaned["id_cif"]):
            self.add_error("id_cif", ValidationError(MESSAGES["id_cif"], code="id_cif"))
        elif cleaned["rfc"] != self.company.rfc:
            self.add_error("rfc", ValidationError(MESSAGES["other_rfc"], code="other_rfc"))
        return cleaned

    def _read(self, file: "UploadedFile[bytes]") -> None:
        try:
            code = _code_in(file)
        except pictures.PictureRefused as refused:
            return self._bad_file(refused.code)
        if code is None or not is_id_cif(code.id_cif):
            return self._bad_file("no_code")
        if code.rfc != self.company.rfc:
            return self._bad_file("other_rfc")
        self.cleaned_data["id_cif"] = code.id_cif
        return None

    def _bad_file(self, code: str) -> None:
        self.add_error("file", ValidationError(MESSAGES[code], code=code))


def _code_in(file: "UploadedFile[bytes]") -> qr.SatQr | None:
    """Whose the document is, by the SAT's code in it. Raises PictureRefused."""
    data = file.read()
    if pictures.is_picture(data):
        return qr.first(pictures.read_picture(data))
    document = read_csf(data)
    if document.code in ("not_pdf", "picture", "empty"):
        raise pictures.PictureRefused("not_picture")
    return qr.SatQr(document.rfc, document.id_cif) if document.id_cif else None
