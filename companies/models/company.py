"""The company that issues invoices."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from companies.codes import code_field
from companies.models.people import Distributor
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.search_text import SearchText

# From when on a deletion cannot be undone: without a waiting time, at once.
FINAL_AT = Coalesce("deletion_final_at", "deleted_at")
# By what a company is found.
COMPANY_TEXT = SearchText("code", "name", "rfc", together=["phone"])


class CompanyQuerySet(CompanyScopedQuerySet["Company"]):
    company_path = ""

    def alive(self) -> Self:
        """Companies that have not been deleted."""
        return self.filter(deleted_at=None)


@audited()
class Company(models.Model):
    """An issuer («emisor») as the SAT knows it."""

    search_text: ClassVar = COMPANY_TEXT

    code = code_field("F")
    distributor = models.ForeignKey(
        Distributor, models.PROTECT, related_name="companies", verbose_name="distribuidor"
    )
    # Razón social without régimen societario, as CFDI 4.0 asks for it.
    name = models.CharField("nombre", max_length=300)
    rfc = models.CharField("RFC", max_length=13)
    phone = models.CharField("teléfono", max_length=40, blank=True)
    # Lugar de expedición: the postal code that invoices are issued from.
    expedition_place = models.CharField("lugar de expedición", max_length=5, blank=True)
    # A key of the SAT's c_RegimenFiscal.
    tax_regime = models.CharField("régimen fiscal", max_length=3, blank=True)
    # The RFC whose unusual check digit the issuer has confirmed; another RFC asks again.
    confirmed_rfc = models.CharField("RFC confirmado", max_length=13, blank=True, editable=False)
    # As the latest Constancia de Situación Fiscal had it; the file itself is not kept.
    csf_name = models.CharField("nombre en la constancia", max_length=300, blank=True, editable=False)
    csf_issued_on = models.DateField("fecha de la constancia", null=True, editable=False)
    created_at = models.DateTimeField("creada", default=timezone.now, editable=False)
    # Rows of companies are never deleted at once: evidence is kept, secrets are wiped.
    deleted_at = models.DateTimeField("eliminada", null=True, editable=False)
    # Until then support may cancel the deletion; empty with `deleted_at`: it was final from the start.
    deletion_final_at = models.DateTimeField("eliminación definitiva", null=True, editable=False)
    deletion_reason = models.CharField("motivo de la eliminación", max_length=300, blank=True, editable=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = "empresa"
        verbose_name_plural = "empresas"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["distributor", "-id"], name="company_of_distributor"),
            models.Index(fields=["created_at"], name="company_created_at"),
            models.Index(FINAL_AT, condition=Q(deleted_at__isnull=False), name="company_to_be_erased"),
            COMPANY_TEXT.index("company_trigrams"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["distributor", "rfc"],
                condition=Q(deleted_at=None),
                name="company_rfc_per_distributor",
                violation_error_message="Ya hay una empresa con este RFC.",
            ),
            models.CheckConstraint(
                condition=Q(rfc__regex=r"^[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{3}$"),
                name="company_rfc_format",
                violation_error_message="El RFC no tiene la forma correcta.",
            ),
            models.CheckConstraint(
                condition=Q(expedition_place="") | Q(expedition_place__regex=r"^[0-9]{5}$"),
                name="company_expedition_place_format",
                violation_error_message="El código postal tiene cinco dígitos.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="company_has_a_name"),
            models.CheckConstraint(
                condition=Q(deletion_final_at=None) | Q(deleted_at__isnull=False),
                name="company_deletion_was_asked_for",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def deletion_can_be_cancelled(self) -> bool:
        """Whether the company is deleted and its waiting time is not over."""
        return self.deletion_final_at is not None and self.deletion_final_at > timezone.now()

    def confirm_rfc(self) -> None:
        """The issuer says that its RFC is right although the check digit is not the usual one."""
        if self.confirmed_rfc != self.rfc:
            self.confirmed_rfc = self.rfc
            self.save(update_fields=["confirmed_rfc"])
