"""Each reading of the SAT's list (LCO), and what it changed."""

from datetime import date

from django.db import models
from django.utils import timezone


class SatListQuerySet(models.QuerySet["SatList"]):
    """Questions about the readings so far."""

    def whole(self) -> "SatListQuerySet":
        """Those of all files of a day, the latest first."""
        return self.filter(is_whole=True).order_by("-read_at", "-pk")

    def is_read(self, day: date, edition: str) -> bool:
        """Whether this edition is the last that was read of a day: the SAT may mend a list on its own day."""
        editions = self.filter(day=day).order_by("-pk").values_list("edition", flat=True)
        return editions.first() == edition


class SatList(models.Model):
    """One reading: of all the files of a day, or of some."""

    # Of whole ones that the site fetched itself: the day that the SAT gives them, and what tells its files
    # from others of that day.
    day = models.DateField("día", null=True, db_index=True)
    edition = models.CharField("edición", max_length=64, blank=True, editable=False)
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
