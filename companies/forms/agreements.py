"""Steps 2 and 3: the privacy notice and the Carta Manifiesto."""

from datetime import date
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from companies.forms.fields import MEGABYTE, SavesChanges, sha256_of
from companies.limits import LETTER_UPLOADS, TOO_MANY_FILES
from companies.models import Company, ManifestLetter, NoticeAcceptance, PrivacyNotice, User
from facturamos import orphans
from facturamos.forms import PageForm

ACKNOWLEDGEMENT_MEGABYTES = 5
PDF_START = b"%PDF-"
# CFDI exist since 2011; whoever writes an earlier year has slipped.
EARLIEST_LETTER = date(2011, 1, 1)


class PrivacyNoticeForm(PageForm, forms.Form):
    """The check box of step 2. `accepted`: whether the notice in force has been accepted already."""

    accept = forms.BooleanField(
        label="Acepto el aviso de privacidad",
        error_messages={"required": "Para continuar, lea el aviso y marque «Acepto el aviso de privacidad»."},
    )

    def __init__(self, *args: object, accepted: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.initial["accept"] = accepted

    def save(
        self, *, notice: PrivacyNotice, company: Company, user: User, address: str, browser: str
    ) -> NoticeAcceptance:
        """Keeps the evidence; see PrivacyNotice.accept."""
        return notice.accept(company, user, address, browser)


class ManifestLetterForm(PageForm, SavesChanges[ManifestLetter]):
    """The issuer declares that it signed the letter, and may hand in the signed acknowledgement."""

    signed_on = forms.DateField(
        label="Fecha de firma",
        required=False,
        help_text="El día en que la firmó en el sitio del PAC.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
        error_messages={"invalid": "La fecha no está completa. Escriba día, mes y año."},
    )
    acknowledgement = forms.FileField(
        label="Acuse firmado (PDF)",
        required=False,
        help_text=f"Si lo tiene: un archivo PDF de hasta {ACKNOWLEDGEMENT_MEGABYTES} MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"empty": "El archivo está vacío. Elija otra vez su acuse en PDF."},
    )

    class Meta:
        model = ManifestLetter
        fields = ("signed_on", "acknowledgement")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.replaced = self.instance.acknowledgement.name
        self.stored_digest = self.instance.acknowledgement_sha256
        # What was signed on our page, or confirmed, is no longer the issuer's to change.
        self.is_settled = not self.instance.can_be_signed
        self.was_refused = self.instance.rejected_at is not None
        if self._was_refused_the_day_it_was_signed():
            # The next may be signed that day, too: the same date again is news.
            self.initial["signed_on"] = None
        for field in self.fields.values():
            field.disabled = self.is_settled

    def _was_refused_the_day_it_was_signed(self) -> bool:
        signed_on, refused_at = self.instance.signed_on, self.instance.rejected_at
        return bool(signed_on and refused_at and timezone.localdate(refused_at) <= signed_on)

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that differ from what is stored; the file by its digest."""
        names = [name for name in super().changed_data if name != "acknowledgement"]
        upload = self.files.get(self.add_prefix("acknowledgement"))
        if upload and not self.is_settled and sha256_of(upload) != self.stored_digest:
            names.append("acknowledgement")
        return names

    def clean_signed_on(self) -> date | None:
        """A day that has come, in Mexico City; of a letter that is confirmed it stays one."""
        signed_on: date | None = self.cleaned_data["signed_on"]
        if signed_on is None and self.instance.verified_at:
            raise ValidationError("Una carta comprobada tiene fecha de firma. Quite antes la comprobación.")
        if signed_on and signed_on > timezone.localdate():
            raise ValidationError("Esa fecha todavía no llega. Escriba el día en que firmó la carta.")
        if signed_on and signed_on < EARLIEST_LETTER:
            raise ValidationError("Revise el año de la fecha.")
        return signed_on

    def clean_acknowledgement(self) -> object:
        """A PDF by its first bytes; it is never opened here."""
        upload = self.cleaned_data["acknowledgement"]
        if not isinstance(upload, UploadedFile):
            return upload
        if (upload.size or 0) > ACKNOWLEDGEMENT_MEGABYTES * MEGABYTE:
            raise ValidationError(
                f"El archivo pesa más de {ACKNOWLEDGEMENT_MEGABYTES} MB. Redúzcalo y vuelva a subirlo."
            )
        if "acknowledgement" in self.changed_data and not LETTER_UPLOADS.take(self.instance.company_id):
            raise ValidationError(TOO_MANY_FILES, code="too_many")
        upload.seek(0)
        if upload.read(len(PDF_START)) != PDF_START:
            raise ValidationError("Este archivo no es un PDF. Elija el acuse que descargó del sitio del PAC.")
        return upload

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        is_new = isinstance(data.get("acknowledgement"), UploadedFile)
        if is_new and not data.get("signed_on") and "signed_on" not in self.errors:
            self.add_error("signed_on", "Escriba la fecha en que firmó la carta: acompaña a su acuse.")
        return data

    def columns(self) -> list[str]:
        """With the file goes its digest, and a refusal ends with what is declared after it."""
        digest = ["acknowledgement_sha256"] if "acknowledgement" in self.changed_data else []
        refusal = ManifestLetter.REFUSAL if self.changed_data and self.was_refused else ()
        return [*self.changed_data, *digest, *refusal]

    def save(self, commit: bool = True) -> ManifestLetter:
        """Saves what changed; a replaced acknowledgement is removed once that is certain."""
        replaced, letter = self.replaced, self.instance
        if self.changed_data and self.was_refused:
            letter.forget_refusal()
        if "acknowledgement" not in self.changed_data:
            letter.acknowledgement = replaced
            return super().save(commit)
        letter.acknowledgement_sha256 = sha256_of(self.cleaned_data["acknowledgement"])
        self._delete_replaced()
        return super().save(commit)

    def keep_acknowledgement(self, letter: ManifestLetter) -> None:
        """Saves the file alone, when only the date must be corrected: nobody has to choose it again."""
        upload = self.cleaned_data.get("acknowledgement")
        if not isinstance(upload, UploadedFile) or "acknowledgement" not in self.changed_data:
            return
        letter.acknowledgement_sha256 = sha256_of(upload)
        letter.acknowledgement = upload
        self._delete_replaced()
        letter.save(update_fields=["acknowledgement", "acknowledgement_sha256"] if letter.pk else None)

    def _delete_replaced(self) -> None:
        if self.replaced:
            orphans.remove_after_commit(self.replaced)
