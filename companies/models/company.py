"""The company that issues invoices, and its two addresses."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone

from companies.codes import code_field
from companies.models.people import Distributor, User
from companies.models.words import Words
from facturamos.history import tracked
from facturamos.querysets import CompanyScopedQuerySet

# By what a company is found.
SEARCHED = ("code", "name", "rfc")


class CompanyQuerySet(models.QuerySet["Company"]):
    """Questions about companies."""

    def saying(self, word: str) -> "CompanyQuerySet":
        """Companies with `word` in code, name or RFC."""
        return self.alias(words=Words(*SEARCHED)).filter(words__icontains=word)

    def alive(self) -> "CompanyQuerySet":
        """Companies that have not been deleted."""
        return self.filter(deleted_at=None)

    def visible_to(self, user: User) -> "CompanyQuerySet":
        """The companies that `user` may see: its own, its clients, or all. Everybody else's: none."""
        if user.is_support:
            return self
        if user.distributor_id:
            return self.alive().filter(distributor_id=user.distributor_id)
        if user.company_id:
            return self.alive().filter(pk=user.company_id)
        return self.none()


@tracked()
class Company(models.Model):
    """An issuer («emisor») as the SAT knows it."""

    code = code_field("F")
    distributor = models.ForeignKey(
        Distributor, models.PROTECT, related_name="companies", verbose_name="distribuidor"
    )
    # Razón social without régimen societario, as CFDI 4.0 asks for it.
    name = models.CharField("nombre", max_length=300)
    rfc = models.CharField("RFC", max_length=13)
    phone = models.CharField("teléfono", max_length=20, blank=True)
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
            # For «contains» in the searches of admin.
            GinIndex(OpClass(Upper(Words(*SEARCHED)), "gin_trgm_ops"), name="company_trigrams"),
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


@tracked()
class Address(models.Model):
    """An address of a company: the fiscal one, or the one invoices are issued from."""

    class Kind(models.TextChoices):
        """Which of the two addresses."""

        FISCAL = "fiscal", "Dirección fiscal"
        ISSUING = "issuing", "Dirección de emisión"

    company = models.ForeignKey(Company, models.CASCADE, related_name="addresses", verbose_name="empresa")
    kind = models.CharField("tipo", max_length=7, choices=Kind)
    street = models.CharField("calle", max_length=200)
    exterior_number = models.CharField("no. ext.", max_length=50)
    interior_number = models.CharField("no. int.", max_length=50, blank=True)
    neighborhood = models.CharField("colonia", max_length=150)
    postal_code = models.CharField("código postal", max_length=5)
    reference = models.CharField("referencia", max_length=250, blank=True)
    locality = models.CharField("localidad", max_length=120, blank=True)
    municipality = models.CharField("municipio", max_length=120)
    state = models.CharField("estado", max_length=60)
    country = models.CharField("país", max_length=60, default="México")
    # False: not in the SAT's catalogue when it was saved, which may be behind reality. Support looks.
    in_catalogue = models.BooleanField(
        "código postal en el catálogo del SAT", default=True, editable=False, db_default=True
    )
    # The issuing address only: it is to change whenever the fiscal one is corrected.
    follows_fiscal = models.BooleanField("igual a la fiscal", default=False, db_default=False)

    objects = CompanyScopedQuerySet["Address"].as_manager()

    class Meta:
        verbose_name = "dirección"
        verbose_name_plural = "direcciones"
        indexes = [
            # Few among very many: those that support looks at.
            models.Index(fields=["-id"], condition=Q(in_catalogue=False), name="address_to_look_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "kind"], name="address_one_of_each_kind"),
            models.CheckConstraint(
                condition=Q(postal_code__regex=r"^[0-9]{5}$"),
                name="address_postal_code_format",
                violation_error_message="El código postal tiene cinco dígitos.",
            ),
        ]

    # What step 6 copies from step 5.
    CONTENT = (
        "street",
        "exterior_number",
        "interior_number",
        "neighborhood",
        "postal_code",
        "reference",
        "locality",
        "municipality",
        "state",
        "country",
    )

    def __str__(self) -> str:
        return f"{self.street} {self.exterior_number}, {self.neighborhood}, {self.postal_code}"

    @property
    def content(self) -> dict[str, str]:
        """What the two addresses of a company may have in common."""
        return {name: getattr(self, name) for name in self.CONTENT}

    def lead(self) -> None:
        """Takes the issuing address along, where that is to stay equal to this, the fiscal one."""
        followers = Address.objects.filter(company=self.company_id, kind=self.Kind.ISSUING)
        followers.filter(follows_fiscal=True).update(**self.content, in_catalogue=self.in_catalogue)
