"""The two addresses of a company: the fiscal one, and the one that invoices are issued from."""

from django.db import models
from django.db.models import Q

from companies.models.company import Company
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet


@audited()
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

    @classmethod
    def copy_fiscal(cls, company: Company) -> "Address | None":
        """Makes the issuing address equal to the fiscal one from now on; None when there is none yet."""
        addresses = {address.kind: address for address in company.addresses.all()}
        fiscal = addresses.get(cls.Kind.FISCAL)
        if fiscal is None:
            return None
        issuing = addresses.get(cls.Kind.ISSUING) or cls(company=company, kind=cls.Kind.ISSUING)
        wanted = {**fiscal.content, "in_catalogue": fiscal.in_catalogue, "follows_fiscal": True}
        changed = [name for name, value in wanted.items() if getattr(issuing, name) != value]
        for name in changed:
            setattr(issuing, name, wanted[name])
        if issuing._state.adding:
            issuing.save()
        elif changed:
            issuing.save(update_fields=changed)
        return issuing

    def sync_issuing_address(self) -> None:
        """Takes the issuing address along, where that is to stay equal to this, the fiscal one."""
        followers = Address.objects.filter(
            company=self.company_id, kind=self.Kind.ISSUING, follows_fiscal=True
        )
        followers.update(**self.content, in_catalogue=self.in_catalogue)
