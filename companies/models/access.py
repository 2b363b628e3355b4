"""Getting back in: who asked for a new password."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from facturamos.jobs import Job


class ResetRequest(Job):
    """One request for a new password, whether the account exists or not.

    A row for every request makes both cases equally long; a worker finds out which it is. The rows are
    also what the limits count, so that these hold with any number of web servers.
    """

    # Longer ago than this, a request counts for no limit and is forgotten.
    WINDOW: ClassVar[timedelta] = timedelta(hours=1)

    asked_for = models.CharField("usuario o correo", max_length=254, editable=False)
    address = models.GenericIPAddressField("dirección IP", editable=False)

    class Meta(Job.Meta):
        verbose_name = "petición de contraseña"
        verbose_name_plural = "peticiones de contraseña"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Petición de contraseña del {self.created_at:%Y-%m-%d %H:%M}"

    def work(self) -> None:
        """See companies.services.answer_reset."""
        from companies import services

        services.answer_reset(self)
