"""Steps 8 and 11: the logo on the invoices, and which documents are issued."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.forms.boundfield import BoundField
from django.utils import timezone

from companies.forms.fields import CleanCharField, sha256_of
from companies.limits import LOGO_UPLOADS, TOO_MANY_FILES
from companies.logo.preparing import MEGABYTES, MEGAPIXELS, ImageRefused, LogoPicture, prepare_logo
from companies.models import Company, DocumentType, Logo
from facturamos import orphans
from facturamos.forms import CleanIntegerField, PageForm

LARGEST_FOLIO = 2_147_483_647  # what the column holds


class LogoForm(PageForm, forms.Form):
    """The logo, cleaned and encoded anew, and where it stands on the invoice."""

    image = forms.FileField(
        label="Imagen (JPG)",
        required=False,
        help_text=f"Solo JPG, de hasta {MEGABYTES} MB y {MEGAPIXELS} megapíxeles.",
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,image/jpeg"}),
        error_messages={
            "required": "Falta su logotipo. Elija una imagen JPG u omita este paso por ahora.",
            "empty": "El archivo está vacío. Elija otra vez su imagen JPG.",
        },
    )
    position = forms.ChoiceField(
        label="Posición del logotipo",
        choices=Logo.Position.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Elija dónde va el logotipo: izquierda, centro o derecha.",
            "invalid_choice": "Elija dónde va el logotipo: izquierda, centro o derecha.",
        },
    )

    def __init__(self, *args: object, company: Company, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        self.logo: Logo | None = getattr(company, "logo", None)
        self.initial["position"] = self.logo.position if self.logo else Logo.Position.LEFT
        self.fields["image"].required = self.logo is None
        self.prepared: LogoPicture | None = None

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that differ from what is stored; the image by its digest."""
        names = [name for name in super().changed_data if name != "image"]
        upload = self.files.get(self.add_prefix("image"))
        stored = self.logo.source_sha256 if self.logo else ""
        return ["image", *names] if upload and sha256_of(upload) != stored else names

    def clean_image(self) -> "UploadedFile[bytes] | None":
        """Prepares a new image; the same file again costs nothing."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["image"]
        if upload is None or "image" not in self.changed_data:
            return upload
        if not LOGO_UPLOADS.take(self.company.pk):
            raise ValidationError(TOO_MANY_FILES, code="too_many")
        try:
            self.prepared = prepare_logo(upload.read())
        except ImageRefused as refused:
            raise ValidationError(refused.message, code=refused.code) from None
        return upload

    def save(self) -> Logo:
        """Saves what changed; a replaced image is removed once that is certain."""
        logo = self.logo or Logo(company=self.company)
        columns = ["position"] if "position" in self.changed_data else []
        logo.position = self.cleaned_data["position"]
        if self.prepared:
            columns += self._put_image(logo, self.prepared)
        if columns:
            logo.updated_at = timezone.now()
            logo.save(update_fields=[*columns, "updated_at"] if self.logo else None)
        return logo

    def keep_image(self) -> None:
        """Saves a good image of a form that is not, where the logo stood before."""
        if self.prepared:
            self.cleaned_data.setdefault("position", self.initial["position"])
            self.save()

    def _put_image(self, logo: Logo, prepared: LogoPicture) -> list[str]:
        if logo.image.name:
            orphans.remove_after_commit(logo.image.name)
        logo.image.save("logo.jpg", ContentFile(prepared.jpeg), save=False)
        logo.source_sha256 = sha256_of(self.cleaned_data["image"])
        logo.width, logo.height = prepared.width, prepared.height
        return ["image", "source_sha256", "width", "height"]


ONLY_PERSONS = "Lo emiten las personas físicas; su RFC es de persona moral. Use Factura."

TAKE_BACK = "Quite la marca de «{}»: su RFC es de persona moral, y solo lo emiten las personas físicas."


class FolioField(CleanIntegerField):
    """A first folio; left empty, it is 1."""

    def to_python(self, value: object) -> int:
        number: int | None = super().to_python(value)
        return 1 if number is None else number


# What each is for, to somebody who has never issued one.
PURPOSES = {
    DocumentType.Kind.INVOICE: "La de cada venta.",
    DocumentType.Kind.CREDIT_NOTE: "Devoluciones, descuentos y bonificaciones sobre una factura.",
    DocumentType.Kind.DEBIT_NOTE: "Cobrar algo más sobre una factura, como intereses o fletes.",
    DocumentType.Kind.FEES: "Servicios profesionales de una persona física.",
    DocumentType.Kind.LEASE: "La renta de un inmueble.",
    DocumentType.Kind.DONATION: "Solo para donatarias autorizadas por el SAT.",
    DocumentType.Kind.WAYBILL: "Trasladar mercancías por carretera.",
    DocumentType.Kind.PAYMENT: "Cuando le pagan después, o en partes, una factura.",
    DocumentType.Kind.PAYROLL: "El sueldo de sus trabajadores.",
}


@dataclass(frozen=True)
class DocumentFields:
    """The three fields of one kind of document, for the template."""

    kind: str
    title: str
    cfdi_type: str
    chosen: BoundField
    series: BoundField
    first_folio: BoundField


@dataclass(frozen=True)
class Wanted:
    """A document that is to be issued."""

    series: str
    first_folio: int


class DocumentsForm(PageForm, forms.Form):
    """For each kind of document: whether it is issued, its series and its first folio."""

    def __init__(self, *args: object, company: Company, **kwargs: object) -> None:
        self.company = company
        self.stored: dict[str, DocumentType] = {row.kind: row for row in company.document_types.all()}
        super().__init__(*args, **kwargs)
        for kind in DocumentType.Kind:
            row = self.stored.get(kind)
            self.initial = dict(self.initial) | {
                # What everybody issues is chosen already, where nothing is yet.
                kind.value: row is not None or (kind is DocumentType.Kind.INVOICE and not self.stored),
                f"{kind}_series": row.series if row else "",
                f"{kind}_first_folio": row.first_folio if row else 1,
            }
        for kind in self._of_others():
            self.fields[kind.value].help_text = ONLY_PERSONS
            # One that is stored was chosen under another RFC, and can be taken back.
            for name in _names_of(kind) if kind not in self.stored else ():
                self.fields[name].disabled = True

    def _of_others(self) -> set[DocumentType.Kind]:
        """The kinds that the company may not issue."""
        return set(DocumentType.Kind) - set(DocumentType.kinds_for(self.company))

    def documents(self) -> Iterator[DocumentFields]:
        """The kinds of documents in the guide's order."""
        for kind in DocumentType.Kind:
            yield DocumentFields(
                kind=kind.value,
                title=kind.label,
                cfdi_type=DocumentType.CFDI_TYPES[kind],
                chosen=self[kind.value],
                series=self[f"{kind}_series"],
                first_folio=self[f"{kind}_first_folio"],
            )

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that differ from what is stored; of a document that is not issued, only that."""
        ignored = {
            f"{it.kind}_{part}"
            for it in self.documents()
            for part in ("series", "first_folio")
            if not it.chosen.data
        }
        changed = [name for name in super().changed_data if name not in ignored]
        # A proposal is not stored before it is saved.
        is_proposed = not self.stored and self[DocumentType.Kind.INVOICE.value].data
        invoice: str = DocumentType.Kind.INVOICE.value
        return [invoice, *changed] if is_proposed and invoice not in changed else changed

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        for kind in DocumentType.Kind:
            if not data.get(kind.value):
                # What is not issued needs no valid series; it stays as typed.
                self.errors.pop(f"{kind}_series", None)
                self.errors.pop(f"{kind}_first_folio", None)
        for kind in self._of_others():
            if data.get(kind.value):
                self.add_error(kind.value, TAKE_BACK.format(kind.label))
        if not any(data.get(kind.value) for kind in DocumentType.Kind):
            self.add_error(
                DocumentType.Kind.INVOICE.value, "Elija al menos un documento para poder facturar."
            )
        return data

    @property
    def wanted(self) -> dict[str, Wanted]:
        """What was chosen, by kind."""
        data = self.cleaned_data
        return {
            kind.value: Wanted(data[f"{kind}_series"], data[f"{kind}_first_folio"])
            for kind in DocumentType.Kind
            if data.get(kind.value)
        }

    def save(self) -> list[DocumentType]:
        """Adds, changes and removes what differs; returns the rows as they are now."""
        wanted = self.wanted
        gone = [row.pk for kind, row in self.stored.items() if kind not in wanted]
        if gone:
            self.company.document_types.filter(pk__in=gone).delete()
        new = [
            DocumentType(company=self.company, kind=kind, series=it.series, first_folio=it.first_folio)
            for kind, it in wanted.items()
            if kind not in self.stored
        ]
        if new:
            DocumentType.objects.bulk_create(new)
        kept = [_updated(self.stored[kind], it) for kind, it in wanted.items() if kind in self.stored]
        return [*kept, *new]


def _names_of(kind: DocumentType.Kind) -> tuple[str, str, str]:
    return kind.value, f"{kind}_series", f"{kind}_first_folio"


def _fields_of(kind: DocumentType.Kind) -> tuple[forms.Field, forms.Field, forms.Field]:
    safe = RegexValidator(
        r"\A[0-9A-Za-zÑñ][0-9A-Za-zÑñ._-]*\Z",
        "La serie empieza con una letra o un número y solo lleva letras, números, punto, guion y guion bajo.",
    )
    whole = "El folio inicial es un número entero, de 1 en adelante."
    folio = {"invalid": whole, "min_value": whole, "max_value": "Ese folio es demasiado grande."}
    return (
        forms.BooleanField(label=kind.label, required=False, help_text=PURPOSES[kind]),
        CleanCharField(
            label="Serie",
            max_length=25,
            required=False,
            validators=[safe],
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        ),
        FolioField(
            label="Folio inicial",
            min_value=1,
            max_value=LARGEST_FOLIO,
            required=False,
            error_messages=folio,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        ),
    )


# Django's forms copy their base fields, which costs a fraction of making them.
for _kind in DocumentType.Kind:
    DocumentsForm.base_fields |= zip(_names_of(_kind), _fields_of(_kind), strict=True)
del _kind


def _updated(row: DocumentType, wanted: Wanted) -> DocumentType:
    changed = [name for name in ("series", "first_folio") if getattr(row, name) != getattr(wanted, name)]
    for name in changed:
        setattr(row, name, getattr(wanted, name))
    if changed:
        row.save(update_fields=changed)
    return row
