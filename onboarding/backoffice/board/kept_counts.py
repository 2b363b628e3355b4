"""The numbers beside the board's filters, where beat counts them."""

from typing import ClassVar

from django.db import models

from companies.models import Distributor, User


class KeptCountsQuerySet(models.QuerySet["KeptCounts"]):
    """The numbers of support and of large distributors."""

    def of_user(self, user: User) -> "KeptCounts | None":
        """What was counted of the companies that `user` sees; None where they are few."""
        return self.filter(distributor=None if user.is_support else user.distributor_id).first()

    def seen_by(self, user: User, name: str) -> int | None:
        """How many of them a filter found; None where they are few, or nobody has counted yet."""
        kept = self.of_user(user)
        return kept.found.get(name) if kept else None


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

    objects: ClassVar = KeptCountsQuerySet.as_manager()

    class Meta:
        verbose_name = "conteo del tablero"
        verbose_name_plural = "conteos del tablero"

    def __str__(self) -> str:
        return f"{self.distributor or 'Todas'}: {self.counted_at}"
