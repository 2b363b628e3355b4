"""The numbers beside the board's filters, where beat counts them."""

from django.db import models

from companies.models import Distributor


class KeptCounts(models.Model):
    """How many companies each filter found, of one distributor's or, without one, of all.

    Beat counts where there are so many that a page would take long (counts.py).
    """

    distributor = models.OneToOneField(
        Distributor, models.CASCADE, null=True, related_name="+", verbose_name="distribuidor"
    )
    # By the filter's name; "" is all.
    found: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField("empresas")
    counted_at = models.DateTimeField("contadas")
    took = models.DurationField("duración")

    class Meta:
        verbose_name = "conteo del tablero"
        verbose_name_plural = "conteos del tablero"

    def __str__(self) -> str:
        return f"{self.distributor or 'Todas'}: {self.counted_at}"
