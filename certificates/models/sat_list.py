"""Each reading of the SAT's list (LCO), and what it changed."""

from django.db import models
from django.utils import timezone


class SatListQuerySet(models.QuerySet["SatList"]):
    """Questions about the readings so far."""

    def whole(self) -> "SatListQuerySet":
        """Those of all files of a day, the latest first."""
        return self.filter(is_whole=True).order_by("-read_at", "-pk")


class SatList(models.Model):
    """One reading: of all the files of a day, or of some."""

    # Of whole ones that the site fetched itself: the day that the SAT gives them. One a day.
    day = models.DateField("día", null=True, unique=True)
    read_at = models.DateTimeField("leída", default=timezone.now)
    is_whole = models.BooleanField("completa", default=False)
    listed = models.PositiveIntegerField("certificados en la lista")
    ours = models.PositiveIntegerField("nuestros")
    activated = models.PositiveIntegerField("ahora activos", default=0)
    # Revoked, expired or gone since the reading before.
    ended = models.PositiveIntegerField("terminados", default=0)

    objects = SatListQuerySet.as_manager()

    class Meta:
        verbose_name = "lista del SAT (LCO)"
        verbose_name_plural = "listas del SAT (LCO)"
        ordering = ["-read_at"]

    def __str__(self) -> str:
        return f"LCO leída el {timezone.localtime(self.read_at):%Y-%m-%d %H:%M}"
