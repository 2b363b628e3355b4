"""Pages that were sent and not taken: what stood in the way, never what was typed."""

from django.db import models
from django.utils import timezone

from companies.models import Company
from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.version import version


class RefusedSubmit(models.Model):
    """One sent page that had to be corrected: which fields, by which codes, in which release.

    What is measured of the steps counts them (onboarding/backoffice/measures/).
    """

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="refused_submits", editable=False, verbose_name="empresa"
    )
    step = models.SlugField("paso", max_length=40, editable=False)
    # Of each error the field, "" for the page as a whole, and the code, "" where it has none.
    errors = models.JSONField("errores", default=list, editable=False)
    release = models.CharField("versión del sitio", max_length=40, default=version, editable=False)
    at = models.DateTimeField("cuándo", default=timezone.now, editable=False)

    objects = CompanyScopedQuerySet["RefusedSubmit"].as_manager()

    class Meta:
        verbose_name = "página que no se aceptó"
        verbose_name_plural = "páginas que no se aceptaron"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["at"], name="refused_submit_by_time")]

    def __str__(self) -> str:
        return f"{self.company}: {self.step}"
