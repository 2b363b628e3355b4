"""What staff proposed to an issuer: to ask somebody for a step."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from companies.models import Company
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet


@audited()
class DelegateProposal(models.Model):
    """One proposal, by mail. Whether anything comes of it, the issuer decides."""

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="delegate_proposals", editable=False, verbose_name="empresa"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="la propuso"
    )
    slug = models.SlugField("paso", max_length=40, editable=False)
    name = models.CharField("nombre", max_length=120, editable=False)
    email = models.EmailField("correo electrónico", editable=False)
    created_at = models.DateTimeField("propuesta", default=timezone.now, editable=False)

    objects = CompanyScopedQuerySet["DelegateProposal"].as_manager()

    class Meta:
        verbose_name = "propuesta de pedir un paso"
        verbose_name_plural = "propuestas de pedir un paso"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.slug} → {self.email}"
