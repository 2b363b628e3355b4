"""What the issuer's invoices look like and which documents it issues."""

import uuid
from pathlib import PurePosixPath

from django.db import models
from django.db.models import Q
from django.utils import timezone

from companies.models.company import Company
from companies.sat import rfc
from companies.sat.rfc import Persona
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet

LOGO_NAME = "logos/{token}.jpg"


def logo_path(logo: "Logo", filename: str) -> str:
    """A random name: the customer's own file name goes nowhere."""
    return LOGO_NAME.format(token=uuid.uuid4().hex)


@audited()
class Logo(models.Model):
    """The company's logo, re-encoded by us, and where it stands on the invoice."""

    class Position(models.TextChoices):
        """Where the logo stands, as the guide's options say."""

        LEFT = "left", "Izquierda"
        CENTER = "center", "Centro"
        RIGHT = "right", "Derecha"

    company = models.OneToOneField(Company, models.CASCADE, related_name="logo", verbose_name="empresa")
    image = models.FileField("imagen", upload_to=logo_path)
    position = models.CharField(
        "posición del logotipo", max_length=6, choices=Position, default=Position.LEFT
    )
    # Of the file as the customer sent it: tells a second upload of the same file.
    source_sha256 = models.CharField("SHA-256 de la imagen", max_length=64, editable=False)
    width = models.PositiveIntegerField("ancho", editable=False)
    height = models.PositiveIntegerField("alto", editable=False)
    updated_at = models.DateTimeField("actualizado", default=timezone.now, editable=False)

    objects = CompanyScopedQuerySet["Logo"].as_manager()

    class Meta:
        verbose_name = "logotipo"
        verbose_name_plural = "logotipos"

    def __str__(self) -> str:
        return f"Logotipo de {self.company}"

    @property
    def token(self) -> str:
        """What nobody guesses in the picture's address: its random name. Another picture, another name."""
        return PurePosixPath(self.image.name or "").stem


@audited()
class DocumentType(models.Model):
    """A kind of document that the company issues, with its series and first folio."""

    class Kind(models.TextChoices):
        """The guide's documents, in its order."""

        INVOICE = "invoice", "Factura"
        CREDIT_NOTE = "credit_note", "Nota de crédito"
        DEBIT_NOTE = "debit_note", "Nota de cargo"
        FEES = "fees", "Recibo de honorarios"
        LEASE = "lease", "Recibo de arrendamiento"
        DONATION = "donation", "Recibo de donativo"
        WAYBILL = "waybill", "Carta porte"
        PAYMENT = "payment", "Recibo electrónico de pago"
        PAYROLL = "payroll", "Recibo de nómina"

    # The CFDI's TipoDeComprobante of each kind.
    CFDI_TYPES = {
        Kind.INVOICE: "I",
        Kind.CREDIT_NOTE: "E",
        Kind.DEBIT_NOTE: "I",
        Kind.FEES: "I",
        Kind.LEASE: "I",
        Kind.DONATION: "I",
        Kind.WAYBILL: "T",
        Kind.PAYMENT: "P",
        Kind.PAYROLL: "N",
    }

    # Whose services a persona física charges for; a company's, an invoice does.
    OF_PERSONS = frozenset({Kind.FEES})

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="document_types", verbose_name="empresa"
    )
    kind = models.CharField("documento", max_length=12, choices=Kind)
    series = models.CharField("serie", max_length=25, blank=True)
    first_folio = models.PositiveIntegerField("folio inicial", default=1)

    objects = CompanyScopedQuerySet["DocumentType"].as_manager()

    class Meta:
        verbose_name = "documento"
        verbose_name_plural = "documentos"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["company", "kind"], name="document_type_once"),
            models.CheckConstraint(
                condition=Q(first_folio__gte=1),
                name="document_type_first_folio_from_one",
                violation_error_message="El folio inicial es 1 o mayor.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @classmethod
    def kinds_for(cls, company: Company) -> list[Kind]:
        """The kinds that the company may issue, by what its RFC says it is."""
        moral = rfc.persona_of(company.rfc) is Persona.MORAL
        return [kind for kind in cls.Kind if not (moral and kind in cls.OF_PERSONS)]

    @property
    def cfdi_type(self) -> str:
        """The CFDI's TipoDeComprobante: I, E, T, P or N."""
        return self.CFDI_TYPES[self.Kind(self.kind)]
